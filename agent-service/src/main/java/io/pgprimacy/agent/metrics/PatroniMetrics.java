package io.pgprimacy.agent.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.pgprimacy.agent.api.PatroniDialect;
import io.pgprimacy.agent.api.PostgresState;
import io.pgprimacy.agent.api.ReplicationState;
import io.pgprimacy.agent.postgres.PostgresObservation;
import io.pgprimacy.agent.process.UptimeClock;
import io.pgprimacy.agent.runtime.Snapshot;
import io.pgprimacy.core.event.NodeTags;
import io.pgprimacy.core.event.PostgresView;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * The 26 metrics of Patroni 4.1, by its names and with its meanings, so that boards and alerts made for it show something true. All are
 * gauges: Micrometer would put {@code _total} behind a counter's name.
 *
 * <p>Source: Patroni 4.1, patroni/api.py.
 */
final class PatroniMetrics {
    private final MeterRegistry registry;
    private final Tags tags;
    private final Supplier<Snapshot> snapshot;
    private final UptimeClock clock;

    PatroniMetrics(MeterRegistry registry, Tags tags, Supplier<Snapshot> snapshot, UptimeClock clock) {
        this.registry = registry;
        this.tags = tags;
        this.snapshot = snapshot;
        this.clock = clock;
    }

    /** @param promises the members' agents can be asked for promises while the log is away */
    void register(NodeTags nodeTags, boolean promises) {
        postgres();
        positions();
        cluster(promises);
        gauge("patroni.version", "of the Patroni whose dialect this is", _ -> PatroniDialect.versionNumber());
        gauge(
                "patroni.failover.priority",
                "the higher is chosen among equally advanced nodes, 0 never",
                _ -> nodeTags.mayBePrimary() ? nodeTags.failoverPriority() : 0);
    }

    private void postgres() {
        gauge("patroni.postgres.running", "PostgreSQL runs", s -> bit(s.isRunning()));
        gauge(
                "patroni.postmaster.start.time",
                "seconds since 1970, 0 while PostgreSQL does not answer",
                s -> seconds(s.told().map(PostgresObservation::postmasterStart)));
        gauge(
                "patroni.postgres.state",
                "0 initdb, 4 creating replica, 5 running, 6 starting, 11 stopping, 12 stopped, -1 does not answer",
                s -> PostgresState.of(s).number());
        gauge(
                "patroni.postgres.server.version",
                "150008 for 15.8, 0 while PostgreSQL does not answer",
                s -> s.told().map(PostgresObservation::serverVersion).orElse(0));
        gauge(
                "patroni.pending.restart",
                "parameters wait for a restart",
                s -> bit(!s.seen().pendingRestarts().isEmpty()));
        gauge(
                "patroni.primary",
                "this node accepts writes, with a lease or without",
                s -> bit(s.seen().view() instanceof PostgresView.Primary));
        gauge("patroni.standby.leader", "there are no standby clusters", _ -> 0);
        gauge("patroni.replica", "this node is a standby", s -> bit(s.standby().isPresent()));
        gauge("patroni.sync.standby", "0: a synchronous set is always a quorum's", _ -> 0);
        gauge("patroni.quorum.standby", "this standby is in the synchronous set", s -> bit(s.isSynchronous()));
        gauge("patroni.postgres.streaming", "this standby streams", s -> bit(isIn(ReplicationState.STREAMING, s)));
        gauge(
                "patroni.postgres.in.archive.recovery",
                "this standby replays from an archive",
                s -> bit(isIn(ReplicationState.FROM_ARCHIVE, s)));
    }

    private void positions() {
        gauge(
                "patroni.xlog.location",
                "flushed position of the primary, 0 elsewhere",
                s -> s.seen().view() instanceof PostgresView.Primary p
                        ? p.flushed().value()
                        : 0);
        gauge(
                "patroni.xlog.received.location",
                "received position of a standby",
                s -> s.standby().map(v -> v.received().value()).orElse(0L));
        gauge(
                "patroni.xlog.replayed.location",
                "replayed position of a standby",
                s -> s.standby().map(v -> v.replayed().value()).orElse(0L));
        gauge(
                "patroni.xlog.replayed.timestamp",
                "commit time of the last transaction replayed, seconds since 1970, 0 for none",
                s -> seconds(s.told().flatMap(PostgresObservation::replayedAt)));
        gauge(
                "patroni.xlog.paused",
                "replay is paused",
                s -> bit(s.told().map(PostgresObservation::replayPaused).orElse(false)));
        gauge(
                "patroni.postgres.timeline",
                "timeline",
                s -> s.seen()
                        .view()
                        .knownPosition()
                        .map(p -> p.timeline().value())
                        .orElse(0L));
    }

    private void cluster(boolean promises) {
        gauge(
                "patroni.cluster.unlocked",
                "no grant is in force",
                s -> bit(s.state().primary().isEmpty()));
        gauge("patroni.is.paused", "automation is paused", s -> bit(s.state().paused()));
        gauge(
                "patroni.dcs.last.seen",
                "when the log gave something back last, seconds since 1970",
                s -> Math.floor(seconds(s.logLastSeen(clock.now()))));
        gauge(
                "patroni.failsafe.mode.is.active",
                "the members' promises keep the lease",
                s -> bit(s.memory().extendedAt().isPresent()));
        gauge("patroni.failsafe.mode.enabled", "the members' agents can be asked for promises", _ -> bit(promises));
        gauge(
                "patroni.failsafe.member",
                "a primary needs this node's promise",
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

    private static double bit(boolean value) {
        return value ? 1 : 0;
    }

    private void gauge(String name, String description, ToDoubleFunction<Snapshot> value) {
        Gauge.builder(name, snapshot, s -> value.applyAsDouble(s.get()))
                .description(description)
                .tags(tags)
                .register(registry);
    }
}
