package io.pgprimacy.storage.store;

import org.jspecify.annotations.Nullable;

/** The object store does not answer, or answers that it cannot now; the same request may succeed later. */
public sealed class StoreUnavailable extends RuntimeException permits StoreTimedOut {
    public StoreUnavailable(String message) {
        this(message, null);
    }

    public StoreUnavailable(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
