package io.pgprimacy.core.config;

import java.time.Duration;

/** The named sets of heartbeat and lease lengths that are known to be safe together (see {@link Timing}). */
public enum TimingProfile {
    /** One datacentre, links below a millisecond. */
    FAST(Duration.ofMillis(500), Duration.ofSeconds(3)),
    NORMAL(Duration.ofMillis(500), Duration.ofSeconds(6)),
    CROSS_ZONE(Duration.ofSeconds(1), Duration.ofSeconds(10)),
    WAN(Duration.ofSeconds(2), Duration.ofSeconds(20));

    private final Timing timing;

    TimingProfile(Duration heartbeat, Duration lease) {
        this.timing = new Timing(heartbeat, lease);
    }

    public Timing timing() {
        return timing;
    }
}
