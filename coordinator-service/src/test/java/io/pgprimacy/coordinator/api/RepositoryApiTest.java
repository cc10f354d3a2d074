package io.pgprimacy.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pgprimacy.coordinator.runtime.FakeFleet;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.Retention;
import io.pgprimacy.core.event.Request;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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

/** What people decide about stored backups: in the log before the storage service is asked, and refused before both where it is wrong. */
@SpringBootTest(classes = ApiTestApplication.class)
@AutoConfigureMockMvc
class RepositoryApiTest {
    private static final String BACKUP = "20261123T155003Z-3f9c02aa";
    private static final String DUMP = "20261123T145003Z-00000001";
    private static final String WHO = "\"actor\":\"ada\",\"reason\":\"audit\"";

    @Autowired
    MockMvc mvc;

    @Autowired
    ApiTestApplication.Scene scene;

    @BeforeEach
    void oneBackupIsStored() {
        scene.begin();
        scene.storage().begin();
        scene.storage().on("GET /backups", 200, "{\"states\":[{\"id\":\"" + BACKUP + "\",\"incarnation\":2}]}");
        scene.storage().on("GET /dumps", 200, "{\"states\":[{\"id\":\"" + DUMP + "\",\"incarnation\":3}]}");
        scene.storage().on("POST /retention/plan", 200, """
                {"backups":[{"backup":"x","incarnation":1,"stays":false,"because":["nobody"]}],"wal":["all of it"],
                 "walGoes":{"objects":3,"bytes":7}}""");
    }

    @Test
    void aPinIsInTheLogBeforeTheStorageServiceIsAsked() throws Exception {
        scene.storage().on("PUT /2/backups/" + BACKUP + "/pin", 204, "");
        JsonNode pinned = post(200, "/backups/" + BACKUP + "/pin", "{" + WHO + "}");

        List<Request> requests = requests();
        assertThat(requests)
                .containsExactly(new Request.BackupPinRequested(
                        pinned.path("request").asString(), new Request.Origin("ada", "audit"), BACKUP));
        assertThat(scene.storage().asked().getLast())
                .startsWith("PUT /2/backups/" + BACKUP + "/pin Bearer " + ApiTestApplication.OPERATOR)
                .contains("\"actor\":\"ada\"");
    }

    @Test
    void aLogicalBackupIsPinnedWhereItLies() throws Exception {
        scene.storage().on("PUT /3/dumps/" + DUMP + "/pin", 204, "");
        post(200, "/backups/" + DUMP + "/pin", "{" + WHO + "}");

        assertThat(scene.storage().asked().getLast()).startsWith("PUT /3/dumps/" + DUMP + "/pin");
    }

    @Test
    void databasesAreNamedOfLogicalBackupsOnly() throws Exception {
        JsonNode problem = post(400, "/requests/backup", "{" + WHO + ",\"databases\":[\"a\"]}");
        assertThat(problem.path("detail").asString()).isEqualTo("a full backup is of all databases");
        post(400, "/requests/backup", "{" + WHO + ",\"type\":\"logical\",\"databases\":[\"\"]}");
        post(400, "/requests/backup", "{" + WHO + ",\"type\":\"logical\",\"databases\":[\"" + "x".repeat(64) + "\"]}");
        assertThat(requests()).isEmpty();
    }

    @Test
    void anUnknownBackupIsRefusedBeforeTheLogHearsOfIt() throws Exception {
        JsonNode problem = post(404, "/backups/20200101T000000Z-00000000/pin", "{" + WHO + "}");
        assertThat(problem.path("code").asString()).isEqualTo("unknown-backup");
        assertThat(problem.path("detail").asString()).contains("the last one is " + BACKUP);
        assertThat(requests()).isEmpty();
    }

    /** It would stop the primary first. */
    @Test
    void aRestoreThatCannotBeIsRefusedBeforeTheLogHearsOfIt() throws Exception {
        String restore = "{" + WHO + ",\"to\":\"latest\"}";
        scene.storage().on("POST /1/restore-preview", 404, "{\"code\":\"unknown\",\"detail\":\"there is no backup\"}");
        assertThat(post(404, "/requests/restore", restore).path("detail").asString())
                .isEqualTo("there is no backup");
        scene.storage()
                .on(
                        "POST /1/restore-preview",
                        409,
                        "{\"code\":\"unreachable\",\"detail\":\"it is after the newest WAL\",\"hint\":\"wait\"}");
        assertThat(post(409, "/requests/restore?dryRun=true", restore)
                        .path("hint")
                        .asString())
                .isEqualTo("wait");
        assertThat(requests()).isEmpty();

        scene.storage().begin();
        post(202, "/requests/restore", restore);
        assertThat(requests()).singleElement().isInstanceOf(Request.RestoreRequested.class);
    }

    @Test
    void aStorageServiceThatIsAwayIsSaidAndNothingIsInTheLog() throws Exception {
        scene.storage().begin();
        JsonNode problem = post(503, "/backups/" + BACKUP + "/unpin", "{" + WHO + "}");
        assertThat(problem.path("code").asString()).isEqualTo("storage-unavailable");
        assertThat(problem.path("detail").asString()).contains("the store is away");
        assertThat(requests()).isEmpty();
    }

    @Test
    void aPinThatComesTooLateIsToldAsTheStorageServiceSaysIt() throws Exception {
        scene.storage()
                .on(
                        "PUT /2/backups/" + BACKUP + "/pin",
                        409,
                        "{\"code\":\"too-late\",\"detail\":\"it is being removed\"}");
        JsonNode problem = post(409, "/backups/" + BACKUP + "/pin", "{" + WHO + "}");
        assertThat(problem.path("code").asString()).isEqualTo("storage-refused");
        assertThat(problem.path("detail").asString()).isEqualTo("it is being removed");
    }

    @Test
    void policiesThatKeepNothingOrMakeNoSenseGoNowhere() throws Exception {
        for (String policy : List.of("{}", "{\"window\":\"soon\"}", "{\"full\":-1}", "{\"window\":\"-3d\"}")) {
            post(400, "/retention/plan", policy);
            post(400, "/requests/retention", "{" + WHO + ",\"policy\":" + policy + "}");
        }
        post(400, "/requests/retention", "{" + WHO + "}");
        post(400, "/requests/retention", "{\"policy\":{\"full\":1}}");
        post(400, "/verifications", "{\"seconds\":61}");
        assertThat(scene.storage().asked()).isEmpty();
        assertThat(requests()).isEmpty();
    }

    @Test
    void retentionIsPlannedAndOrderedAndIsAnOperation() throws Exception {
        JsonNode foreseen = post(200, "/requests/retention?dryRun=true", "{" + WHO + ",\"policy\":{\"full\":2}}");
        assertThat(foreseen.path("rule").asString()).isEqualTo("K12");
        assertThat(requests()).isEmpty();

        JsonNode accepted =
                post(202, "/requests/retention", "{" + WHO + ",\"policy\":{\"full\":2,\"window\":\"36h\"}}");

        assertThat(accepted.path("operation").asString()).contains("/operations/");
        assertThat(scene.storage().asked()).noneMatch(asked -> asked.startsWith("POST /retention/apply"));
        assertThat(scene.storage().asked().getLast()).contains("\"window\":\"129600s\"");
        assertThat(requests()).singleElement().isInstanceOf(Request.RetentionRequested.class);
        JsonNode plan = post(200, "/retention/plan", "{\"full\":1}");
        assertThat(plan.path("policy").asString()).isEqualTo("1 full");
        assertThat(plan.path("walGoes").path("objects").asLong()).isEqualTo(3);
        assertThat(plan.path("backups").path(0).path("stays").asBoolean()).isFalse();
    }

    @Test
    void aConfiguredRetentionIsWhatIsPlannedAndAppliedWhereNothingElseIsSaid() throws Exception {
        post(400, "/requests/config", "{" + WHO + ",\"config\":{\"retention\":{\"ful\":2}}}");
        post(400, "/requests/config", "{" + WHO + ",\"config\":{\"retention\":{\"window\":\"soon\"}}}");
        post(400, "/requests/config", "{" + WHO + ",\"config\":{\"retention\":{\"full\":0}}}");
        post(
                202,
                "/requests/config",
                "{" + WHO + ",\"config\":{\"retention\":{\"full\":2,\"window\":\"7d\",\"schedule\":\"0 5 * * *\"}}}");
        await().until(() -> config().isPresent());

        assertThat(config().orElseThrow()).isEqualTo(new Retention(2, Duration.ofDays(7), 0, 0, 0));
        assertThat(post(200, "/retention/plan", "{}").path("policy").asString())
                .isEqualTo("2 full, every moment of 7 days");
        post(202, "/requests/retention", "{" + WHO + "}");
        assertThat(requests().getLast()).isInstanceOf(Request.RetentionRequested.class);

        post(202, "/requests/config", "{" + WHO + ",\"config\":{\"retention\":{\"full\":null,\"window\":\"\"}}}");
        await().until(() -> config().isEmpty());
    }

    private Optional<Retention> config() {
        return scene.fleet()
                .runtime
                .snapshot(FakeFleet.MAIN)
                .flatMap(s -> s.state().config())
                .flatMap(ClusterConfig::retention);
    }

    @Test
    void aClusterThatIsThereIsNotMadeOfTheBucket() throws Exception {
        JsonNode problem = post(409, "/requests/create", "{" + WHO + ",\"data\":{}}");
        assertThat(problem.path("code").asString()).isEqualTo("cluster-exists");
        assertThat(problem.path("hint").asString()).contains("without --from-bucket");
        assertThat(scene.storage().asked()).isEmpty();
        post(400, "/requests/create", "{" + WHO + ",\"adopt\":true,\"data\":{}}");
    }

    private List<Request> requests() {
        return scene.fleet().runtime.cluster(FakeFleet.MAIN).orElseThrow().history().entries().stream()
                .map(e -> e.record().event())
                .filter(e -> e instanceof Request && !(e instanceof Request.ClusterCreationRequested))
                .map(Request.class::cast)
                .toList();
    }

    private JsonNode post(int status, String path, String body) throws Exception {
        MockHttpServletResponse response = mvc.perform(MockMvcRequestBuilders.post("/api/v1/clusters/main" + path)
                        .contentType(MediaType.APPLICATION_JSON)
                        .content(body))
                .andReturn()
                .getResponse();
        String answer = response.getContentAsString(StandardCharsets.UTF_8);
        assertThat(response.getStatus()).as(path + body + answer).isEqualTo(status);
        String request = JsonMapper.shared().readTree(answer).path("request").asString("");
        if (!request.isEmpty()) {
            assertThat(response.getHeader("Location")).endsWith("/operations/" + request);
        }
        return JsonMapper.shared().readTree(answer);
    }
}
