package io.pgprimacy.cli;

/** Ends a command: one message, one hint, one exit code. Never shown with a stack trace. */
public final class CliFailure extends RuntimeException {
    private final ExitCode code;
    private final String hint;

    public CliFailure(ExitCode code, String message, String hint) {
        super(message);
        this.code = code;
        this.hint = hint;
    }

    public CliFailure(ExitCode code, String message, String hint, Throwable cause) {
        super(message, cause);
        this.code = code;
        this.hint = hint;
    }

    public ExitCode code() {
        return code;
    }

    /** Empty when there is nothing to advise. */
    public String hint() {
        return hint;
    }
}
