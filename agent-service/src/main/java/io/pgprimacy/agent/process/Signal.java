package io.pgprimacy.agent.process;

/** The signals that PostgreSQL's processes understand, with Linux' numbers. */
public enum Signal {
    /** Postmaster: read the configuration again. */
    HUP(1),
    /** Postmaster: fast shutdown. */
    INT(2),
    /** Postmaster: immediate shutdown. */
    QUIT(3),
    KILL(9),
    /** Postmaster: look for the promote file. */
    USR1(10),
    /** One process: leave in order. */
    TERM(15);

    private final int number;

    Signal(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /** Sends it unless the process has ended, which a later one with the same pid does not hide; false if it had. */
    public boolean sendTo(ProcessIdentity process) {
        return process.isAlive() && LinuxCalls.kill(process.pid(), number);
    }
}
