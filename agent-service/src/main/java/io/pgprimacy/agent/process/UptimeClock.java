package io.pgprimacy.agent.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Time since boot: the one clock that the agent and its guard both read, so that deadlines can be absolute (S5). It
 * counts through a suspend of the machine and never jumps with the wall clock.
 */
@FunctionalInterface
public interface UptimeClock {
    /** Rounded down to 10 ms: a deadline computed from it is early by that much, never late. */
    Duration now();

    /** The kernel's {@code /proc/uptime}. */
    static UptimeClock system() {
        Path uptime = Path.of("/proc/uptime");
        return () -> {
            try {
                return parse(Files.readString(uptime));
            } catch (IOException e) {
                throw new UncheckedIOException("the kernel's uptime cannot be read", e);
            }
        };
    }

    /** Reads {@code 1234.56 789.01}: seconds with exactly two decimals. */
    static Duration parse(String text) {
        int dot = text.indexOf('.');
        return ofCentiseconds(Long.parseLong(text.substring(0, dot) + text.substring(dot + 1, dot + 3)));
    }

    static Duration ofCentiseconds(long centiseconds) {
        return Duration.ofMillis(centiseconds * 10);
    }

    static long toCentiseconds(Duration sinceBoot) {
        return sinceBoot.toMillis() / 10;
    }
}
