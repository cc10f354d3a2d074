package io.pgprimacy.agent.process;

/** A process that cannot be mistaken for a later one with the same pid. */
public record ProcessIdentity(long pid, long startTicks) {

    public boolean isAlive() {
        return ProcFs.stat(pid)
                .map(stat -> stat.startTicks() == startTicks && !stat.isDead())
                .orElse(false);
    }

    @Override
    public String toString() {
        return Long.toString(pid);
    }
}
