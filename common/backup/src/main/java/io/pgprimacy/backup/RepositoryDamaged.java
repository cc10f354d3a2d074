package io.pgprimacy.backup;

import java.io.IOException;

/**
 * Something in the repository is not what was written: damaged, cut short, swapped with another object, or encrypted by another key.
 * Nothing that came from that object may be used.
 */
public final class RepositoryDamaged extends IOException {
    public RepositoryDamaged(String message) {
        super(message);
    }

    public RepositoryDamaged(String message, Throwable cause) {
        super(message, cause);
    }
}
