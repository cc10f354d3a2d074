package io.pgprimacy.worker.backup;

import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;

/** Keeps all workers together below a rate of reading, so that the database keeps its disk. */
final class RateLimit {
    private static final long MOST_AHEAD = TimeUnit.SECONDS.toNanos(1);

    private final double nanosPerByte;
    private long free = System.nanoTime();

    /** @param bytesPerSecond 0 for no limit */
    RateLimit(long bytesPerSecond) {
        this.nanosPerByte = bytesPerSecond == 0 ? 0 : (double) TimeUnit.SECONDS.toNanos(1) / bytesPerSecond;
    }

    void take(int bytes) throws InterruptedIOException {
        long wait = reserve(bytes);
        if (wait > 0) {
            try {
                TimeUnit.NANOSECONDS.sleep(wait);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("the backup was cancelled");
            }
        }
    }

    private synchronized long reserve(int bytes) {
        long now = System.nanoTime();
        // What was not used for a while may be used at once, but no more than a second's worth.
        free = Math.max(free, now - MOST_AHEAD);
        free += (long) (bytes * nanosPerByte);
        return free - now;
    }
}
