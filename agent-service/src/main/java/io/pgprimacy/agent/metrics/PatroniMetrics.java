package io.pgprimacy.agent.metrics;

import static io.pgprimacy.agent.metrics.NodeGauges.bit;

import io.pgprimacy.agent.api.PatroniDialect;
import io.pgprimacy.agent.api.PostgresState;
import io.pgprimacy.agent.api.ReplicationState;
import io.pgprimacy.agent.postgres.PostgresObservation;
import io.pgprimacy.agent.process.UptimeClock;
import io.pgprimacy.agent.runtime.Snapshot;
import io.pgprimacy.core.event.NodeTags;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.metric.PatroniMetric;
import java.time.Instant;
import java.util.Optional;

/**
 * The 26 metrics of Patroni 4.1, by its names and with its meanings, so that boards and alerts made for it show something true. All are
 * gauges: Micrometer would put {@code _total} behind a counter's name.
 *
 * <p>Source: Patroni 4.1, patroni/api.py.
 */
final class PatroniMetrics {
    private final NodeGauges gauges;
    private final UptimeClock clock;

    PatroniMetrics(NodeGauges gauges, UptimeClock clock) {
        this.gauges = gauges;
        this.clock = clock;
    }

    /** @param promises the members' agents can be asked for promises while the log is away */
    void register(NodeTags nodeTags, boolean promises) {
        postgres();
        positions();
        cluster(promises);
        gauges.of(PatroniMetric.VERSION, _ -> PatroniDialect.versionNumber());
        gauges.of(PatroniMetric.FAILOVER_PRIORITY, _ -> nodeTags.mayBePrimary() ? nodeTags.failoverPriority() : 0);
    }

    private void postgres() {
        gauges.of(PatroniMetric.POSTGRES_RUNNING, s -> bit(s.isRunning()));
        gauges.of(PatroniMetric.POSTMASTER_START, s -> seconds(s.told().map(PostgresObservation::postmasterStart)));
        gauges.of(PatroniMetric.POSTGRES_STATE, s -> PostgresState.of(s).number());
        gauges.of(
                PatroniMetric.SERVER_VERSION,
                s -> s.told().map(PostgresObservation::serverVersion).orElse(0));
        gauges.of(
                PatroniMetric.PENDING_RESTART,
                s -> bit(!s.seen().pendingRestarts().isEmpty()));
        gauges.of(PatroniMetric.PRIMARY, s -> bit(s.seen().view() instanceof PostgresView.Primary));
        gauges.of(PatroniMetric.STANDBY_LEADER, _ -> 0);
        gauges.of(PatroniMetric.REPLICA, s -> bit(s.standby().isPresent()));
        gauges.of(PatroniMetric.SYNC_STANDBY, _ -> 0);
        gauges.of(PatroniMetric.QUORUM_STANDBY, s -> bit(s.isSynchronous()));
        gauges.of(PatroniMetric.STREAMING, s -> bit(isIn(ReplicationState.STREAMING, s)));
        gauges.of(PatroniMetric.ARCHIVE_RECOVERY, s -> bit(isIn(ReplicationState.FROM_ARCHIVE, s)));
    }

    private void positions() {
        gauges.of(
                PatroniMetric.XLOG_LOCATION,
                s -> s.seen().view() instanceof PostgresView.Primary p
                        ? p.flushed().value()
                        : 0);
        gauges.of(
                PatroniMetric.XLOG_RECEIVED,
                s -> s.standby().map(v -> v.received().value()).orElse(0L));
        gauges.of(
                PatroniMetric.XLOG_REPLAYED,
                s -> s.standby().map(v -> v.replayed().value()).orElse(0L));
        gauges.of(PatroniMetric.XLOG_REPLAYED_TIME, s -> seconds(s.told().flatMap(PostgresObservation::replayedAt)));
        gauges.of(
                PatroniMetric.XLOG_PAUSED,
                s -> bit(s.told().map(PostgresObservation::replayPaused).orElse(false)));
        gauges.of(
                PatroniMetric.TIMELINE,
                s -> s.seen()
                        .view()
                        .knownPosition()
                        .map(p -> p.timeline().value())
                        .orElse(0L));
    }

    private void cluster(boolean promises) {
        gauges.of(PatroniMetric.CLUSTER_UNLOCKED, s -> bit(s.state().primary().isEmpty()));
        gauges.of(PatroniMetric.IS_PAUSED, s -> bit(s.state().paused()));
        gauges.of(PatroniMetric.DCS_LAST_SEEN, s -> Math.floor(seconds(s.logLastSeen(clock.now()))));
        gauges.of(
                PatroniMetric.FAILSAFE_ACTIVE, s -> bit(s.memory().extendedAt().isPresent()));
        gauges.of(PatroniMetric.FAILSAFE_ENABLED, _ -> bit(promises));
        gauges.of(
                PatroniMetric.FAILSAFE_MEMBER,
                s -> bit(promises
                        && s.state()
                                .node(s.node())
                                .map(n -> n.isMember() && !n.isSuspended())
                                .orElse(false)));
    }

    private static boolean isIn(String state, Snapshot snapshot) {
        return ReplicationState.of(snapshot).equals(Optional.of(state));
    }

    private static double seconds(Optional<Instant> time) {
        return time.map(t -> t.toEpochMilli() / 1000.0).orElse(0.0);
    }
}
