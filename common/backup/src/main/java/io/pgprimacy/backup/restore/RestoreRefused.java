package io.pgprimacy.backup.restore;

/** Nothing was touched: what was asked for cannot, or must not, be done. */
public final class RestoreRefused extends RuntimeException {
    private final String hint;

    public RestoreRefused(String message, String hint) {
        super(message);
        this.hint = hint;
    }

    public String hint() {
        return hint;
    }
}
