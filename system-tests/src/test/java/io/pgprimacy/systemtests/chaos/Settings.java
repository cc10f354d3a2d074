package io.pgprimacy.systemtests.chaos;

import io.pgprimacy.core.config.TimingProfile;
import io.pgprimacy.simulation.plan.FaultKind;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What was asked for.
 *
 * @param movesNoPrimary a failover or a fenced primary counts as a violation
 * @param options as they would be typed again
 */
record Settings(
        PlanMaker.Shape shape,
        String profile,
        long seed,
        List<FaultKind> kinds,
        boolean movesNoPrimary,
        String options) {
    /** The default of a cluster's {@code restartLease}, which the sandbox leaves as it is. */
    private static final Duration RESTART_LEASE = Duration.ofSeconds(30);

    Settings {
        kinds = List.copyOf(kinds);
    }

    /** Of the directory in which the report will lie. */
    String name() {
        return seed + "-" + (shape.synchronous() ? "sync" : "async");
    }

    Campaign.Leases leases() {
        TimingProfile chosen =
                TimingProfile.valueOf(profile.toUpperCase(Locale.ROOT).replace('-', '_'));
        return new Campaign.Leases(chosen.timing().lease(), RESTART_LEASE);
    }
}
