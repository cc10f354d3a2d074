package io.pgprimacy.log;

import java.time.Duration;

/** Due at once, and then once in each interval. */
final class Rhythm {
    private final long intervalNanos;
    private long next = System.nanoTime();

    Rhythm(Duration interval) {
        this.intervalNanos = interval.toNanos();
    }

    boolean isDue() {
        long now = System.nanoTime();
        if (now - next < 0) {
            return false;
        }
        next = now + intervalNanos;
        return true;
    }

    void hurry() {
        next = System.nanoTime();
    }
}
