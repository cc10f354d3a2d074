package io.pgprimacy.storage.store;

/** The object store does not answer, or answers that it cannot now; the same request may succeed later. */
public final class StoreUnavailable extends RuntimeException {
    public StoreUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
