package io.pgprimacy.systemtests.chaos;

import java.time.Duration;

/** Time since the campaign began; everything that is recorded uses it. */
final class Clock implements Recovery.Time {
    private final long origin = System.nanoTime();

    long nanos() {
        return System.nanoTime() - origin;
    }

    @Override
    public Duration now() {
        return Duration.ofNanos(nanos());
    }

    @Override
    public void pass(Duration time) throws InterruptedException {
        Thread.sleep(time);
    }

    /** Returns at once where that moment has passed. */
    void awaitNanos(long moment) throws InterruptedException {
        long left = moment - nanos();
        if (left > 0) {
            Thread.sleep(Duration.ofNanos(left));
        }
    }

    static String text(Duration time) {
        return "%d:%04.1f".formatted(time.toMinutes(), time.toMillis() % 60_000 / 1e3);
    }
}
