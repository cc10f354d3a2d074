package io.pgprimacy.sandbox;

/** Something on this machine keeps the sandbox from doing what was asked; the hint says what a person can do about it. */
public final class SandboxFailure extends RuntimeException {
    private final String hint;

    public SandboxFailure(String message, String hint) {
        super(message);
        this.hint = hint;
    }

    public SandboxFailure(String message, String hint, Throwable cause) {
        super(message, cause);
        this.hint = hint;
    }

    public String hint() {
        return hint;
    }
}
