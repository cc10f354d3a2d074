package io.pgprimacy.access;

/** The file that names the operators cannot be used as it is. */
public final class OperatorsRefused extends RuntimeException {
    private final String hint;

    OperatorsRefused(String message, String hint) {
        super(message);
        this.hint = hint;
    }

    public String hint() {
        return hint;
    }
}
