package io.pgprimacy.agent.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.agent.config.LocalTags;
import io.pgprimacy.agent.runtime.Snapshot;
import io.pgprimacy.core.event.NodeTags;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthChecksTest {
    private static final List<String> OF_PRIMARIES = List.of("/", "/primary", "/master", "/leader", "/read-write");
    private static final List<String> OF_BOTH =
            List.of("/read-only", "/read-only-sync", "/read-only-synchronous", "/read-only-quorum");
    private static final List<String> OF_SYNCHRONOUS_ONES = List.of("/synchronous", "/sync", "/quorum");
    private static final List<String> OF_ASYNCHRONOUS_ONES = List.of("/asynchronous", "/async");
    private static final Snapshot PRIMARY = Stage.serving().seenFromPrimary();

    @Test
    void the_primary_s_paths_hold_on_the_primary_alone_and_while_its_lease_runs() {
        Snapshot standby = Stage.serving().seenFrom(Stage.PG2, Stage.standby(0, true));
        for (String path : OF_PRIMARIES) {
            assertThat(holds(path, PRIMARY)).as(path).isTrue();
            assertThat(holds(path, standby)).as(path).isFalse();
            assertThat(HealthChecks.holds(path, Map.of(), PRIMARY, LocalTags.DEFAULT, Stage.LEASE_ENDS))
                    .as(path)
                    .isFalse();
        }
        assertThat(holds("/standby-leader", PRIMARY)).isFalse();
        assertThat(holds("/standby_leader", standby)).isFalse();
    }

    @Test
    void a_running_primary_without_a_lease_is_no_primary_to_a_load_balancer() {
        Snapshot snapshot = Stage.serving().seenFrom(Stage.PG1, Stage.primary());

        assertThat(holds("/", snapshot)).isFalse();
        assertThat(holds("/health", snapshot)).isTrue();
    }

    @Test
    void a_standby_s_paths_tell_synchronous_ones_from_others() {
        Snapshot async = Stage.serving().seenFrom(Stage.PG2, Stage.standby(0, true));
        Snapshot sync = Stage.serving().synchronous(Stage.PG2).seenFrom(Stage.PG2, Stage.standby(0, true));

        for (Snapshot standby : List.of(async, sync)) {
            assertThat(holds("/replica", standby)).isTrue();
            assertThat(holds("/read-only", standby)).isTrue();
        }
        OF_SYNCHRONOUS_ONES.forEach(
                path -> assertThat(holds(path, sync)).as(path).isTrue());
        OF_SYNCHRONOUS_ONES.forEach(
                path -> assertThat(holds(path, async)).as(path).isFalse());
        OF_ASYNCHRONOUS_ONES.forEach(
                path -> assertThat(holds(path, async)).as(path).isTrue());
        OF_ASYNCHRONOUS_ONES.forEach(
                path -> assertThat(holds(path, sync)).as(path).isFalse());
        OF_BOTH.forEach(path -> assertThat(holds(path, sync)).as(path).isTrue());
        OF_BOTH.forEach(path -> assertThat(holds(path, PRIMARY)).as(path).isTrue());
        assertThat(holds("/read-only-sync", async)).isFalse();
    }

    @Test
    void who_is_no_member_is_nobody_s_replica() {
        Snapshot stranger = Stage.empty().seenFrom(Stage.PG2, Stage.standby(0, true));

        assertThat(holds("/replica", stranger)).isFalse();
        assertThat(holds("/read-only", stranger)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"/replica", "/read-only", "/async"})
    void lag_is_of_what_has_been_replayed(String path) {
        Snapshot behind = Stage.serving().seenFrom(Stage.PG2, Stage.standby(2 << 20, true));

        assertThat(holds(path, "lag", "2MB", behind)).isTrue();
        assertThat(holds(path, "lag", "2097151", behind)).isFalse();
        assertThat(holds(path, "lag", "much", behind)).isFalse();
    }

    @Test
    void a_replica_can_be_asked_to_stream() {
        Snapshot streams = Stage.serving().seenFrom(Stage.PG2, Stage.standby(0, true));
        Snapshot cut = Stage.serving().seenFrom(Stage.PG2, Stage.standby(0, false));

        assertThat(holds("/replica", "replication_state", "streaming", streams)).isTrue();
        assertThat(holds("/replica", "replication_state", "streaming", cut)).isFalse();
        assertThat(holds("/replica", "replication_state", "in archive recovery", streams))
                .isFalse();
        assertThat(holds("/replica", cut)).isTrue();
    }

    @Test
    void readiness_is_streaming_within_the_lag_that_a_failover_allows() {
        long allowed = 16 << 20;
        assertThat(holds("/readiness", PRIMARY)).isTrue();
        assertThat(ready(Map.of(), allowed, true)).isTrue();
        assertThat(ready(Map.of(), allowed + 2, true)).isFalse();
        assertThat(ready(Map.of("mode", "write"), allowed + 2, true)).isTrue();
        assertThat(ready(Map.of("lag", "1MB"), allowed, true)).isFalse();
        assertThat(ready(Map.of(), 0, false)).isFalse();
    }

    @Test
    void tags_are_asked_for_by_value_but_not_of_a_primary() {
        LocalTags north = new LocalTags(NodeTags.DEFAULT, false, new TreeMap<>(Map.of("zone", "north")));
        Snapshot standby = Stage.serving().seenFrom(Stage.PG2, Stage.standby(0, true));

        assertThat(HealthChecks.holds("/replica", Map.of("tag_zone", "north"), standby, north, Stage.NOW))
                .isTrue();
        assertThat(HealthChecks.holds("/replica", Map.of("tag_zone", "south"), standby, north, Stage.NOW))
                .isFalse();
        assertThat(HealthChecks.holds("/health", Map.of("tag_rack", "1"), standby, north, Stage.NOW))
                .isFalse();
        assertThat(HealthChecks.holds("/primary", Map.of("tag_zone", "south"), PRIMARY, north, Stage.NOW))
                .isTrue();
    }

    @Test
    void noloadbalance_takes_a_standby_out_of_every_pool() {
        LocalTags hidden = new LocalTags(NodeTags.DEFAULT, true, new TreeMap<>());
        Snapshot standby = Stage.serving().seenFrom(Stage.PG2, Stage.standby(0, true));

        for (String path : List.of("/replica", "/read-only", "/async")) {
            assertThat(HealthChecks.holds(path, Map.of(), standby, hidden, Stage.NOW))
                    .as(path)
                    .isFalse();
        }
        assertThat(HealthChecks.holds("/health", Map.of(), standby, hidden, Stage.NOW))
                .isTrue();
        assertThat(HealthChecks.holds("/primary", Map.of(), PRIMARY, hidden, Stage.NOW))
                .isTrue();
    }

    @Test
    void a_loop_that_has_not_run_for_long_is_not_alive_and_serves_nobody() {
        Snapshot standby = Stage.serving().seenFrom(Stage.PG2, Stage.standby(0, true));
        Duration later = Stage.NOW.plusSeconds(60);

        assertThat(holds("/liveness", standby)).isTrue();
        assertThat(HealthChecks.holds("/liveness", Map.of(), standby, LocalTags.DEFAULT, later))
                .isFalse();
        assertThat(HealthChecks.holds("/replica", Map.of(), standby, LocalTags.DEFAULT, later))
                .isFalse();
    }

    @Test
    void an_unknown_path_never_looks_healthy() {
        assertThat(holds("/nonsense", PRIMARY)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "1024, 1024",
        "16kB, 16384",
        "10MB, 10485760",
        "1.5MB, 1572864",
        "1GB, 1073741824",
        "much, 0",
        "-1, 0",
        "99999999999999999999, 9223372036854775807",
        "9999999999GB, 9223372036854775807"
    })
    void sizes_are_read_as_patroni_reads_them(String text, long bytes) {
        assertThat(ByteSize.parse(text)).isEqualTo(bytes);
    }

    private static boolean holds(String path, Snapshot snapshot) {
        return HealthChecks.holds(path, Map.of(), snapshot, LocalTags.DEFAULT, Stage.NOW);
    }

    private static boolean holds(String path, String parameter, String value, Snapshot snapshot) {
        return HealthChecks.holds(path, Map.of(parameter, value), snapshot, LocalTags.DEFAULT, Stage.NOW);
    }

    private static boolean ready(Map<String, String> query, long behind, boolean streaming) {
        Snapshot standby = Stage.serving().seenFrom(Stage.PG2, Stage.standby(behind, streaming));
        return HealthChecks.holds("/readiness", query, standby, LocalTags.DEFAULT, Stage.NOW);
    }
}
