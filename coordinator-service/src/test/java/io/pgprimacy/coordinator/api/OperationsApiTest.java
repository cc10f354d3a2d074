package io.pgprimacy.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.config.BackupType;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Heartbeat;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.postgres.Lsn;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
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

/** What people have asked for, as a list that is followed page by page. */
@SpringBootTest(classes = ApiTestApplication.class)
@AutoConfigureMockMvc
class OperationsApiTest {
    private static final String LIST = "/api/v1/clusters/main/operations";

    @Autowired
    MockMvc mvc;

    @Autowired
    ApiTestApplication.Scene scene;

    @BeforeEach
    void threeHealthyNodes() {
        scene.begin();
    }

    @Test
    void the_answer_to_a_request_is_its_operation() throws Exception {
        JsonNode accepted = ask("switchover", "\"to\": \"b\"");
        assertThat(accepted.path("operation").asString())
                .isEqualTo(LIST + "/" + accepted.path("id").asString());
        assertThat(accepted.path("kind").asString()).isEqualTo("switchover");
        assertThat(accepted.path("reason").asString()).isEqualTo("kernel update");
        scene.fleet().pass(60);
        JsonNode later = document(get(accepted.path("operation").asString()));
        assertThat(later.path("phase").asString()).isEqualTo("preparing");
        assertThat(later.path("nodes")).extracting(JsonNode::asString).containsExactly("a", "b");
        assertThat(later.path("beganAt").asString())
                .isGreaterThanOrEqualTo(later.path("requestedAt").asString());
        assertThat(later.path("endedAt").isNull()).isTrue();
    }

    @Test
    void they_are_listed_newest_first_and_found_by_state_kind_and_node() throws Exception {
        ask("rebuild", "\"node\": \"a\"");
        ask("rebuild", "\"node\": \"b\"");
        ask("pause", "");
        scene.fleet().pass(100);

        assertThat(kinds("")).containsExactly("maintenance", "rebuild", "rebuild", "cluster-creation");
        assertThat(kinds("?state=running")).containsExactly("rebuild");
        assertThat(kinds("?state=REFUSED,SUCCEEDED&kind=rebuild")).containsExactly("rebuild");
        assertThat(kinds("?kind=MaintenanceRequested")).containsExactly("maintenance");
        assertThat(kinds("?node=b")).containsExactly("rebuild");
        assertThat(problem("?state=stuck")).contains("SUCCEEDED");
        assertThat(problem("?kind=holiday")).contains("config-change, drill");
    }

    @Test
    void a_page_leads_to_the_next_whatever_comes_in_between() throws Exception {
        for (String verb : List.of("pause", "resume", "pause", "resume")) {
            ask(verb, "");
        }
        List<String> seen = new ArrayList<>();
        String address = LIST + "?limit=2";
        while (address != null) {
            MockHttpServletResponse page = get(address);
            document(page).forEach(o -> seen.add(o.path("id").asString()));
            ask("pause", "");
            address = next(page);
        }
        assertThat(seen).hasSize(5).doesNotHaveDuplicates().last().isEqualTo("req-create");
    }

    @Test
    void a_cursor_is_taken_as_it_was_given_or_refused() throws Exception {
        assertThat(problem("?cursor=nonsense")).contains("next link");
        assertThat(problem("?cursor=****")).contains("next link");
        // Of another list.
        assertThat(problem("?cursor=ZXZlbnRzOjE")).contains("next link");
        assertThat(problem("?limit=0")).contains("next link");
    }

    @Test
    void events_are_followed_back_to_the_first_and_forward_to_the_last() throws Exception {
        List<Long> whole = offsets("/api/v1/clusters/main/events?limit=1000");
        assertThat(whole).hasSizeGreaterThan(8);
        List<Long> back = new ArrayList<>();
        for (String at = "/api/v1/clusters/main/events?limit=3"; at != null; at = next(get(at))) {
            back.addAll(0, offsets(at));
        }
        assertThat(back).isEqualTo(whole);
        List<Long> forward = new ArrayList<>();
        for (String at = "/api/v1/clusters/main/events?after=-1&limit=3"; at != null; at = next(get(at))) {
            forward.addAll(offsets(at));
        }
        assertThat(forward).isEqualTo(whole);
        assertThat(get("/api/v1/clusters/main/events?cursor=ZXZlbnRzOg").getStatus())
                .isEqualTo(400);
    }

    @Test
    void backups_and_clusters_come_in_pages_where_a_limit_is_named() throws Exception {
        for (int i = 0; i < 3; i++) {
            var point = new Fact.BackupCompleted.Point(Lsn.parse("0/5000000"), Instant.EPOCH);
            scene.fleet()
                    .fact(new Fact.BackupCompleted(
                            new NodeId("b"),
                            i,
                            "2026112" + i + "T155003Z-3f9c02aa",
                            BackupType.FULL,
                            Optional.empty(),
                            Optional.empty(),
                            point,
                            point,
                            1,
                            2,
                            3,
                            0,
                            List.of()));
        }
        MockHttpServletResponse newest = get("/api/v1/clusters/main/backups?limit=2");
        assertThat(document(newest).path("backups"))
                .extracting(b -> b.path("id").asString())
                .containsExactly("20261121T155003Z-3f9c02aa", "20261122T155003Z-3f9c02aa");
        MockHttpServletResponse first = get(next(newest));
        assertThat(document(first).path("backups"))
                .extracting(b -> b.path("id").asString())
                .containsExactly("20261120T155003Z-3f9c02aa");
        assertThat(next(first)).isNull();
        assertThat(document(get("/api/v1/clusters/main/backups")).path("backups"))
                .hasSize(3);

        scene.fleet().logs.make(new ClusterId("other"));
        scene.fleet().logs.append(new ClusterId("other"), new Heartbeat.CoordinatorPulse("k1", 1));
        scene.fleet().pass(40);
        MockHttpServletResponse clusters = get("/api/v1/clusters?limit=1");
        assertThat(document(clusters).path(0).path("cluster").asString()).isEqualTo("main");
        assertThat(document(get(next(clusters))).path(0).path("cluster").asString())
                .isEqualTo("other");
    }

    private List<Long> offsets(String address) throws Exception {
        List<Long> offsets = new ArrayList<>();
        document(get(address)).forEach(e -> offsets.add(e.path("offset").asLong()));
        return offsets;
    }

    @Test
    void how_much_is_done_is_told_where_it_is_counted() throws Exception {
        String id = ask("rebuild", "\"node\": \"b\"").path("id").asString();
        scene.fleet().pass(100);
        scene.fleet()
                .fact(new Fact.RestoreProgressed(
                        new NodeId("b"),
                        new Term(1),
                        "20261123T155003Z-3f9c02aa",
                        "restoring",
                        Optional.empty(),
                        250,
                        1000,
                        Duration.ofSeconds(5),
                        Optional.of(Duration.ofSeconds(15))));
        JsonNode operation = document(get(LIST + "/" + id));
        assertThat(operation.path("phase").asString()).isEqualTo("restoring");
        assertThat(operation.path("progress").path("percent").asInt()).isEqualTo(25);
        assertThat(operation.path("progress").path("leftSeconds").asInt()).isEqualTo(15);
    }

    private List<String> kinds(String query) throws Exception {
        List<String> kinds = new ArrayList<>();
        document(get(LIST + query)).forEach(o -> kinds.add(o.path("kind").asString()));
        return kinds;
    }

    private String problem(String query) throws Exception {
        MockHttpServletResponse response = get(LIST + query);
        assertThat(response.getStatus()).as(query).isEqualTo(400);
        JsonNode problem = JsonMapper.shared().readTree(response.getContentAsString(StandardCharsets.UTF_8));
        assertThat(problem.path("code").asString()).isEqualTo("invalid-request");
        return problem.path("hint").asString();
    }

    /** Address of the page behind this one; null at the end. */
    static @Nullable String next(MockHttpServletResponse page) {
        String link = page.getHeader("Link");
        return link == null ? null : link.substring(1, link.indexOf(">; rel=\"next\""));
    }

    private MockHttpServletResponse get(String address) throws Exception {
        return mvc.perform(MockMvcRequestBuilders.get(URI.create(address)))
                .andReturn()
                .getResponse();
    }

    private JsonNode ask(String verb, String more) throws Exception {
        MockHttpServletResponse response = mvc.perform(
                        MockMvcRequestBuilders.post("/api/v1/clusters/main/requests/" + verb)
                                .contentType(MediaType.APPLICATION_JSON)
                                .content("{\"reason\": \"kernel update\"" + (more.isEmpty() ? "" : ", " + more) + "}"))
                .andReturn()
                .getResponse();
        assertThat(response.getStatus()).isEqualTo(202);
        assertThat(response.getHeader("Location")).startsWith(LIST + "/");
        return JsonMapper.shared().readTree(response.getContentAsString(StandardCharsets.UTF_8));
    }

    private static JsonNode document(MockHttpServletResponse response) throws Exception {
        String body = response.getContentAsString(StandardCharsets.UTF_8);
        assertThat(response.getStatus()).as(body).isEqualTo(200);
        return JsonMapper.shared().readTree(body);
    }
}
