package io.pgprimacy.agent.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.agent.config.LocalTags;
import io.pgprimacy.agent.runtime.Chronicle;
import io.pgprimacy.agent.runtime.Snapshot;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.ReplicationMode;
import io.pgprimacy.core.config.TimingProfile;
import io.pgprimacy.core.postgres.TimelineId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What Patroni's tools read out of the documents, by the keys and words that they read. */
class DocumentsTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Test
    void a_streaming_standby_runs_and_its_member_streams() {
        Stage stage = Stage.serving().synchronous(Stage.PG2).heartbeat(Stage.PG2, Stage.standby(100, true));
        Snapshot snapshot = stage.seenFrom(Stage.PG2, Stage.standby(100, true));

        JsonNode node = json(NodeDocument.of(snapshot, LocalTags.DEFAULT, Stage.NOW));
        JsonNode member = json(ClusterDocument.cluster(snapshot, LocalTags.DEFAULT))
                .path("members")
                .get(1);

        assertThat(node.path("state").asString()).isEqualTo("running");
        assertThat(node.path("role").asString()).isEqualTo("replica");
        assertThat(node.path("replication_state").asString()).isEqualTo("streaming");
        assertThat(node.path("quorum_standby").asBoolean()).isTrue();
        assertThat(node.path("patroni").path("scope").asString()).isEqualTo("main");
        assertThat(member.path("state").asString()).isEqualTo("streaming");
        assertThat(member.path("role").asString()).isEqualTo("quorum_standby");
        assertThat(member.path("receive_lag").asInt()).isEqualTo(50);
        assertThat(member.path("replay_lag").asInt()).isEqualTo(100);
        assertThat(member.path("lag").asInt()).isEqualTo(50);
        assertThat(member.path("replay_lsn").asString()).isEqualTo("0/2FFFF9C");
    }

    @Test
    void the_leader_has_no_lag_and_a_member_that_was_never_heard_an_unknown_one() {
        Snapshot snapshot = Stage.serving().seenFromPrimary();
        JsonNode members =
                json(ClusterDocument.cluster(snapshot, LocalTags.DEFAULT)).path("members");

        assertThat(members.get(0).path("role").asString()).isEqualTo("leader");
        assertThat(members.get(0).path("state").asString()).isEqualTo("running");
        assertThat(members.get(0).has("lag")).isFalse();
        assertThat(members.get(1).path("state").asString()).isEqualTo("unknown");
        assertThat(members.get(1).path("lag").asString()).isEqualTo("unknown");
        assertThat(members.get(1).path("api_url").asString()).isEqualTo("http://127.0.0.1:8008/patroni");
    }

    @Test
    void the_primary_tells_its_role_while_its_lease_runs() {
        Snapshot snapshot = Stage.serving().seenFromPrimary();

        assertThat(NodeDocument.of(snapshot, LocalTags.DEFAULT, Stage.NOW)).containsEntry("role", "primary");
        assertThat(NodeDocument.of(snapshot, LocalTags.DEFAULT, Stage.LEASE_ENDS))
                .containsEntry("role", "replica");
    }

    @Test
    void history_is_a_list_of_five_with_our_reason_as_the_third() {
        Chronicle.Entry entry = new Chronicle.Entry(
                new TimelineId(1), Stage.AHEAD, "pg1 is gone", Instant.parse("2026-11-24T04:05:06.5Z"), Stage.PG2);

        assertThat(ClusterDocument.history(List.of(entry)))
                .containsExactly(List.of(1L, 50331648L, "pg1 is gone", "2026-11-24T04:05:06.500000+00:00", "pg2"));
    }

    @Test
    void the_configuration_is_told_in_whole_seconds_and_exactly() {
        ClusterConfig config = ClusterConfig.defaults(TimingProfile.FAST)
                .with(c -> c.replication = new ReplicationMode.Quorum(1, true));

        JsonNode body = json(ConfigDocument.of(config, true, true));

        assertThat(body.path("ttl").asInt()).isEqualTo(3);
        assertThat(body.path("loop_wait").asInt()).isEqualTo(1);
        assertThat(body.path("synchronous_mode").asString()).isEqualTo("quorum");
        assertThat(body.path("synchronous_mode_strict").asBoolean()).isTrue();
        assertThat(body.path("pause").asBoolean()).isTrue();
        assertThat(body.path("postgresql").path("use_pg_rewind").asBoolean()).isTrue();
        assertThat(body.path("pgprimacy").path("heartbeat_ms").asInt()).isEqualTo(500);
        assertThat(JSON.writeValueAsString(body))
                .isEqualTo(JSON.writeValueAsString(json(ConfigDocument.of(config, true, true))));
    }

    @Test
    void failsafe_names_whom_a_primary_would_ask() {
        assertThat(ClusterDocument.failsafe(Stage.serving().state()))
                .isEqualTo(Map.of("pg1", "http://127.0.0.1:8008/patroni", "pg2", "http://127.0.0.1:8008/patroni"));
    }

    @ParameterizedTest
    @CsvSource({"15.8, 150008", "18, 180000", "'', 0"})
    void versions_are_numbers_as_patroni_gives_them(String text, int number) {
        assertThat(NodeDocument.serverVersion(text)).isEqualTo(number);
    }

    private static JsonNode json(Object document) {
        return JSON.readTree(JSON.writeValueAsString(document));
    }
}
