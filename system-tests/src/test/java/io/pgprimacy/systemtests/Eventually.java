package io.pgprimacy.systemtests;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;

/** Waits for a condition, with a bound. */
public final class Eventually {
    private Eventually() {}

    public static void until(String what, Duration bound, Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(bound)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptions()
                .until(condition);
    }

    /** Returns what was found. */
    public static <T> T found(String what, Duration bound, Callable<Optional<T>> search) {
        return Awaitility.await(what)
                .atMost(bound)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptions()
                .until(search, Optional::isPresent)
                .orElseThrow();
    }

    /** For what is measured and not waited for: the time itself is the experiment, such as the length of a freeze. */
    public static void pass(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        Awaitility.await("time passes")
                .atMost(time.plusSeconds(5))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> System.nanoTime() >= end);
    }
}
