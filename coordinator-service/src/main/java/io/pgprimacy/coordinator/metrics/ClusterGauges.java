package io.pgprimacy.coordinator.metrics;

import io.pgprimacy.coordinator.runtime.FleetRuntime;
import io.pgprimacy.coordinator.runtime.Snapshot;
import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.cluster.Grant;
import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.cluster.Phase;
import io.pgprimacy.core.config.BackupType;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.ReplicationMode;
import io.pgprimacy.core.event.Evidence;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.explain.ClusterHealth;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.metric.CoordinatorMetric;
import java.time.Instant;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** What each cluster is now, computed when it is asked for. */
final class ClusterGauges {
    private final Meters meters;
    private final FleetRuntime fleet;

    ClusterGauges(Meters meters, FleetRuntime fleet) {
        this.meters = meters;
        this.fleet = fleet;
    }

    void ofFleet() {
        meters.gauge(CoordinatorMetric.CLUSTERS, () -> fleet.clusters().size());
        meters.gauge(CoordinatorMetric.CLUSTERS_SUSPECT, () -> fleet.fleet().suspect());
        meters.gauge(CoordinatorMetric.CLUSTERS_OWNED, fleet::owned);
        meters.gauge(CoordinatorMetric.CLUSTERS_LIVE, fleet::live);
        meters.gauge(CoordinatorMetric.CLUSTERS_HALTED, fleet::halted);
        meters.gauge(CoordinatorMetric.CLUSTERS_BEHIND, fleet::behind);
    }

    void add(ClusterId cluster) {
        health(cluster);
        members(cluster);
        automation(cluster);
        log(cluster);
        backups(cluster);
    }

    private void health(ClusterId cluster) {
        bit(CoordinatorMetric.HEALTHY, cluster, s -> healthOf(s).isHealthy());
        of(CoordinatorMetric.PROBLEMS, cluster, s -> healthOf(s).problems().size());
        of(CoordinatorMetric.CLUSTER_TERM, cluster, s -> s.state().term().value());
        bit(
                CoordinatorMetric.SERVING,
                cluster,
                s -> s.state().phase() instanceof Phase.Serving && s.state().isPromotionConfirmed());
        bit(
                CoordinatorMetric.FAILOVER_BLOCKED,
                cluster,
                s -> s.state().phase() instanceof Phase.FailingOver f
                        && f.blocked().isPresent());
        of(CoordinatorMetric.PRIMARY_SILENCE, cluster, ClusterGauges::silence);
    }

    private void members(ClusterId cluster) {
        of(CoordinatorMetric.MEMBERS, cluster, s -> s.state().members().size());
        of(
                CoordinatorMetric.MEMBERS_QUARANTINED,
                cluster,
                s -> count(s, n -> n.standingQuarantine().isPresent()));
        of(CoordinatorMetric.MEMBERS_SUSPENDED, cluster, s -> count(s, Node::isSuspended));
        of(
                CoordinatorMetric.SYNC_ACKNOWLEDGEMENTS,
                cluster,
                s -> s.state().sync().acknowledgements());
        of(
                CoordinatorMetric.SYNC_WANTED,
                cluster,
                s -> s.state().config().map(ClusterGauges::wanted).orElse(0));
    }

    private void automation(ClusterId cluster) {
        bit(CoordinatorMetric.AUTOMATION_HALTED, cluster, s -> s.state().halted());
        of(
                CoordinatorMetric.AUTOMATIC_FAILOVERS,
                cluster,
                s -> s.state().automaticFailovers().size());
        bit(CoordinatorMetric.PAUSED, cluster, s -> s.state().paused());
    }

    private void log(ClusterId cluster) {
        bit(CoordinatorMetric.CLUSTER_LOG_LIVE, cluster, s -> s.evidence().logLive());
        bit(
                CoordinatorMetric.CLUSTER_LOG_HALTED,
                cluster,
                s -> s.halted().isPresent() || s.state().lostDecisions().isPresent());
        meters.gauge(
                CoordinatorMetric.CLUSTER_LOG_AGE,
                () -> fleet.logAge(cluster).map(age -> age.toMillis() / 1000.0).orElse(Double.NaN),
                cluster.value());
    }

    private void backups(ClusterId cluster) {
        bit(
                CoordinatorMetric.BACKUP_RUNNING,
                cluster,
                s -> s.state().runningBackup().isPresent());
        // No recovery begins with a logical one: it must not still the alert on old backups.
        for (BackupType type :
                Stream.of(BackupType.values()).filter(BackupType::isPhysical).toList()) {
            meters.gauge(
                    CoordinatorMetric.BACKUP_COMPLETED,
                    () -> value(cluster, s -> completed(s.state(), type)),
                    cluster.value(),
                    type.name().toLowerCase(Locale.ROOT));
        }
    }

    private static double completed(ClusterState state, BackupType type) {
        return state.nodes().values().stream()
                .flatMap(
                        n -> Optional.ofNullable(n.facts().backups().completed().get(type)).stream())
                .map(Fact.BackupCompleted::stop)
                .map(Fact.BackupCompleted.Point::time)
                .max(Comparator.naturalOrder())
                .map(Instant::toEpochMilli)
                .map(millis -> millis / 1000.0)
                .orElse(Double.NaN);
    }

    private static double silence(Snapshot s) {
        return s.state()
                .lastGrant()
                .map(Grant::node)
                .map(s.evidence().heard()::get)
                .map(Evidence.Heard::ago)
                .map(ago -> ago.toMillis() / 1000.0)
                .orElse(Double.NaN);
    }

    private static int wanted(ClusterConfig config) {
        return switch (config.replication()) {
            case ReplicationMode.Asynchronous a -> 0;
            case ReplicationMode.Quorum q -> q.acknowledgements();
        };
    }

    private static long count(Snapshot s, Predicate<Node> which) {
        return s.state().members().stream().filter(which).count();
    }

    private static ClusterHealth healthOf(Snapshot s) {
        return ClusterHealth.of(s.state(), s.evidence());
    }

    private void bit(CoordinatorMetric metric, ClusterId cluster, Predicate<Snapshot> holds) {
        of(metric, cluster, s -> holds.test(s) ? 1 : 0);
    }

    private void of(CoordinatorMetric metric, ClusterId cluster, ToDoubleFunction<Snapshot> value) {
        meters.gauge(metric, () -> value(cluster, value), cluster.value());
    }

    private double value(ClusterId cluster, ToDoubleFunction<Snapshot> value) {
        return fleet.snapshot(cluster).map(value::applyAsDouble).orElse(Double.NaN);
    }
}
