package io.pgprimacy.worker.wal;

import java.time.Duration;
import java.util.Arrays;

/**
 * How far the store is behind. Everything that was durable on this host at {@link #completeAt} can be restored from the bucket; each sample is
 * the age that the oldest byte of a slice can have had when the store acknowledged it, so it is an upper bound for every commit in it.
 */
final class Lag {
    private static final int KEPT = 4096;

    private final long[] samples = new long[KEPT];
    private int count;
    private long completeAt = System.nanoTime();

    /** @param observedAt when the position was asked for up to which everything is stored now */
    synchronized void complete(long observedAt, boolean somethingNew) {
        if (somethingNew) {
            samples[count++ % KEPT] = System.nanoTime() - completeAt;
        }
        completeAt = observedAt;
    }

    synchronized Duration now() {
        return Duration.ofNanos(System.nanoTime() - completeAt);
    }

    /** Of the last 4096 slices; zero where there was none. */
    synchronized Duration quantile(double part) {
        int kept = Math.min(count, KEPT);
        if (kept == 0) {
            return Duration.ZERO;
        }
        long[] sorted = Arrays.copyOf(samples, kept);
        Arrays.sort(sorted);
        return Duration.ofNanos(sorted[(int) Math.min(kept - 1L, (long) (part * kept))]);
    }
}
