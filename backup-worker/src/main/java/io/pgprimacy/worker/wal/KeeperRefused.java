package io.pgprimacy.worker.wal;

/** WAL of this server must not be kept, or not by this process any more; with what to do about it. */
public final class KeeperRefused extends RuntimeException {
    private final String hint;

    KeeperRefused(String message, String hint) {
        super(message);
        this.hint = hint;
    }

    public String hint() {
        return hint;
    }
}
