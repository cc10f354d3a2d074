package io.pgprimacy.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.coordinator.runtime.FakeFleet;
import io.pgprimacy.core.event.DataOrigin;
import io.pgprimacy.core.event.Endpoint;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.NodeTags;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.event.RestoreGoal;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.awaitility.Awaitility;
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

/** A cluster that begins with another's data: what is asked of the storage service, what is in the log, and what never comes there. */
@SpringBootTest(classes = ApiTestApplication.class)
@AutoConfigureMockMvc
class CloneApiTest {
    private static final ClusterId COPY = new ClusterId("copy");
    private static final String ORIGIN = "POST /origin";
    private static final String CLAIM = "POST /api/v1/clusters/copy/incarnations";
    private static final String WHO = "\"actor\":\"ada\",\"reason\":\"a copy\"";
    private static final String OF_MAIN =
            "{" + WHO + ",\"config\":{\"profile\":\"fast\"},\"data\":{\"cluster\":\"main\",\"to\":\"0/30\"}}";

    @Autowired
    MockMvc mvc;

    @Autowired
    ApiTestApplication.Scene scene;

    @BeforeEach
    void mainIsStored() {
        scene.begin();
        scene.storage().begin();
        scene.storage().on(ORIGIN, 200, """
                {"incarnation":4,"backup":"b","type":"full","stored":7000000,"end":"0/9000000","until":"2026-11-23T15:50:03Z"}""");
        scene.storage().on(CLAIM, 200, "{\"incarnation\":3}");
    }

    @Test
    void theNewClustersLogSaysWhoseDataAndWhichLifeItIs() throws Exception {
        String parameters = "\"parameters\":{\"work_mem\":\"8MB\",\"archive_command\":\"x\"}";
        post(202, "main", "/requests/config", "{" + WHO + ",\"config\":{" + parameters + "}}");
        Awaitility.await()
                .until(() -> scene.fleet().runtime.snapshot(FakeFleet.MAIN).stream()
                        .flatMap(snapshot -> snapshot.state().config().stream())
                        .anyMatch(config -> config.parameters().containsKey("work_mem")));
        anAgentWaits();

        JsonNode accepted = post(202, "copy", "/requests/create", OF_MAIN);

        Request.ClusterCreationRequested wish = wishes().getFirst();
        assertThat(wish.id()).isEqualTo(accepted.path("id").asString());
        assertThat(wish.first()).isEqualTo(new NodeId("copy1"));
        assertThat(wish.incarnation()).isEqualTo(OptionalInt.of(3));
        assertThat(wish.data())
                .contains(new DataOrigin(new ClusterId("main"), 4, new RestoreGoal("0/30", false, Optional.empty())));
        assertThat(wish.config().parameters())
                .as("as the original's, but for how that one archives")
                .containsEntry("work_mem", "8MB")
                .doesNotContainKey("archive_command");
        assertThat(scene.storage().asked().getFirst()).startsWith(ORIGIN).contains("\"into\":\"copy\"");
        assertThat(scene.storage().asked().getLast())
                .startsWith(CLAIM)
                .contains("\"from\":\"main\"", "\"incarnation\":4", "\"to\":\"0/30\"");
    }

    @Test
    void aDryRunSaysWhatItWouldBeginWithAndClaimsNothing() throws Exception {
        JsonNode foreseen = post(200, "copy", "/requests/create?dryRun=true", OF_MAIN);

        assertThat(foreseen.path("sentence").asString())
                .isEqualTo("the cluster begins with 0/30 of incarnation 4 of cluster main");
        assertThat(foreseen.path("because").asString()).contains("full backup b, 7 MB stored", "0/9000000");
        assertThat(scene.storage().asked()).hasSize(1);
        assertThat(scene.fleet().logs.clusters()).doesNotContain(COPY);
    }

    @Test
    void whatTheRepositoryCannotGiveIsRefusedBeforeThereIsALog() throws Exception {
        scene.storage()
                .on(
                        ORIGIN,
                        404,
                        "{\"code\":\"unknown\",\"detail\":\"the repository holds no backup of cluster main\"}");
        assertThat(post(404, "copy", "/requests/create", OF_MAIN).path("detail").asString())
                .contains("holds no backup of cluster main");
        scene.storage()
                .on(
                        ORIGIN,
                        409,
                        "{\"code\":\"unreachable\",\"detail\":\"0/30 is too early\",\"hint\":\"from 0/40 on\"}");
        JsonNode outside = post(409, "copy", "/requests/create", OF_MAIN);
        assertThat(outside.path("code").asString()).isEqualTo("unreachable-target");
        assertThat(outside.path("hint").asString()).isEqualTo("from 0/40 on");
        post(503, "copy", "/requests/create", "{" + WHO + ",\"data\":{\"cluster\":\"unheard-of\"}}");
        post(400, "copy", "/requests/create", "{" + WHO + ",\"data\":{\"cluster\":\"main\",\"to\":\"yesterday\"}}");
        post(400, "copy", "/requests/create", "{" + WHO + ",\"data\":{\"cluster\":\"No Name\"}}");

        assertThat(scene.fleet().logs.clusters()).doesNotContain(COPY);
    }

    @Test
    void aNameThatIsTakenIsRefused() throws Exception {
        JsonNode problem = post(409, "main", "/requests/create", "{" + WHO + ",\"data\":{\"cluster\":\"other\"}}");
        assertThat(problem.path("code").asString()).isEqualTo("cluster-exists");
        assertThat(problem.path("hint").asString()).startsWith("take another name");
        assertThat(scene.storage().asked()).isEmpty();
    }

    private void anAgentWaits() {
        scene.fleet().logs.make(COPY);
        scene.fleet()
                .logs
                .append(
                        COPY,
                        "agent/copy1",
                        new Fact.NodeJoined(
                                new NodeId("copy1"),
                                new Endpoint("127.0.0.1", 15501, 15601),
                                NodeTags.DEFAULT,
                                Optional.empty(),
                                "15.14",
                                false,
                                Optional.of("http://storage")));
    }

    private List<Request.ClusterCreationRequested> wishes() {
        return scene.fleet().logs.records(COPY).stream()
                .map(r -> r.event())
                .filter(Request.ClusterCreationRequested.class::isInstance)
                .map(Request.ClusterCreationRequested.class::cast)
                .toList();
    }

    private JsonNode post(int status, String cluster, String path, String body) throws Exception {
        MockHttpServletResponse response = mvc.perform(MockMvcRequestBuilders.post("/api/v1/clusters/" + cluster + path)
                        .contentType(MediaType.APPLICATION_JSON)
                        .content(body))
                .andReturn()
                .getResponse();
        String answer = response.getContentAsString(StandardCharsets.UTF_8);
        assertThat(response.getStatus()).as(path + body + answer).isEqualTo(status);
        if (status == 202) {
            assertThat(response.getHeader("Location")).startsWith("/api/v1/clusters/" + cluster + "/operations/");
        }
        return JsonMapper.shared().readTree(answer);
    }
}
