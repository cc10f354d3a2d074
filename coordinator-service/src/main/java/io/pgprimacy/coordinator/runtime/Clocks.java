package io.pgprimacy.coordinator.runtime;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * @param monotonic since an arbitrary start; never goes back
 * @param wall milliseconds since 1970
 */
public record Clocks(Supplier<Duration> monotonic, LongSupplier wall) {
    public static Clocks system() {
        long start = System.nanoTime();
        return new Clocks(() -> Duration.ofNanos(System.nanoTime() - start), System::currentTimeMillis);
    }

    public Duration now() {
        return monotonic.get();
    }

    public long wallMillis() {
        return wall.getAsLong();
    }
}
