package io.pgprimacy.storage.store;

import org.jspecify.annotations.Nullable;

/** The object store said no, and would say it again. */
public final class StoreRefused extends RuntimeException {
    private final String code;

    public StoreRefused(String code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** S3's own, {@code NoSuchUpload} say. */
    public String code() {
        return code;
    }
}
