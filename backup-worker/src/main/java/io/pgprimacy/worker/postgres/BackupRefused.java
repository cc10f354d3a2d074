package io.pgprimacy.worker.postgres;

/** No backup can be taken, or none that is one; with what to do about it. */
public final class BackupRefused extends RuntimeException {
    private final String hint;

    public BackupRefused(String message, String hint) {
        super(message);
        this.hint = hint;
    }

    public String hint() {
        return hint;
    }
}
