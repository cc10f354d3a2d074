package io.pgprimacy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChangeCommandsTest {
    private static final String ACCEPTED = "{\"id\":\"r1\"}";

    private static final String WAITING = """
            {"members":[
              {"name":"pg1","role":"primary","pendingRestart":[{"parameter":"shared_buffers"}]},
              {"name":"pg2","role":"standby","pendingRestart":[]},
              {"name":"pg3","role":"standby","pendingRestart":[{"parameter":"shared_buffers"}]}]}
            """;

    private FakeCoordinator coordinator;

    @BeforeEach
    void start() throws IOException {
        coordinator = new FakeCoordinator();
    }

    @AfterEach
    void stop() {
        coordinator.close();
    }

    @Test
    void aSwitchoverIsFollowedToItsEnd() {
        coordinator
                .on("POST /requests/switchover", 202, ACCEPTED)
                .on("GET /operations/r1", 404, "{}")
                .on("GET /operations/r1", 200, operation("RUNNING", "", "the old primary stops"))
                .on("GET /operations/r1", 200, operation("SUCCEEDED", "pg2 is the primary", "the old primary stops"));

        Ran ran = Ran.at(coordinator, "switchover", "--to", "pg2", "--reason", "test", "--yes");

        assertThat(ran.code()).isZero();
        assertThat(ran.out()).isEqualTo("switchover done: pg2 is the primary\n");
        assertThat(ran.err()).containsOnlyOnce("the old primary stops");
        assertThat(coordinator.lastBody()).isEqualTo(App.JSON.readTree("{\"reason\":\"test\",\"to\":\"pg2\"}"));
    }

    @Test
    void aRefusalSaysWhy() {
        coordinator
                .on("POST /requests/failover", 202, ACCEPTED)
                .on("GET /operations/r1", 200, operation("REFUSED", "pg2 lags by 3 GB"));

        Ran ran = Ran.at(coordinator, "failover", "--to", "pg2", "--reason", "x", "--yes");

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err()).contains("error: failover refused: pg2 lags by 3 GB", "hint: ");
        assertThat(coordinator.lastBody().path("allowDataLoss").asBoolean(true)).isFalse();
    }

    @Test
    void theStandbysThatWaitAreRestartedOneByOneAndThePrimaryHandsOver() {
        coordinator
                .on("GET ", 200, WAITING)
                .on("POST /requests/restart", 202, ACCEPTED)
                .on("POST /requests/switchover", 202, ACCEPTED)
                .on("GET /operations/r1", 200, operation("SUCCEEDED", "it streams again"));

        Ran ran = Ran.at(coordinator, "restart", "--pending", "--switchover", "--reason", "more memory", "--yes");

        assertThat(ran.err()).isEmpty();
        assertThat(ran.code()).isZero();
        assertThat(ran.out()).isEqualTo("restart of pg3 done: it streams again\nswitchover done: it streams again\n");
    }

    @Test
    void whoWaitsAsThePrimaryIsNamedAndLeftAlone() {
        coordinator
                .on("GET ", 200, WAITING)
                .on("POST /requests/restart", 202, ACCEPTED)
                .on("GET /operations/r1", 200, operation("SUCCEEDED", ""));

        Ran ran = Ran.at(coordinator, "restart", "--pending", "--reason", "more memory", "--yes");

        assertThat(ran.code()).isZero();
        assertThat(ran.err()).contains("primary pg1 waits for a restart too: pgprimacy switchover");
        assertThat(coordinator.lastBody())
                .isEqualTo(App.JSON.readTree("{\"reason\":\"more memory\",\"node\":\"pg3\"}"));
    }

    @Test
    void aRestartNamesItsNodeOrSaysPending() {
        assertThat(Ran.at(coordinator, "restart", "--reason", "x", "--yes").code())
                .isEqualTo(2);
        assertThat(Ran.at(coordinator, "restart", "--pending", "--json", "--reason", "x", "--yes")
                        .code())
                .isEqualTo(2);
        assertThat(Ran.at(coordinator, "restart", "pg2", "--pending", "--reason", "x", "--yes")
                        .code())
                .isEqualTo(2);
    }

    @Test
    void aReloadThatFindsAMistakeFailsInTheNodesWords() {
        coordinator
                .on("POST /requests/reload", 202, ACCEPTED)
                .on("GET /operations/r1", 200, operation("FAILED", "pg_hba.conf, line 3: it is wrong"));

        Ran ran = Ran.at(coordinator, "reload", "pg1", "--reason", "one more host", "--yes");

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err()).contains("reload of pg1 failed: pg_hba.conf, line 3: it is wrong");
        assertThat(coordinator.lastBody())
                .isEqualTo(App.JSON.readTree("{\"reason\":\"one more host\",\"node\":\"pg1\"}"));
    }

    @Test
    void whatTakesTooLongMayStillHappen() {
        coordinator.on("POST /requests/rebuild", 202, ACCEPTED).on("GET /operations/r1", 200, operation("RUNNING", ""));

        Ran ran = Ran.at(coordinator, "rebuild", "pg1", "--reason", "x", "--yes", "--timeout", "100ms");

        assertThat(ran.code()).isEqualTo(4);
        assertThat(ran.err()).contains("it goes on by itself (id r1)");
    }

    @Test
    void jsonIsOneDocumentWhateverTheEnd() {
        coordinator.on("POST /requests/pause", 202, ACCEPTED).on("GET /operations/r1", 200, operation("REFUSED", "no"));

        Ran ran = Ran.at(coordinator, "pause", "--reason", "x", "--yes", "--json");

        assertThat(ran.code()).isEqualTo(1);
        assertThat(App.JSON.readTree(ran.out()).path("state").asString("")).isEqualTo("REFUSED");
    }

    @Test
    void aClusterOfWhichOnlyTheBucketIsLeftIsWaitedForWithAllItsNodes() {
        coordinator
                .on("POST /requests/create", 202, ACCEPTED)
                .on("GET /operations/r1", 200, operation("SUCCEEDED", "node pg1 was restored"))
                .on("GET ", 200, members(false, "announced"))
                .on("GET ", 200, members(true, "announced"))
                .on("GET ", 200, members(true, "member"));

        Ran ran = Ran.at(coordinator, "restore", "cluster", "--from-bucket", "--to", "0/30", "--reason", "x", "--yes");

        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(ran.out())
                .contains("restore done: node pg1 was restored", "cluster main is back after", "1 standbys stream");
        assertThat(coordinator.asked().stream().filter("GET "::equals)).hasSize(3);
        assertThat(coordinator.lastBody()).isEqualTo(App.JSON.readTree("""
                {"reason":"x","config":{"profile":"normal","sync":false},
                 "data":{"to":"0/30","exclusive":false}}"""));
    }

    @Test
    void whatOnlyMakesSenseWithTheBucketIsRefusedWithoutIt() {
        assertThat(Ran.at(coordinator, "restore", "cluster", "--incarnation", "1", "--reason", "x", "--yes")
                        .code())
                .isEqualTo(2);
        assertThat(coordinator.asked()).isEmpty();
    }

    private static String members(boolean healthy, String second) {
        return """
                {"cluster":"main","healthy":%s,"primary":"pg1","problems":[],
                 "members":[{"name":"pg1","membership":"member"},{"name":"pg2","membership":"%s"}]}""".formatted(healthy, second);
    }

    @Test
    void settingsKeepTheirTypes() {
        coordinator
                .on("POST /requests/config", 202, ACCEPTED)
                .on("GET /operations/r1", 200, operation("SUCCEEDED", ""));

        Ran.at(
                coordinator,
                "config",
                "set",
                "sync=true",
                "maximumLagOnFailover=1024",
                "rejoin=rebuild",
                "parameters.work_mem=8",
                "--reason",
                "x",
                "--yes");

        assertThat(coordinator.lastBody().path("config")).isEqualTo(App.JSON.readTree("""
                {"sync":true,"maximumLagOnFailover":1024,"rejoin":"rebuild","parameters":{"work_mem":"8"}}"""));
    }

    @Test
    void anEditedConfigurationTakesThePlaceOfTheOneThatWasEditedOnly() {
        coordinator
                .on("GET ", 200, "{\"config\":{\"rejoin\":\"rewind\"},\"configVersion\":17}")
                .on("POST /requests/config", 412, """
                        {"code":"config-changed","detail":"the configuration is another by now",
                         "hint":"nothing was changed; read it again"}""");

        Ran ran = Ran.with(
                Map.of("PGPRIMACY_URL", coordinator.url(), "EDITOR", "sed -i s/rewind/rebuild/"),
                "config",
                "edit",
                "--reason",
                "x",
                "--yes");

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err()).contains("is another by now", "nothing was changed");
        assertThat(coordinator.conditions()).containsExactly("\"17\"");
        assertThat(coordinator.lastBody().path("config").path("rejoin").asString())
                .isEqualTo("rebuild");
    }

    @Test
    void aBusyCoordinatorsRequestIsTakenToTheNextOne() throws IOException {
        try (FakeCoordinator reading = new FakeCoordinator()) {
            reading.on("POST /requests/pause", 503, "{\"code\":\"still-reading\"}");
            coordinator
                    .on("POST /requests/pause", 202, ACCEPTED)
                    .on("GET /operations/r1", 200, operation("SUCCEEDED", ""));

            Ran ran = Ran.with(
                    Map.of("PGPRIMACY_URL", reading.url() + "," + coordinator.url()),
                    "pause",
                    "--reason",
                    "x",
                    "--yes");

            assertThat(ran.code()).isZero();
        }
    }

    @Test
    void aRequestThatMayHaveBeenHeardIsSaidToBe() throws IOException {
        AtomicInteger heard = new AtomicInteger();
        try (ServerSocket deaf = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"))) {
            Thread.ofVirtual().start(() -> hangUpOnEach(deaf, heard));

            Ran ran = Ran.with(
                    Map.of("PGPRIMACY_URL", "http://127.0.0.1:" + deaf.getLocalPort()),
                    "pause",
                    "--reason",
                    "x",
                    "--yes");

            assertThat(ran.code()).isEqualTo(3);
            assertThat(ran.err()).contains("whether it heard the request is not known");
            assertThat(heard).hasValue(1);
        }
    }

    @Test
    void aRequestThatMayHaveBeenHeardIsMadeElsewhereUnderTheSameKey() throws IOException {
        coordinator
                .on("POST /requests/pause", 202, ACCEPTED)
                .on("GET /operations/r1", 200, operation("SUCCEEDED", "automation is paused"));
        try (FakeCoordinator unsure = new FakeCoordinator()) {
            unsure.on("POST /requests/pause", 503, "{\"code\":\"log-unavailable\"}");

            Ran ran = Ran.with(
                    Map.of("PGPRIMACY_URL", unsure.url() + "," + coordinator.url()), "pause", "--reason", "x", "--yes");

            assertThat(ran.code()).isZero();
            assertThat(unsure.keys()).hasSize(1);
            assertThat(coordinator.keys()).isEqualTo(unsure.keys());
        }
    }

    private static void hangUpOnEach(ServerSocket server, AtomicInteger heard) {
        while (!server.isClosed()) {
            try (var socket = server.accept()) {
                if (socket.getInputStream().read() >= 0) {
                    heard.incrementAndGet();
                }
            } catch (IOException e) {
                if (!server.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private static String operation(String state, String message, String... steps) {
        var document =
                App.JSON.createObjectNode().put("id", "r1").put("state", state).put("message", message);
        var list = document.putArray("steps");
        for (String step : steps) {
            list.addObject().put("millis", 12).put("sentence", step);
        }
        return document.toString();
    }
}
