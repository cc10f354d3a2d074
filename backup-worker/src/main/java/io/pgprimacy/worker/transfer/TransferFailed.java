package io.pgprimacy.worker.transfer;

import java.io.IOException;

/** The storage service or the store refused, or could not be reached for as long as a backup waits for it. */
public final class TransferFailed extends IOException {
    private final boolean passing;

    /** @param passing whether the same request may succeed later */
    public TransferFailed(String message, boolean passing) {
        super(message);
        this.passing = passing;
    }

    public boolean isPassing() {
        return passing;
    }
}
