package io.pgprimacy.coordinator.metrics;

import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Evidence;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.metric.CoordinatorMetric;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How long each phase of a change of primary took. By this coordinator's own monotonic clock, when it read each record: the writers' clocks
 * differ. What it read before it had caught up is no measurement.
 */
final class PrimaryChanges {
    private final Meters meters;
    private final Supplier<Duration> clock;
    private final Map<ClusterId, Change> under = new HashMap<>();

    enum Kind {
        FAILOVER,
        SWITCHOVER,
        RESTORE
    }

    enum Phase {
        /** Since the old primary was heard last, until the failover is open. */
        SILENCE,
        /** A switchover's checkpoint, while the old primary serves. */
        PREPARATION,
        /** From the revocation of the old term to the choice: pledges, or the stop of the old primary, or restoring. */
        CHOICE,
        /** From the choice until the new primary accepts writes. */
        PROMOTION,
        /** From then until a standby streams again, once for each. */
        FOLLOWING,
        /** While nobody accepted writes, the silence included. */
        OUTAGE
    }

    /** @param revoked when the old term was revoked, less the silence before */
    private record Change(Kind kind, Term term, Duration revoked, Duration since) {
        Change at(Duration now) {
            return new Change(kind, term, revoked, now);
        }
    }

    PrimaryChanges(Meters meters, Supplier<Duration> clock) {
        this.meters = meters;
        this.clock = clock;
    }

    void read(ClusterId cluster, Decision decision) {
        Duration now = clock.get();
        switch (decision) {
            case Decision.FailoverOpened d -> {
                Duration silence = silence(d.basis().evidence(), d.oldPrimary());
                record(cluster, Kind.FAILOVER, Phase.SILENCE, silence);
                under.put(cluster, new Change(Kind.FAILOVER, d.term(), now.minus(silence), now));
            }
            case Decision.RestoreOpened d -> under.put(cluster, new Change(Kind.RESTORE, d.term(), now, now));
            case Decision.SwitchoverStarted d -> under.put(cluster, new Change(Kind.SWITCHOVER, d.term(), now, now));
            case Decision.PrimaryStopOrdered d ->
                of(cluster, d.term()).ifPresent(change -> {
                    record(cluster, change.kind(), Phase.PREPARATION, now.minus(change.since()));
                    under.put(cluster, new Change(change.kind(), d.term(), now, now));
                });
            case Decision.PrimaryChosen d -> ended(cluster, d.term(), Phase.CHOICE, now);
            case Decision.SwitchoverAborted d -> under.remove(cluster);
            default -> {
                // Nothing else moves a primary.
            }
        }
    }

    void read(ClusterId cluster, Fact fact) {
        Duration now = clock.get();
        switch (fact) {
            case Fact.Promoted f -> {
                of(cluster, f.term()).ifPresent(c -> record(cluster, c.kind(), Phase.OUTAGE, now.minus(c.revoked())));
                ended(cluster, f.term(), Phase.PROMOTION, now);
            }
            case Fact.StandbyFollowing f ->
                of(cluster, f.term()).ifPresent(c -> record(cluster, c.kind(), Phase.FOLLOWING, now.minus(c.since())));
            default -> {
                // Nothing else ends a phase.
            }
        }
    }

    void forget(ClusterId cluster) {
        under.remove(cluster);
    }

    private void ended(ClusterId cluster, Term term, Phase phase, Duration now) {
        of(cluster, term).ifPresent(change -> {
            record(cluster, change.kind(), phase, now.minus(change.since()));
            under.put(cluster, change.at(now));
        });
    }

    /** A change that began before this coordinator had caught up is not measured. */
    private Optional<Change> of(ClusterId cluster, Term term) {
        return Optional.ofNullable(under.get(cluster))
                .filter(change -> change.term().equals(term));
    }

    private static Duration silence(Evidence evidence, NodeId node) {
        return Optional.ofNullable(evidence.heard().get(node))
                .map(Evidence.Heard::ago)
                .orElse(Duration.ZERO);
    }

    private void record(ClusterId cluster, Kind kind, Phase phase, Duration took) {
        meters.timer(CoordinatorMetric.PRIMARY_CHANGE, cluster.value(), lower(kind), lower(phase))
                .record(took);
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
