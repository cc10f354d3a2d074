package io.pgprimacy.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.agent.backup.WalKeeper;
import io.pgprimacy.agent.runtime.Snapshot;
import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.event.Endpoint;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.NodeTags;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.lease.LeaseKeeper;
import io.pgprimacy.core.metric.AgentMetric;
import io.pgprimacy.core.metric.Metric;
import io.pgprimacy.core.metric.PatroniMetric;
import io.pgprimacy.core.plan.LocalMemory;
import io.pgprimacy.core.plan.Observation;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PatroniMetricsTest {
    private static final NodeId NODE = new NodeId("pg1");

    /** Patroni 4.1. */
    private static final List<String> ALL = List.of(
            "patroni_version",
            "patroni_postgres_running",
            "patroni_postmaster_start_time",
            "patroni_primary",
            "patroni_xlog_location",
            "patroni_standby_leader",
            "patroni_replica",
            "patroni_sync_standby",
            "patroni_quorum_standby",
            "patroni_xlog_received_location",
            "patroni_xlog_replayed_location",
            "patroni_xlog_replayed_timestamp",
            "patroni_xlog_paused",
            "patroni_postgres_streaming",
            "patroni_postgres_in_archive_recovery",
            "patroni_postgres_server_version",
            "patroni_cluster_unlocked",
            "patroni_failsafe_mode_is_active",
            "patroni_failsafe_mode_enabled",
            "patroni_failsafe_member",
            "patroni_postgres_timeline",
            "patroni_dcs_last_seen",
            "patroni_pending_restart",
            "patroni_is_paused",
            "patroni_postgres_state",
            "patroni_failover_priority");

    @Test
    void all_of_patroni_s_names_are_there_once_with_its_labels() {
        List<String> lines = scrape().filter(l -> l.startsWith("patroni_")).toList();

        assertThat(lines)
                .allMatch(line -> line.contains("{name=\"pg1\",scope=\"main\"} "))
                .map(line -> line.substring(0, line.indexOf('{')))
                .containsExactlyInAnyOrderElementsOf(ALL);
    }

    @Test
    void a_stopped_node_of_a_cluster_that_is_not_there_yet() {
        assertThat(scrape())
                .contains(
                        "patroni_version{name=\"pg1\",scope=\"main\"} 40100.0",
                        "patroni_postgres_running{name=\"pg1\",scope=\"main\"} 0.0",
                        "patroni_postgres_state{name=\"pg1\",scope=\"main\"} 12.0",
                        "patroni_cluster_unlocked{name=\"pg1\",scope=\"main\"} 1.0",
                        "patroni_dcs_last_seen{name=\"pg1\",scope=\"main\"} 0.0",
                        "patroni_failover_priority{name=\"pg1\",scope=\"main\"} 2.0");
    }

    /** The alert of two primaries rests on it: the second one is the one without a lease. */
    @Test
    void who_accepts_writes_is_a_primary_with_a_lease_or_without() {
        PostgresView primary = new PostgresView.Primary(
                new TimelineId(2), Lsn.parse("0/3000000"), new PostgresView.WriteProbe.NotYet(), List.of(), 0);

        assertThat(scrape(primary)).contains("patroni_primary{name=\"pg1\",scope=\"main\"} 1.0");
    }

    @Test
    void how_far_a_standby_is_behind_what_nobody_knows_is_no_number() {
        PostgresView standby = new PostgresView.Standby(
                new TimelineId(2), Lsn.parse("0/3000000"), Lsn.parse("0/3000000"), true, PostgresView.Upstream.CUT);

        assertThat(scrape(standby))
                .contains(
                        "pgprimacy_lag_bytes{name=\"pg1\",scope=\"main\"} NaN",
                        "pgprimacy_receive_lag_bytes{name=\"pg1\",scope=\"main\"} NaN");
    }

    @Test
    void what_is_exported_is_the_catalogue() {
        AgentMetrics metrics = metrics(new PostgresView.Stopped("shut down"));
        metrics.walArchive(new WalKeeper(
                NODE,
                (task, others, onLine, onEnd) -> {
                    throw new AssertionError("nothing is kept here");
                },
                () -> {}));

        assertThat(metrics.scrape().lines().filter(l -> !l.startsWith("#")).map(l -> l.substring(0, l.indexOf('{'))))
                .containsExactlyInAnyOrderElementsOf(Stream.<Metric[]>of(AgentMetric.values(), PatroniMetric.values())
                        .flatMap(Arrays::stream)
                        .map(Metric::exposed)
                        .toList());
    }

    private static Stream<String> scrape() {
        return scrape(new PostgresView.Stopped("shut down"));
    }

    private static Stream<String> scrape(PostgresView view) {
        return metrics(view).scrape().lines();
    }

    private static AgentMetrics metrics(PostgresView view) {
        return new AgentMetrics(
                new ClusterId("main"),
                NODE,
                new NodeTags(false, 2),
                true,
                () -> snapshot(view),
                () -> Duration.ofSeconds(100));
    }

    private static Snapshot snapshot(PostgresView view) {
        Fact.NodeJoined joined = new Fact.NodeJoined(
                NODE,
                new Endpoint("127.0.0.1", 5432, 8008),
                NodeTags.DEFAULT,
                Optional.empty(),
                "15",
                false,
                Optional.empty());
        Observation seen = new Observation(
                view,
                false,
                joined,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                new TreeSet<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        return new Snapshot(
                NODE,
                ClusterState.initial(new ClusterId("main")),
                LocalMemory.NEW,
                LeaseKeeper.NONE,
                seen,
                "",
                Duration.ofSeconds(100),
                true,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of());
    }
}
