package io.pgprimacy.agent.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.agent.runtime.Snapshot;
import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.event.Endpoint;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.NodeTags;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.lease.LeaseKeeper;
import io.pgprimacy.core.plan.LocalMemory;
import io.pgprimacy.core.plan.Observation;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthChecksTest {
    private static final NodeId NODE = new NodeId("pg1");
    private static final Duration NOW = Duration.ofSeconds(100);
    private static final PostgresView PRIMARY = new PostgresView.Primary(
            new TimelineId(2), Lsn.parse("0/3000000"), new PostgresView.WriteProbe.NotYet(), List.of(), 0);

    @Test
    void a_running_primary_without_a_grant_is_no_primary_to_a_load_balancer() {
        Snapshot snapshot = snapshot(PRIMARY, LocalMemory.NEW.withPrimaryOf(new Term(1)));

        assertThat(HealthChecks.holds("/", Map.of(), snapshot, NOW)).isFalse();
        assertThat(HealthChecks.holds("/primary", Map.of(), snapshot, NOW)).isFalse();
        assertThat(HealthChecks.holds("/health", Map.of(), snapshot, NOW)).isTrue();
    }

    @Test
    void a_loop_that_has_not_run_for_long_is_not_alive() {
        Snapshot snapshot = snapshot(PRIMARY, LocalMemory.NEW);

        assertThat(HealthChecks.holds("/liveness", Map.of(), snapshot, NOW)).isTrue();
        assertThat(HealthChecks.holds("/liveness", Map.of(), snapshot, NOW.plusSeconds(60)))
                .isFalse();
    }

    @Test
    void an_unknown_path_never_looks_healthy() {
        assertThat(HealthChecks.holds("/nonsense", Map.of(), snapshot(PRIMARY, LocalMemory.NEW), NOW))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"1024, 1024", "16kB, 16384", "10MB, 10485760", "1GB, 1073741824", "much, 0"})
    void sizes_are_read_as_patroni_reads_them(String text, long bytes) {
        assertThat(HealthChecks.bytes(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"15.8, 150008", "18, 180000", "'', 0"})
    void versions_are_numbers_as_patroni_gives_them(String text, int number) {
        assertThat(PatroniView.serverVersion(text)).isEqualTo(number);
    }

    private static Snapshot snapshot(PostgresView view, LocalMemory memory) {
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
                true,
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
                memory,
                LeaseKeeper.NONE,
                seen,
                "",
                NOW,
                true,
                Optional.empty());
    }
}
