package io.pgprimacy.worker.backup;

import java.util.concurrent.atomic.AtomicLong;

/** Counted by all workers. */
public final class Progress {
    final AtomicLong files = new AtomicLong();
    final AtomicLong bytes = new AtomicLong();
    final AtomicLong stored = new AtomicLong();
    final AtomicLong vanished = new AtomicLong();
    final AtomicLong wrongPages = new AtomicLong();

    public long files() {
        return files.get();
    }

    /** Read so far. */
    public long bytes() {
        return bytes.get();
    }

    /** Arrived in the store so far. */
    public long stored() {
        return stored.get();
    }

    public long wrongPages() {
        return wrongPages.get();
    }
}
