package io.pgprimacy.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** The contract that scripts and people rely on. */
class CommandLineTest {
    private static final Set<String> CRASH = Set.of(
            "io.pgprimacy.fact.primary-stopped.v1",
            "io.pgprimacy.decision.failover-opened.v1",
            "io.pgprimacy.decision.primary-chosen.v1",
            "io.pgprimacy.fact.promoted.v1",
            "io.pgprimacy.incident.healthy.v1");

    private static final HookReceiver PAGER = new HookReceiver();

    @RegisterExtension
    static final SharedSandbox SHARED =
            new SharedSandbox(SandboxUnderTest.Options.ASYNCHRONOUS.withEnvironment(PAGER.environment()));

    private final SandboxUnderTest sandbox = SHARED.get();

    @Test
    void wrongArgumentsAreRefusedWithAHint() {
        assertRefused(sandbox.run("lisst"), 2, "lisst");
        assertRefused(sandbox.run("list", "--no-such-option"), 2, "--no-such-option");
        assertRefused(sandbox.run("switchover", "--yes"), 2, "--reason");
        assertRefused(sandbox.run("switchover", "--reason", "test"), 2, "--yes");
        assertRefused(sandbox.run("wait", "healthy", "--timeout", "soon"), 2, "soon");
        assertRefused(sandbox.run("sandbox", "up", "--profile", "turbo"), 2, "");
        assertRefused(sandbox.run("sandbox", "start", "pg9"), 2, "pg9");
    }

    @Test
    void anUnknownNodeIsRefusedWithAHint() {
        assertRefused(sandbox.run("why-not", "pg9"), 2, "pg9");
        assertRefused(sandbox.run("switchover", "--to", "pg9", "--reason", "test", "--yes"), 2, "pg9");
        assertRefused(sandbox.run("rebuild", "pg9", "--reason", "test", "--yes"), 2, "pg9");
        assertRefused(sandbox.run("list", "--cluster", "other"), 2, "other");
    }

    @Test
    void anUnreachableCoordinatorIsNamed() {
        assertRefused(sandbox.run("list", "--url", "http://127.0.0.1:9"), 3, "127.0.0.1:9");
    }

    @Test
    void withoutASandboxItSaysHowToMakeOne() {
        try (SandboxUnderTest none = SandboxUnderTest.empty()) {
            assertRefused(none.run("list"), 3, "sandbox up");
            assertThat(none.json("sandbox", "ps").size()).isZero();
            assertThat(none.run("sandbox", "down").exitCode()).isZero();
        }
    }

    private static void assertRefused(Command.Result result, int exitCode, String said) {
        assertThat(result.exitCode()).as(result.toString()).isEqualTo(exitCode);
        assertThat(result.out()).as(result.toString()).isEmpty();
        assertThat(result.err())
                .contains("error: ")
                .contains("hint: ")
                .contains(said)
                .doesNotContain("\tat ");
    }

    @Test
    void aRefusalByTheClusterHasAnExitCodeAndAReason() {
        String primary = sandbox.look().primary();

        Command.Result result = sandbox.run("switchover", "--to", primary, "--reason", "test", "--yes");

        assertRefused(result, 1, primary);
    }

    @Test
    void aSecondUpChangesNothing() {
        List<HostProcess> before = sandbox.ps();

        sandbox.run("sandbox", "up").expectSuccess();

        assertThat(sandbox.ps()).isEqualTo(before);
        assertRefused(sandbox.run("sandbox", "up", "--nodes", "5"), 2, "--nodes 3");
        assertThat(sandbox.ps()).isEqualTo(before);
    }

    @Test
    void psShowsEveryProcess() {
        List<HostProcess> all = sandbox.ps();

        assertThat(all).filteredOn(p -> p.kind().equals("kafka")).hasSize(1);
        assertThat(all).filteredOn(p -> p.kind().equals("coordinator")).hasSize(1);
        for (String kind : List.of("agent", "guard", "postgres")) {
            assertThat(all).filteredOn(p -> p.kind().equals(kind)).as(kind).hasSize(3);
        }
        assertThat(all).allSatisfy(p -> assertThat(Processes.isAlive(p.pid())).isTrue());
    }

    @Test
    void listShowsOnePrimaryAndItsStandbys() {
        ClusterNow now = sandbox.list();

        assertThat(now.cluster()).isEqualTo("main");
        assertThat(now.members()).hasSize(3);
        assertThat(now.member(now.primary()).role()).isEqualTo("primary");
        assertThat(now.standbys()).hasSize(2).allSatisfy(s -> {
            assertThat(now.member(s).role()).isEqualTo("standby");
            assertThat(now.member(s).state()).isEqualTo("streaming");
            assertThat(now.member(s).document().path("lagBytes").isNumber()).isTrue();
        });
    }

    @Test
    void theDsnFindsThePrimary() {
        String dsn = sandbox.run("dsn").expectSuccess().out().strip();

        assertThat(dsn).startsWith("postgresql://postgres@").endsWith("target_session_attrs=read-write");
        sandbox.ports().forEach(port -> assertThat(dsn).contains("127.0.0.1:" + port));
    }

    @Test
    void pauseKeepsTheHandsOffAndResumeTakesThemBack() {
        sandbox.change("pause");
        assertThat(sandbox.list().document().path("paused").asBoolean()).isTrue();

        sandbox.change("resume");

        assertThat(sandbox.list().document().path("paused").asBoolean()).isFalse();
    }

    /** Changed while the standby was away: it must not come up with the old value first. */
    @Test
    void aParameterThatNeedsARestartIsInForceAfterTheNextStart() {
        sandbox.waitHealthy();
        ClusterNow now = sandbox.look();
        Host standby = Host.of(sandbox, now.standbys().getFirst());
        standby.losePower();

        sandbox.change("config", "set", "parameters.max_connections=150");
        sandbox.startHost(standby.name());
        sandbox.waitHealthy();

        ClusterNow after = sandbox.look();
        assertThat(Database.ask(after.member(standby.name()).port(), "SHOW max_connections"))
                .isEqualTo("150");
        assertThat(pendingRestart(after, standby.name())).isEmpty();
        for (String waiting : List.of(now.primary(), now.standbys().getLast())) {
            Eventually.until(
                    waiting + " says that it needs a restart",
                    Duration.ofSeconds(20),
                    () -> pendingRestart(sandbox.list(), waiting).contains("max_connections"));
        }

        sandbox.change("restart", "--pending", "--switchover");

        sandbox.waitHealthy();
        ClusterNow restarted = sandbox.look();
        assertThat(restarted.primary()).isNotEqualTo(now.primary());
        for (ClusterNow.Member member : restarted.members()) {
            assertThat(Database.ask(member.port(), "SHOW max_connections"))
                    .as(member.name())
                    .isEqualTo("150");
        }
    }

    private static String pendingRestart(ClusterNow now, String node) {
        JsonNode pending = now.member(node).document().path("pendingRestart");
        return pending.isEmpty() ? "" : pending.toString();
    }

    @Test
    void aReloadTellsWhatIsWrongWithTheFilesOfAHost() throws IOException {
        String primary = sandbox.look().primary();
        Path hba = sandbox.directory().resolve("hosts").resolve(primary).resolve("data/pg_hba.conf");
        String good = Files.readString(hba);
        Files.writeString(hba, good + "nonsense all all trust\n");

        Command.Result wrong = sandbox.run("reload", primary, "--reason", "system test", "--yes");

        assertThat(wrong.exitCode()).as(wrong.toString()).isEqualTo(1);
        assertThat(wrong.err()).contains("reload of " + primary + " failed: ", "pg_hba.conf, line ");
        Files.writeString(hba, good);
        sandbox.change("reload", primary);
    }

    @Test
    void whyNotNamesTheReasonOfAStandbyAndOfThePrimary() {
        ClusterNow now = sandbox.list();

        assertThat(sandbox.run("why-not", now.primary()).expectSuccess().out()).contains("is the primary");
        assertThat(sandbox.run("why-not", now.standbys().getFirst())
                        .expectSuccess()
                        .out())
                .contains(now.standbys().getFirst());
    }

    @Test
    void eventsTellWhoAskedAndWhy() {
        JsonNode events = sandbox.json("events", "--limit", "500");

        assertThat(events.toString()).contains("ClusterCreated").contains("pgprimacy sandbox up");
        assertThat(sandbox.run("events", "--limit", "500").expectSuccess().out())
                .containsPattern("node pg[23] is a member");
    }

    @Test
    void aSwitchoverIsAnOperationThatIsFoundAndFollowed() {
        String to = sandbox.look().standbys().getFirst();
        JsonNode accepted = sandbox.post("/requests/switchover", "{\"reason\":\"a test\",\"to\":\"" + to + "\"}");
        String id = accepted.path("id").asString();

        String followed = sandbox.text("/operations/" + id + "/events");

        assertThat(followed).contains("SwitchoverStarted", "Promoted", "\"state\":\"SUCCEEDED\"");
        JsonNode newest = sandbox.get("/operations?kind=switchover&node=" + to + "&limit=1")
                .path(0);
        assertThat(newest.path("id").asString()).isEqualTo(id);
        assertThat(newest.path("phase").asString()).isEqualTo("ended");
        assertThat(newest.path("endedAt").asString())
                .isGreaterThan(newest.path("requestedAt").asString());
    }

    @Test
    void aReceiverHearsOfACrashUnderOneIdentifierUntilItIsOver() {
        int heard = PAGER.events().size();

        Host.of(sandbox, sandbox.look().primary()).crashPostmaster();

        Eventually.until(
                "one incident holds all of it",
                Duration.ofSeconds(90),
                () -> incidents(heard).values().stream().anyMatch(types -> types.containsAll(CRASH)));
    }

    /** What came since then, by the incident that it belongs to. */
    private static Map<String, Set<String>> incidents(int from) {
        Map<String, Set<String>> incidents = new TreeMap<>();
        PAGER.events().stream()
                .skip(from)
                .filter(e -> e.has("incident"))
                .forEach(e -> incidents
                        .computeIfAbsent(e.path("incident").asString(), i -> new TreeSet<>())
                        .add(e.path("type").asString()));
        return incidents;
    }

    @Test
    void downLeavesNothingBehind() {
        SandboxUnderTest other = SandboxUnderTest.up(SandboxUnderTest.Options.ASYNCHRONOUS.withNodes(1));
        assertThat(Processes.mentioning(other.directory().toString())).isNotEmpty();

        other.close();

        assertThat(Processes.mentioning(other.directory().toString()))
                .extracting(Processes::commandLine)
                .isEmpty();
        assertThat(Files.exists(other.directory())).isFalse();
    }
}
