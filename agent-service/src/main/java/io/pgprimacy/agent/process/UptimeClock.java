package io.pgprimacy.agent.process;

import java.time.Duration;

/**
 * Time since boot: the one clock that the agent and its guard both read, so that deadlines can be absolute (S5). It
 * counts through a suspend of the machine and never jumps with the wall clock.
 */
@FunctionalInterface
public interface UptimeClock {
    /** Rounded down to 10 ms: a deadline computed from it is early by that much, never late. */
    Duration now();

    /** The kernel's, which {@code /proc/uptime} shows as well: the guard reads it there. */
    static UptimeClock system() {
        return () -> ofCentiseconds(toCentiseconds(LinuxCalls.sinceBoot()));
    }

    static Duration ofCentiseconds(long centiseconds) {
        return Duration.ofMillis(centiseconds * 10);
    }

    static long toCentiseconds(Duration sinceBoot) {
        return sinceBoot.toMillis() / 10;
    }
}
