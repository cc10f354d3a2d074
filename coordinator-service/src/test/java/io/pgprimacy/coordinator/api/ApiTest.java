package io.pgprimacy.coordinator.api;

import static io.pgprimacy.coordinator.runtime.FakeFleet.MAIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.event.Request;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.http.MediaType;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.request.MockMvcRequestBuilders;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@SpringBootTest(classes = ApiTestApplication.class)
@AutoConfigureMockMvc
class ApiTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String ORIGIN = "\"actor\": \"ada\", \"reason\": \"kernel update\"";

    @Autowired
    MockMvc mvc;

    @Autowired
    ApiTestApplication.Scene scene;

    @BeforeEach
    void threeHealthyNodes() {
        scene.begin();
    }

    @Test
    void a_cluster_shows_its_members() throws Exception {
        JsonNode main = get(200, "/api/v1/clusters/main");
        assertThat(main.path("healthy").asBoolean()).isTrue();
        assertThat(main.path("primary").asString()).isEqualTo("a");
        assertThat(main.path("profile").asString()).isEqualTo("fast");
        JsonNode b = main.path("members").path(1);
        assertThat(b.path("name").asString()).isEqualTo("b");
        assertThat(b.path("role").asString()).isEqualTo("standby");
        assertThat(b.path("state").asString()).isEqualTo("streaming");
        assertThat(b.path("lagBytes").asLong()).isEqualTo(256);
        assertThat(b.path("syncState").asString()).isEqualTo("async");
        JsonNode a = main.path("members").path(0);
        assertThat(a.path("lagBytes").isNull()).isTrue();
        assertThat(a.path("leaseRemainingMillis").asLong()).isBetween(2000L, 3000L);
        assertThat(get(200, "/api/v1/clusters").path(0).path("cluster").asString())
                .isEqualTo("main");
    }

    @Test
    void the_wal_archive_shows_what_the_log_knows_where_there_is_no_storage() throws Exception {
        JsonNode wal = get(200, "/api/v1/clusters/main/wal");
        assertThat(wal.path("keeping").isNull()).isTrue();
        assertThat(wal.path("flushed").asString()).contains("/");
        assertThat(wal.path("why").asString()).contains("no storage service configured");
    }

    @Test
    void what_is_not_there_is_said_with_a_hint() throws Exception {
        problem(get(404, "/api/v1/clusters/nope"), "unknown-cluster", "there are main");
        problem(get(404, "/api/v1/clusters/main/why-not/z"), "unknown-node", "its members are a, b, c");
        problem(
                get(404, "/api/v1/clusters/main/explain/17171717"),
                "nothing-to-explain",
                "GET /api/v1/clusters/main/events lists what there is");
        problem(get(404, "/nowhere"), "unknown-address", "GET /v3/api-docs describes every address");
        assertThat(get(400, "/api/v1/clusters/Main").path("code").asString()).isEqualTo("invalid-request");
    }

    @Test
    void a_request_needs_a_reason_before_anything_is_appended() throws Exception {
        int before = scene.fleet().logs.records(MAIN).size();
        problem(
                post(400, "switchover", "{\"actor\": \"ada\"}"),
                "missing-reason",
                "say why; it is kept in the audit trail");
        problem(post(404, "switchover", "{" + ORIGIN + ", \"to\": \"z\"}"), "unknown-node", "its members are a, b, c");
        JsonNode misspelt = post(400, "failover", "{" + ORIGIN + ", \"allowDataLos\": true}");
        assertThat(misspelt.path("detail").asString()).contains("allowDataLos");
        JsonNode unsafe = post(400, "config", "{" + ORIGIN + ", \"config\": {\"leaseMillis\": 600}}");
        assertThat(unsafe.path("detail").asString()).contains("must be at least 5 heartbeats");
        assertThat(scene.fleet().logs.records(MAIN).stream().skip(before).filter(r -> r.event() instanceof Request))
                .isEmpty();
    }

    @Test
    void a_switchover_is_accepted_and_its_operation_followed() throws Exception {
        MockHttpServletResponse accepted =
                exchange(MockMvcRequestBuilders.post("/api/v1/clusters/main/requests/switchover")
                        .contentType(MediaType.APPLICATION_JSON)
                        .content("{" + ORIGIN + ", \"to\": \"b\"}"));
        assertThat(accepted.getStatus()).isEqualTo(202);
        String location = accepted.getHeader("Location");
        assertThat(location).startsWith("/api/v1/clusters/main/operations/");
        scene.fleet().pass(60);
        JsonNode operation = get(200, String.valueOf(location));
        assertThat(operation.path("state").asString()).isEqualTo("RUNNING");
        assertThat(operation.path("message").asString()).isEqualTo("a prepares to hand over to b under term 2");
        assertThat(operation.path("steps").path(0).path("sentence").asString())
                .isEqualTo("ada asks for a switchover to b: kernel update");
        assertThat(get(200, "/api/v1/clusters/main").path("phase").asString()).isEqualTo("switching-over");
    }

    @Test
    void a_dry_run_says_what_would_be_decided_and_appends_nothing() throws Exception {
        long before = requests();
        JsonNode granted = post(200, "switchover?dryRun=true", "{" + ORIGIN + ", \"to\": \"b\"}");
        assertThat(granted.path("outcome").asString()).isEqualTo("granted");
        assertThat(granted.path("rule").asString()).isEqualTo("W1");
        assertThat(granted.path("because").asString()).contains("a hands over to b");
        JsonNode refused = post(200, "failover?dryRun=true", "{" + ORIGIN + ", \"to\": \"a\"}");
        assertThat(refused.path("outcome").asString()).isEqualTo("refused");
        assertThat(refused.path("because").asString()).isEqualTo("a is the primary already");
        assertThat(post(200, "pause?dryRun=true", "{" + ORIGIN + "}")
                        .path("outcome")
                        .asString())
                .isEqualTo("granted");
        problem(
                postTo(400, "new", "create?dryRun=true", "{" + ORIGIN + ", \"first\": \"x\"}"),
                "invalid-request",
                "nothing was done; leave dryRun out");
        scene.fleet().pass(60);
        assertThat(requests()).isEqualTo(before);
        assertThat(get(200, "/api/v1/clusters/main").path("paused").asBoolean()).isFalse();
    }

    @Test
    void what_is_asked_for_twice_with_one_key_is_done_once() throws Exception {
        long before = requests();
        JsonNode first = withKey(202, "k-1", "switchover", "{" + ORIGIN + ", \"to\": \"b\"}");
        JsonNode again = withKey(202, "k-1", "switchover", "{" + ORIGIN + ", \"to\": \"b\"}");
        assertThat(again.path("id")).isEqualTo(first.path("id"));
        scene.fleet().pass(60);
        assertThat(withKey(202, "k-1", "switchover", "{" + ORIGIN + ", \"to\": \"b\"}")
                        .path("id"))
                .isEqualTo(first.path("id"));
        assertThat(requests()).isEqualTo(before + 1);
    }

    @Test
    void a_key_is_for_one_thing() throws Exception {
        withKey(202, "k-2", "pause", "{" + ORIGIN + "}");
        long before = requests();
        problem(
                withKey(422, "k-2", "resume", "{" + ORIGIN + "}"),
                "key-reused",
                "take a new key for each thing that you ask for; nothing was done");
        problem(
                withKey(400, "two words", "resume", "{" + ORIGIN + "}"),
                "invalid-request",
                "take a UUID, a new one for each thing that you ask for");
        assertThat(requests()).isEqualTo(before);
    }

    private JsonNode withKey(int status, String key, String verb, String body) throws Exception {
        MockHttpServletResponse response =
                exchange(MockMvcRequestBuilders.post("/api/v1/clusters/main/requests/" + verb)
                        .header("Idempotency-Key", key)
                        .contentType(MediaType.APPLICATION_JSON)
                        .content(body));
        assertThat(response.getStatus()).isEqualTo(status);
        return JSON.readTree(response.getContentAsString());
    }

    private long requests() {
        return scene.fleet().logs.records(MAIN).stream()
                .filter(r -> r.event() instanceof Request)
                .count();
    }

    @Test
    void a_request_that_is_not_read_back_is_no_success() throws Exception {
        scene.fleet().logs.losesAppends(true);
        JsonNode lost = post(503, "pause", "{" + ORIGIN + "}");
        assertThat(lost.path("code").asString()).isEqualTo("log-unavailable");
        assertThat(lost.path("hint").asString()).startsWith("look before you ask again");
    }

    @Test
    void the_configuration_changes_only_where_it_is_named() throws Exception {
        post(202, "config", "{" + ORIGIN + ", \"config\": {\"sync\": true, \"automaticFailoverLimit\": 5}}");
        scene.fleet().pass(60);
        JsonNode config = get(200, "/api/v1/clusters/main").path("config");
        assertThat(config.path("acknowledgements").asInt()).isEqualTo(1);
        assertThat(config.path("automaticFailoverLimit").asInt()).isEqualTo(5);
        assertThat(config.path("leaseMillis").asInt()).isEqualTo(3000);
    }

    @Test
    void a_new_cluster_gets_its_topic_first() throws Exception {
        JsonNode accepted = postTo(
                202, "other", "create", "{" + ORIGIN + ", \"first\": \"x\", \"config\": {\"profile\": \"fast\"}}");
        assertThat(accepted.path("type").asString()).isEqualTo("ClusterCreationRequested");
        assertThat(get(200, "/api/v1/clusters/other").path("phase").asString()).isEqualTo("forming");
        problem(
                postTo(409, "main", "create", "{" + ORIGIN + ", \"first\": \"x\"}"),
                "cluster-exists",
                "change it with requests/config, or take another name");
    }

    @Test
    void events_come_in_pages_and_by_kind() throws Exception {
        JsonNode last = get(200, "/api/v1/clusters/main/events?limit=2");
        assertThat(last).hasSize(2);
        JsonNode decisions = get(200, "/api/v1/clusters/main/events?type=decision&after=-1");
        assertThat(decisions.path(0).path("name").asString()).isEqualTo("ClusterCreated");
        assertThat(decisions.path(0).path("type").asString()).isEqualTo("io.pgprimacy.decision.cluster-created.v1");
        assertThat(decisions.path(0).path("event").path("basis").path("rule").asString())
                .isEqualTo("C1");
        JsonNode ofB = get(200, "/api/v1/clusters/main/events?node=b");
        assertThat(ofB.path(0).path("sentence").asString()).startsWith("node b announced itself");
        assertThat(get(200, "/api/v1/clusters/main/events?heartbeats=true&limit=1")
                        .path(0)
                        .path("kind")
                        .asString())
                .isEqualTo("heartbeat");
        assertThat(get(400, "/api/v1/clusters/main/events?limit=0").path("code").asString())
                .isEqualTo("invalid-request");
        assertThat(get(200, "/api/v1/clusters/main/events?after=999999&waitMillis=50"))
                .isEmpty();
    }

    @Test
    void events_are_found_by_person_time_and_operation() throws Exception {
        MockHttpServletResponse accepted =
                exchange(MockMvcRequestBuilders.post("/api/v1/clusters/main/requests/switchover")
                        .header("Authorization", ApiTestApplication.BOB)
                        .contentType(MediaType.APPLICATION_JSON)
                        .content("{\"reason\": \"kernel update\", \"to\": \"b\"}"));
        String id = document(202, accepted).path("id").asString();
        scene.fleet().pass(60);

        JsonNode bobs = get(200, "/api/v1/clusters/main/events?actor=bob");
        assertThat(bobs)
                .extracting(e -> e.path("name").asString())
                .contains("SwitchoverRequested", "SwitchoverStarted");
        assertThat(bobs).noneMatch(e -> e.path("name").asString().equals("ClusterCreated"));
        assertThat(get(200, "/api/v1/clusters/main/events?actor=agent/a"))
                .isNotEmpty()
                .allMatch(e -> e.path("writer").asString().equals("agent/a"));
        assertThat(get(200, "/api/v1/clusters/main/events?operation=" + id))
                .extracting(e -> e.path("name").asString())
                .startsWith("SwitchoverRequested", "SwitchoverStarted");
        String asked = bobs.path(0).path("time").asString();
        assertThat(get(200, "/api/v1/clusters/main/events?since=" + asked))
                .allMatch(e -> e.path("time").asString().compareTo(asked) >= 0);
        assertThat(get(200, "/api/v1/clusters/main/events?actor=bob&until=" + asked))
                .isEmpty();
        assertThat(get(400, "/api/v1/clusters/main/events?since=yesterday")
                        .path("detail")
                        .asString())
                .contains("is not a time with its zone");
    }

    @Test
    void an_export_is_streamed_or_refused_before_its_first_line() throws Exception {
        MockHttpServletResponse whole = exchange(MockMvcRequestBuilders.get("/api/v1/clusters/main/log"));
        assertThat(whole.getContentType()).startsWith("application/x-ndjson");
        assertThat(whole.getContentAsString(StandardCharsets.UTF_8).lines())
                .hasSizeGreaterThanOrEqualTo(10)
                .first()
                .isEqualTo("{\"offset\":0}");

        scene.brokersAreAway = true;
        assertThat(get(503, "/api/v1/clusters/main/log").path("code").asString())
                .isEqualTo("log-unavailable");
        assertThat(get(404, "/api/v1/clusters/nope/log").path("code").asString())
                .isEqualTo("unknown-cluster");
    }

    @Test
    void the_last_failover_is_explained_to_programs_and_to_people() throws Exception {
        scene.fleet().failOverToC();
        JsonNode why = get(200, "/api/v1/clusters/main/explain/last");
        assertThat(why.path("headline").asString()).isEqualTo("node c is primary of term 2");
        assertThat(why.path("decision").path("rule").asString()).isEqualTo("P1");
        assertThat(why.path("candidates").path(1).path("sentence").asString())
                .isEqualTo("lacks 96 bytes of WAL that c has");
        assertThat(why.path("loss").path("possibleBytes").asLong()).isEqualTo(160);
        assertThat(why.path("outcome").path("state").asString()).isEqualTo("DEGRADED");
        MockHttpServletResponse text = exchange(
                MockMvcRequestBuilders.get("/api/v1/clusters/main/explain/last").accept(MediaType.TEXT_PLAIN));
        assertThat(text.getContentAsString(StandardCharsets.UTF_8))
                .startsWith("cluster main: node c is primary of term 2\n");
    }

    @Test
    void the_past_is_the_same_fold_ended_earlier() throws Exception {
        long before = get(200, "/api/v1/clusters/main/events?limit=1")
                .path(0)
                .path("offset")
                .asLong();
        scene.fleet().failOverToC();
        JsonNode then = get(200, "/api/v1/clusters/main/at/" + before);
        assertThat(then.path("primary").asString()).isEqualTo("a");
        assertThat(then.path("term").asLong()).isEqualTo(1);
        assertThat(then.path("offset").asLong()).isEqualTo(before);
        assertThat(then.path("members").path(1).path("last").asString()).contains("b");
        JsonNode now = get(200, "/api/v1/clusters/main/at/999999");
        assertThat(now.path("primary").asString()).isEqualTo("c");
        assertThat(get(200, "/api/v1/clusters/main/at/-1").path("phase").asString())
                .isEqualTo("forming");
        assertThat(get(400, "/api/v1/clusters/main/at/yesterday").path("code").asString())
                .isEqualTo("invalid-request");
    }

    @Test
    void the_outlook_names_who_would_be_next() throws Exception {
        JsonNode outlook = get(200, "/api/v1/clusters/main/outlook");
        assertThat(outlook.path("wouldBeChosen").asString()).isEqualTo("b");
        assertThat(get(200, "/api/v1/clusters/main/why-not/a").path("sentence").asString())
                .isEqualTo("a is the primary");
        assertThat(get(200, "/api/v1/clusters/main/why-not/b")
                        .path("wouldBeChosen")
                        .asBoolean())
                .isTrue();
    }

    private JsonNode get(int status, String path) throws Exception {
        return document(status, exchange(MockMvcRequestBuilders.get(path)));
    }

    private JsonNode post(int status, String verb, String body) throws Exception {
        return postTo(status, "main", verb, body);
    }

    private JsonNode postTo(int status, String cluster, String verb, String body) throws Exception {
        return document(
                status,
                exchange(MockMvcRequestBuilders.post("/api/v1/clusters/" + cluster + "/requests/" + verb)
                        .contentType(MediaType.APPLICATION_JSON)
                        .content(body)));
    }

    private MockHttpServletResponse exchange(
            org.springframework.test.web.servlet.request.AbstractMockHttpServletRequestBuilder<?> request)
            throws Exception {
        return mvc.perform(request).andReturn().getResponse();
    }

    private static JsonNode document(int status, MockHttpServletResponse response) throws Exception {
        String body = response.getContentAsString(StandardCharsets.UTF_8);
        assertThat(response.getStatus()).as(body).isEqualTo(status);
        assertThat(body).doesNotContain("\tat ");
        return JSON.readTree(body);
    }

    private static void problem(JsonNode document, String code, String hint) {
        assertThat(document.path("code").asString()).isEqualTo(code);
        assertThat(document.path("hint").asString()).isEqualTo(hint);
    }
}
