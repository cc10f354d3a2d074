package io.pgprimacy.systemtests.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.systemtests.ClusterNow;
import io.pgprimacy.systemtests.Command;
import io.pgprimacy.systemtests.Database;
import io.pgprimacy.systemtests.Eventually;
import io.pgprimacy.systemtests.HostProcess;
import io.pgprimacy.systemtests.Processes;
import io.pgprimacy.systemtests.SandboxUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The agents see to it that whoever is primary archives its WAL, with nobody asking for it. */
class WalArchiveOfAClusterTest {
    private static final Duration BOUND = Duration.ofMinutes(3);

    private static SandboxUnderTest sandbox;

    @BeforeAll
    static void start() {
        sandbox = SandboxUnderTest.up(SandboxUnderTest.Options.ASYNCHRONOUS
                .withNodes(2)
                // An agent that was killed is back before its lease ends.
                .withProfile("normal")
                .withStorage());
        sandbox.telling(() -> {
            awaitStated(-1, sandbox.look().primary(), "KEEPING");
            Database.execute(sandbox.look().primaryPort(), "create table t as select generate_series(1, 1000) as n");
        });
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    @AfterEach
    void oneKeeperBesideThePrimary() {
        sandbox.waitHealthy();
        Eventually.until(
                "the primary's keeper and no other",
                BOUND,
                () -> keepers().stream().map(HostProcess::host).toList().equals(List.of(primary())));
    }

    @Test
    void everythingBeforeAndAfterAFailoverComesBackFromTheBucket() throws IOException {
        assertThat(sandbox.json("backup", "--type", "full").path("state").asString())
                .isEqualTo("SUCCEEDED");
        ClusterNow before = sandbox.look();
        Database.execute(before.primaryPort(), "insert into t select generate_series(1001, 2000)");
        awaitStored(before.primaryPort());
        long offset = sandbox.lastOffset();

        Processes.signal(
                "KILL", List.of(sandbox.process(before.primary(), "postgres").pid()));

        sandbox.awaitEvent("Promoted", offset, BOUND, e -> true);
        awaitStated(offset, before.standbys().getFirst(), "KEEPING");
        int port = sandbox.look().primaryPort();
        Database.execute(port, "insert into t select generate_series(2001, 3000)");
        awaitStored(port);
        JsonNode status = sandbox.json("wal", "status");
        assertThat(status.path("keeping").path("node").asString()).isEqualTo(primary());
        assertThat(status.path("window").path("backup").asString()).isNotEmpty();
        assertThat(status.path("timelines").size()).isGreaterThan(1);
        assertThat(restored("select count(*) || ' to ' || max(n) from t")).isEqualTo("3000 to 3000");
    }

    @Test
    void aStoreThatIsAwayIsToldAndThePrimaryGoesOn() {
        ClusterNow before = sandbox.look();
        long offset = sandbox.lastOffset();

        Processes.signal("KILL", List.of(sandbox.process("s3", "s3").pid()));
        Database.execute(before.primaryPort(), "insert into t values (-1)");
        awaitStated(offset, before.primary(), "STORE_AWAY");
        assertThat(sandbox.run("wal", "status").out()).contains(before.primary() + " archives", "store away");
        Database.execute(before.primaryPort(), "select pg_switch_wal()");
        sandbox.startHost("s3");

        awaitStated(sandbox.lastOffset() - 1, before.primary(), "KEEPING");
        awaitStored(before.primaryPort());
        assertThat(sandbox.look().term()).isEqualTo(before.term());
        Database.execute(before.primaryPort(), "delete from t where n = -1");
    }

    @Test
    void aKeeperThatIsKilledAndAnAgentThatIsKilledAreFollowedByAnother() {
        ClusterNow before = sandbox.look();
        long offset = sandbox.lastOffset();

        Processes.signal("KILL", keepers().stream().map(HostProcess::pid).toList());
        awaitStated(offset, before.primary(), "FAILED");
        awaitStated(offset, before.primary(), "KEEPING");

        Processes.signal(
                "KILL", List.of(sandbox.process(before.primary(), "agent").pid()));
        Eventually.until(
                "the keeper ends with its agent", BOUND, () -> keepers().isEmpty());
        sandbox.startHost(before.primary());
        awaitStored(before.primaryPort());
        assertThat(sandbox.look().term()).isEqualTo(before.term());
    }

    @Test
    void whoArchivesByMeansOfHisOwnIsLeftAlone() {
        int port = sandbox.look().primaryPort();
        sandbox.change("config", "set", "parameters.archive_command=false");

        Eventually.until("no keeper", BOUND, () -> keepers().isEmpty());
        Eventually.until(
                "his own command",
                BOUND,
                () -> Database.ask(port, "show archive_command").equals("false"));

        sandbox.change("config", "set", "parameters.archive_command=");
        Eventually.until(
                "the gate again",
                BOUND,
                () -> Database.ask(port, "show archive_command").contains("wal-gate"));
        awaitStored(port);
    }

    private static String primary() {
        return sandbox.look().primary();
    }

    private static List<HostProcess> keepers() {
        return sandbox.ps().stream().filter(p -> p.kind().equals("keeper")).toList();
    }

    private static void awaitStated(long after, String node, String state) {
        sandbox.awaitEvent(
                "WalArchiving",
                after,
                BOUND,
                e -> e.path("event").path("node").asString().equals(node)
                        && e.path("event").path("state").asString().equals(state));
    }

    private static void awaitStored(int port) {
        Lsn flushed = Lsn.parse(Database.ask(port, "select pg_current_wal_flush_lsn()"));
        String timeline = Database.ask(port, "select substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8)");
        Eventually.until(
                "WAL up to " + flushed + " is stored",
                BOUND,
                () -> !storedUpTo(Integer.parseInt(timeline, 16)).isBefore(flushed));
    }

    private static Lsn storedUpTo(int timeline) throws IOException {
        Lsn end = new Lsn(0);
        JsonNode wal = JsonMapper.shared()
                .readTree(rescue("wal", "--json").expectSuccess().out());
        for (JsonNode each : wal.path("timelines")) {
            for (JsonNode range :
                    each.path("timeline").asInt() == timeline ? each.path("coverage") : List.<JsonNode>of()) {
                end = Lsn.max(end, Lsn.parse(range.path("end").asString()));
            }
        }
        return end;
    }

    @Test
    void aBackupIsProvenByADrill() throws IOException {
        sandbox.run("backup").expectSuccess();
        Path place = Files.createTempDirectory("pgprimacy-drill-");
        Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxrwxrwx"));
        try {
            Path keys = Files.copy(sandbox.directory().resolve("master.keys"), place.resolve("master.keys"));
            Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rw-r--r--"));
            Path scratch = place.resolve("scratch");
            Command.Result drill = rescue("drill", "--master-keys", keys.toString(), "--scratch", scratch.toString());
            assertThat(drill.expectSuccess().out())
                    .contains("pg_verifybackup: passed", "every row: passed", "pg_amcheck: passed", "proven");
            assertThat(scratch).doesNotExist();
        } finally {
            BackupTestBed.delete(place);
        }
        JsonNode backups = sandbox.json("backups").path("backups");
        JsonNode last = backups.path(backups.size() - 1);
        assertThat(last.path("state").path("proven").path("seconds").asDouble()).isPositive();
    }

    private static String restored(String question) throws IOException {
        Path place = Files.createTempDirectory("pgprimacy-restored-");
        Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxrwxrwx"));
        int port = BackupTestBed.freePort();
        Server server = new Server("restored", place.resolve("data"), port);
        try {
            // The sandbox's own is for its owner alone.
            Path keys = Files.copy(sandbox.directory().resolve("master.keys"), place.resolve("master.keys"));
            Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rw-r--r--"));
            rescue(
                            "restore",
                            "--to",
                            "latest",
                            "--master-keys",
                            keys.toString(),
                            "--target",
                            server.data().toString(),
                            "--start",
                            "--postgres-options",
                            "-c port=" + port + " -c listen_addresses=127.0.0.1 -c unix_socket_directories=")
                    .expectSuccess();
            return server.sql(question);
        } finally {
            server.stop("immediate");
            BackupTestBed.delete(place);
        }
    }

    private static Command.Result rescue(String... arguments) throws IOException {
        String url = sandbox.process("s3", "s3").url();
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--cluster", "main", "--endpoint", url, "--bucket", "backups"));
        String secret =
                Files.readString(sandbox.directory().resolve("s3.secret")).strip();
        return BackupTestBed.rescueWith("sandbox", secret, all.toArray(String[]::new));
    }
}
