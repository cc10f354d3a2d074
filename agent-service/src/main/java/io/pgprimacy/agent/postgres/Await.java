package io.pgprimacy.agent.postgres;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting for a condition, always with a bound. */
final class Await {
    private Await() {}

    /** True as soon as it holds; false when the bound has passed or the thread was interrupted. */
    static boolean until(Duration bound, Duration poll, BooleanSupplier condition) {
        long begun = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - begun > bound.toNanos()
                    || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(poll.toNanos());
        }
        return true;
    }
}
