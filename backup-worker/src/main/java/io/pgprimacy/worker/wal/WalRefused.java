package io.pgprimacy.worker.wal;

import java.io.IOException;

/** A file that is not what its name says, or whose name has another content in the archive. It is not stored, and its gate stays shut. */
final class WalRefused extends IOException {
    WalRefused(String message) {
        super(message);
    }
}
