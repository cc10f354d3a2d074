package io.pgprimacy.agent.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.pgprimacy.agent.backup.WalKeeper;
import io.pgprimacy.agent.process.UptimeClock;
import io.pgprimacy.agent.runtime.Snapshot;
import io.pgprimacy.core.event.NodeTags;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** Gauges over the latest snapshot: computed when asked for, so that they cost nothing in between. */
public final class AgentMetrics {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Supplier<Snapshot> snapshot;
    private final Tags tags;

    /** @param promises the members' agents can be asked for promises while the log is away */
    public AgentMetrics(
            ClusterId cluster,
            NodeId node,
            NodeTags nodeTags,
            boolean promises,
            Supplier<Snapshot> snapshot,
            UptimeClock clock) {
        this.snapshot = snapshot;
        this.tags = Tags.of("scope", cluster.value(), "name", node.value());
        new PatroniMetrics(registry, tags, snapshot, clock).register(nodeTags, promises);
        gauge("pgprimacy.term", "newest term in the log", s -> s.state().term().value());
        gauge(
                "pgprimacy.term.pledged",
                "term below which this node never serves again",
                s -> s.memory().pledged().value());
        gauge(
                "pgprimacy.lease.remaining.seconds",
                "what is left of the primary's lease",
                s -> Math.max(0, s.leaseLeft(clock.now()).toMillis() / 1000.0));
        gauge(
                "pgprimacy.lease.by.promises",
                "the log gives nothing back, and the other members' promises keep the lease",
                s -> bit(s.memory().extendedAt().isPresent()));
        gauge(
                "pgprimacy.guard.remaining.seconds",
                "until the guard kills; NaN when it is disarmed",
                s -> s.seen()
                        .guardHolds()
                        .map(d -> d.minus(clock.now()).toMillis() / 1000.0)
                        .orElse(Double.NaN));
        gauge(
                "pgprimacy.log.offset",
                "offset of the last record folded",
                s -> s.state().offset());
        gauge(
                "pgprimacy.log.halted",
                "1 when the log is not the one that was read so far, or cannot be read",
                s -> bit(s.halted().isPresent()));
        gauge(
                "pgprimacy.loop.age.seconds",
                "since the agent's loop ran last",
                s -> clock.now().minus(s.at()).toMillis() / 1000.0);
        gauge("pgprimacy.lag.bytes", "behind the primary's last heartbeat", Snapshot::lagBytes);
        gauge("pgprimacy.write.probe.seconds", "how long the last small local write took", AgentMetrics::probeSeconds);
    }

    /** NaN while this node keeps no WAL. */
    public void walArchive(WalKeeper keeper) {
        gauge(
                "pgprimacy.wal.archive.lag.seconds",
                "how old a commit may be that is not in the archive",
                keeper,
                f -> f.lag().toMillis() / 1000.0);
        gauge("pgprimacy.wal.archive.backlog.segments", "segments that wait for the archive", keeper, f -> f.backlog());
        gauge("pgprimacy.wal.spool.bytes", "what pg_wal takes", keeper, f -> f.spool());
        gauge("pgprimacy.wal.spool.free.bytes", "free on its disk", keeper, f -> f.free());
    }

    private void gauge(String name, String description, WalKeeper keeper, ToDoubleFunction<WalKeeper.Figures> value) {
        Gauge.builder(name, keeper, k -> k.figures().map(value::applyAsDouble).orElse(Double.NaN))
                .description(description)
                .tags(tags)
                .register(registry);
    }

    public PrometheusMeterRegistry registry() {
        return registry;
    }

    public String scrape() {
        return registry.scrape();
    }

    private void gauge(String name, String description, ToDoubleFunction<Snapshot> value) {
        Gauge.builder(name, snapshot, s -> value.applyAsDouble(s.get()))
                .description(description)
                .tags(tags)
                .register(registry);
    }

    private static double probeSeconds(Snapshot snapshot) {
        return snapshot.seen().view() instanceof PostgresView.Primary p
                        && p.probe() instanceof PostgresView.WriteProbe.Passed passed
                ? passed.took().toNanos() / 1e9
                : Double.NaN;
    }

    private static double bit(boolean value) {
        return value ? 1 : 0;
    }
}
