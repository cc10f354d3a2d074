package io.pgprimacy.agent.process;

/**
 * One line of {@code /proc/PID/stat}.
 *
 * @param startTicks clock ticks since boot at which the process began; with the pid it names a process for good
 */
public record ProcStat(long pid, String command, char state, long parent, long startTicks) {

    /** True for zombies: they hold no memory, no files and no locks, only a line in the process table. */
    public boolean isDead() {
        return state == 'Z' || state == 'X' || state == 'x';
    }

    public ProcessIdentity identity() {
        return new ProcessIdentity(pid, startTicks);
    }

    /** The command may itself hold blanks and parentheses, so the last parenthesis is what counts. */
    static ProcStat parse(String line) {
        int open = line.indexOf('(');
        int close = line.lastIndexOf(')');
        if (open < 0 || close < open) {
            throw new IllegalArgumentException("'" + line + "' is not a line of /proc/PID/stat");
        }
        String[] rest = line.substring(close + 2).trim().split(" ");
        return new ProcStat(
                Long.parseLong(line.substring(0, open).trim()),
                line.substring(open + 1, close),
                rest[0].charAt(0),
                Long.parseLong(rest[1]),
                Long.parseLong(rest[19]));
    }
}
