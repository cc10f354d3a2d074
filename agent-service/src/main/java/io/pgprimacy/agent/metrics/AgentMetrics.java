package io.pgprimacy.agent.metrics;

import static io.pgprimacy.agent.metrics.NodeGauges.bit;

import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.pgprimacy.agent.backup.WalKeeper;
import io.pgprimacy.agent.process.UptimeClock;
import io.pgprimacy.agent.runtime.Snapshot;
import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.NodeTags;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.lease.LeaseKeeper;
import io.pgprimacy.core.metric.AgentMetric;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What this node is, for Prometheus: our own names, and Patroni's. */
public final class AgentMetrics {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final NodeGauges gauges;
    private final UptimeClock clock;

    /** @param promises the members' agents can be asked for promises while the log is away */
    public AgentMetrics(
            ClusterId cluster,
            NodeId node,
            NodeTags nodeTags,
            boolean promises,
            Supplier<Snapshot> snapshot,
            UptimeClock clock) {
        this.gauges = new NodeGauges(registry, Tags.of("scope", cluster.value(), "name", node.value()), snapshot);
        this.clock = clock;
        new PatroniMetrics(gauges, clock).register(nodeTags, promises);
        terms();
        lease();
        log();
        data();
    }

    private void terms() {
        gauges.of(AgentMetric.TERM, s -> s.state().term().value());
        gauges.of(AgentMetric.TERM_PLEDGED, s -> s.memory().pledged().value());
        gauges.of(AgentMetric.MEMBER, s -> bit(own(s).map(Node::isMember).orElse(false)));
        gauges.of(
                AgentMetric.QUARANTINED,
                s -> bit(own(s).flatMap(Node::standingQuarantine).isPresent()));
    }

    private void lease() {
        gauges.of(AgentMetric.LEASE_REMAINING, s -> Math.max(0, seconds(s.leaseLeft(clock.now()))));
        gauges.of(
                AgentMetric.LEASE_LENGTH,
                s -> s.lease()
                        .heldFor(s.memory().primaryOf())
                        .map(LeaseKeeper.Claimed::claim)
                        .map(claim -> seconds(claim.length()))
                        .orElse(Double.NaN));
        gauges.of(
                AgentMetric.LEASE_BY_PROMISES, s -> bit(s.memory().extendedAt().isPresent()));
        gauges.of(
                AgentMetric.GUARD_REMAINING,
                s -> s.seen()
                        .guardHolds()
                        .map(d -> seconds(d.minus(clock.now())))
                        .orElse(Double.NaN));
    }

    private void log() {
        gauges.of(AgentMetric.LOG_OFFSET, s -> s.state().offset());
        gauges.of(
                AgentMetric.LOG_AGE,
                s -> s.logReadAt().map(at -> seconds(clock.now().minus(at))).orElse(Double.NaN));
        gauges.of(AgentMetric.LOG_CAUGHT_UP, s -> bit(s.caughtUp()));
        gauges.of(AgentMetric.LOG_HALTED, s -> bit(s.halted().isPresent()));
        gauges.of(AgentMetric.LOOP_AGE, s -> seconds(clock.now().minus(s.at())));
    }

    private void data() {
        gauges.of(AgentMetric.LAG, snapshot -> bytes(snapshot.lagBytes()));
        gauges.of(AgentMetric.RECEIVE_LAG, snapshot -> bytes(snapshot.receiveLagBytes()));
        gauges.of(AgentMetric.WRITE_PROBE, AgentMetrics::probeSeconds);
        gauges.of(
                AgentMetric.DISCARDED_WAL,
                s -> own(s).flatMap(n -> n.facts().discarded())
                        .map(d -> (double) d.bytes())
                        .orElse(Double.NaN));
        gauges.of(
                AgentMetric.DISCARDED_WAL_WAITING,
                s -> own(s).stream()
                        .flatMap(n -> n.facts().waiting().values().stream())
                        .mapToLong(Fact.DiscardedWalSaved::bytes)
                        .sum());
        gauges.of(
                AgentMetric.OLD_DATA,
                s -> kept(s).mapToLong(Fact.OldDataKept::bytes).sum());
        gauges.of(
                AgentMetric.OLD_DATA_SINCE,
                s -> kept(s).map(Fact.OldDataKept::since)
                        .min(Comparator.naturalOrder())
                        .map(since -> since.toEpochMilli() / 1000.0)
                        .orElse(Double.NaN));
        gauges.of(
                AgentMetric.RESTART_PARAMETERS, s -> s.seen().pendingRestarts().size());
    }

    private static Stream<Fact.OldDataKept> kept(Snapshot s) {
        return own(s).stream().flatMap(n -> n.facts().kept().values().stream());
    }

    private static double bytes(Optional<Long> known) {
        return known.map(Long::doubleValue).orElse(Double.NaN);
    }

    /** NaN while this node keeps no WAL. */
    public void walArchive(WalKeeper keeper) {
        gauges.maybe(AgentMetric.WAL_ARCHIVE_LAG, keeper::figures, f -> seconds(f.lag()));
        gauges.maybe(AgentMetric.WAL_ARCHIVE_BACKLOG, keeper::figures, WalKeeper.Figures::backlog);
        gauges.maybe(AgentMetric.WAL_SPOOL, keeper::figures, WalKeeper.Figures::spool);
        gauges.maybe(AgentMetric.WAL_SPOOL_FREE, keeper::figures, WalKeeper.Figures::free);
    }

    public String scrape() {
        return registry.scrape();
    }

    private static Optional<Node> own(Snapshot snapshot) {
        return snapshot.state().node(snapshot.node());
    }

    private static double probeSeconds(Snapshot snapshot) {
        return snapshot.seen().view() instanceof PostgresView.Primary p
                        && p.probe() instanceof PostgresView.WriteProbe.Passed passed
                ? passed.took().toNanos() / 1e9
                : Double.NaN;
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
