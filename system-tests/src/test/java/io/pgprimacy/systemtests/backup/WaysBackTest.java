package io.pgprimacy.systemtests.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.systemtests.ClusterNow;
import io.pgprimacy.systemtests.Command;
import io.pgprimacy.systemtests.Database;
import io.pgprimacy.systemtests.Eventually;
import io.pgprimacy.systemtests.SandboxUnderTest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What is lost comes back by one command: a standby, a moment of the whole cluster, and a cluster whose every host is gone. */
class WaysBackTest {
    private static final Duration BOUND = Duration.ofMinutes(3);
    private static final String COUNT = "select count(*) || ' to ' || max(n) from t";

    private static SandboxUnderTest sandbox;

    @BeforeAll
    static void start() {
        sandbox = SandboxUnderTest.up(SandboxUnderTest.Options.SYNCHRONOUS.withStorage());
        sandbox.telling(() -> {
            Database.execute(sandbox.look().primaryPort(), "create table t as select generate_series(1, 1000) as n");
            awaitStored();
            assertThat(sandbox.json("backup").path("state").asString()).isEqualTo("SUCCEEDED");
        });
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    @AfterEach
    void itIsHealthyAndAllStandbysHoldTheSame() {
        sandbox.waitHealthy();
        ClusterNow now = sandbox.look();
        String primary = Database.ask(now.primaryPort(), COUNT);
        for (int port : sandbox.ports()) {
            Eventually.until(
                    "port " + port + " holds the same",
                    BOUND,
                    () -> Database.ask(port, COUNT).equals(primary));
        }
    }

    @Test
    void aStandbyIsFilledFromTheRepositoryAndStreams() {
        long offset = sandbox.lastOffset();
        String standby = sandbox.look().standbys().getFirst();
        Database.execute(sandbox.look().primaryPort(), "insert into t select max(n) + 1 from t");

        sandbox.change("restore", "node", standby);

        JsonNode rebuilt = sandbox.awaitEvent("Rebuilt", offset, BOUND, e -> true);
        assertThat(rebuilt.path("event").path("backup").asString())
                .isEqualTo(newest().path("id").asString());
        assertThat(rebuilt.path("event").path("bytes").asLong()).isPositive();
    }

    @Test
    void theWholeClusterGoesBackToTheMomentBeforeATableWasDropped() {
        int port = sandbox.look().primaryPort();
        Database.execute(port, "insert into t select max(n) + 1 from t");
        String before = Database.ask(port, COUNT);
        String moment = Database.ask(port, "select to_char(clock_timestamp(), 'YYYY-MM-DD\"T\"HH24:MI:SS.USTZH:TZM')");
        Database.execute(port, "create table made_after_it (n int)");
        Database.execute(port, "drop table t");
        awaitStored();
        ClusterNow then = sandbox.look();
        long offset = sandbox.lastOffset();

        sandbox.change("restore", "cluster", "--to", moment);

        JsonNode progress = sandbox.awaitEvent("RestoreProgressed", offset, BOUND, e -> true)
                .path("event");
        assertThat(progress.path("step").asString()).isEqualTo("replaying WAL");
        assertThat(progress.path("of").asLong()).isPositive();
        JsonNode restored =
                sandbox.awaitEvent("DataRestored", offset, BOUND, e -> true).path("event");
        assertThat(Duration.parse(restored.path("files").asString())
                        .plus(Duration.parse(restored.path("wal").asString())))
                .isPositive()
                .isLessThanOrEqualTo(Duration.parse(restored.path("took").asString()));

        ClusterNow now = sandbox.look();
        assertThat(now.term()).isEqualTo(then.term() + 1);
        assertThat(Database.ask(now.primaryPort(), COUNT)).isEqualTo(before);
        assertThat(Database.ask(now.primaryPort(), "select to_regclass('made_after_it') is null"))
                .isEqualTo("t");
        assertThat(keptBy(now)).isDirectoryContaining("glob:**/PG_VERSION");
        assertThat(sandbox.run("explain", "last").out()).contains("holds what a person asked for", "was restored");

        whatWasReplacedStaysUntilItIsConfirmed(now, offset);
    }

    private static void whatWasReplacedStaysUntilItIsConfirmed(ClusterNow first, long offset) {
        sandbox.awaitEvent("OldDataKept", offset, BOUND, e -> true);
        sandbox.waitHealthy();
        assertThat(sandbox.run("status").out())
                .contains("keeps what was replaced under term " + first.term(), "restore confirm");
        awaitStored();
        sandbox.change("restore", "cluster");
        ClusterNow second = sandbox.look();
        assertThat(keptBy(first)).isDirectoryContaining("glob:**/PG_VERSION");
        assertThat(keptBy(second)).isDirectoryContaining("glob:**/PG_VERSION");
        sandbox.awaitEvent("OldDataKept", offset, BOUND, e -> location(e).equals(keptBy(second)));

        sandbox.change("restore", "confirm");

        assertThat(keptBy(first)).doesNotExist();
        assertThat(keptBy(second)).doesNotExist();
        JsonNode removed = sandbox.awaitEvent(
                "OldDataRemoved", offset, BOUND, e -> location(e).equals(keptBy(first)));
        assertThat(removed.path("event").path("ordered").asLong()).isPositive();
        assertThat(removed.path("event").path("bytes").asLong()).isPositive();
        assertThat(sandbox.run("status").out()).doesNotContain("restore confirm");
        assertThat(sandbox.run("restore", "confirm", "--reason", "a test", "--yes")
                        .err())
                .contains("nothing is kept of before a restore");
    }

    private static Path location(JsonNode event) {
        return Path.of(event.path("event").path("location").asString());
    }

    private static Path keptBy(ClusterNow then) {
        return sandbox.directory()
                .resolve("hosts")
                .resolve(then.primary())
                .resolve("data.before-restore-" + then.term());
    }

    @Test
    void aTargetThatCannotBeMeantIsRefusedBeforeAnythingStops() {
        ClusterNow before = sandbox.look();

        Command.Result yesterday =
                sandbox.run("restore", "cluster", "--to", "yesterday", "--reason", "a test", "--yes");
        assertThat(yesterday.exitCode()).isNotZero();
        assertThat(yesterday.err()).contains("'yesterday' is not a target");
        assertThat(sandbox.run("restore", "cluster", "--node", "pg9", "--reason", "a test", "--yes")
                        .exitCode())
                .isNotZero();

        assertThat(sandbox.look().term()).isEqualTo(before.term());
    }

    @Test
    void aRestoreThatFailsLeavesTheClusterAsItWas() {
        ClusterNow before = sandbox.look();
        Database.execute(before.primaryPort(), "insert into t select max(n) + 1 from t");
        String rows = Database.ask(before.primaryPort(), COUNT);

        Command.Result result = sandbox.run(
                "restore",
                "cluster",
                "--to",
                "name:nobody_made_this",
                "--backup",
                newest().path("id").asString(),
                "--reason",
                "a test",
                "--yes");

        assertThat(result.exitCode()).isNotZero();
        assertThat(result.err()).contains("restore point 'nobody_made_this' was not found in the WAL");
        sandbox.waitHealthy();
        assertThat(sandbox.look().primary()).isEqualTo(before.primary());
        assertThat(Database.ask(sandbox.look().primaryPort(), COUNT)).isEqualTo(rows);
    }

    @Test
    void aClusterWhoseEveryHostIsDestroyedComesBackByOneCommand() {
        int port = sandbox.look().primaryPort();
        Database.execute(port, "insert into t select max(n) + g from t, generate_series(1, 100) as g group by g");
        String rows = Database.ask(port, COUNT);
        awaitStored();
        List<String> hosts = List.of("pg1", "pg2", "pg3");

        hosts.forEach(host -> sandbox.run("sandbox", "destroy-host", host).expectSuccess());
        hosts.forEach(sandbox::startHost);
        sandbox.change("restore", "cluster");

        sandbox.waitHealthy();
        assertThat(Database.ask(sandbox.look().primaryPort(), COUNT)).isEqualTo(rows);
    }

    private static JsonNode newest() {
        JsonNode backups = sandbox.json("backups").path("backups");
        return backups.get(backups.size() - 1);
    }

    private static void awaitStored() {
        String flushed = Database.ask(sandbox.look().primaryPort(), "select pg_current_wal_flush_lsn()");
        Eventually.until("the archive reaches " + flushed, BOUND, () -> {
            JsonNode behind = sandbox.json("wal", "status");
            String stored = behind.path("stored").asString("");
            return !stored.isEmpty()
                    && !io.pgprimacy.core.postgres.Lsn.parse(stored)
                            .isBefore(io.pgprimacy.core.postgres.Lsn.parse(flushed));
        });
    }
}
