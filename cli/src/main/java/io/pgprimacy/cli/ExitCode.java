package io.pgprimacy.cli;

/** What a script can tell from the exit code. Part of the contract: the numbers stay. */
public enum ExitCode {
    DONE(0),
    /** The cluster refused it or it did not work out. */
    FAILED(1),
    /** The command itself was wrong: arguments, an unknown node, no sandbox. */
    USAGE(2),
    /** No coordinator answered. */
    UNREACHABLE(3),
    /** It may still happen; the wait for it has ended. */
    TIMEOUT(4);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
