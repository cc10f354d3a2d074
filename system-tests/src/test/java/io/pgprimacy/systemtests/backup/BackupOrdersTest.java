package io.pgprimacy.systemtests.backup;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;

/** Backups ordered through the log, with everything that takes part in them killed while they are taken. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BackupOrdersTest {
    private static final Duration BOUND = Duration.ofMinutes(3);
    /**
     * So slow that there is time to break something: the database has some 60 MB, and an agent tells every five seconds how far it is. At 8 a
     * backup could be over before anybody had heard of its first stored byte.
     */
    private static final int SLOW = 4;
    /** From the first of these on every backup of the standby takes its time. */
    private static final int WHAT_IS_SLOW_COMES_LAST = Integer.MAX_VALUE;

    private static SandboxUnderTest sandbox;
    private static String standby = "";

    private ClusterNow before = sandbox.look();

    @BeforeAll
    static void start() {
        sandbox = SandboxUnderTest.up(SandboxUnderTest.Options.ASYNCHRONOUS
                .withNodes(2)
                .withProfile("normal")
                .withStorage());
        sandbox.telling(() -> {
            standby = sandbox.look().standbys().getFirst();
            Database.execute(
                    sandbox.look().primaryPort(),
                    "create table t as select n, md5(n::text) as text from generate_series(1, 400000) n");
        });
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    /** Whatever became of the backup, the primary has not moved and nobody is left at work. */
    @AfterEach
    void nothingElseHasHappened() {
        ClusterNow after = sandbox.look();
        assertThat(after.term()).isEqualTo(before.term());
        assertThat(after.primary()).isEqualTo(before.primary());
        Eventually.until("no worker is left", BOUND, () -> workers().isEmpty());
        assertThat(sandbox.json("backups").path("running").isNull()).isTrue();
        assertThat(sandbox.json("backups").path("drill").isNull()).isTrue();
        Eventually.until("no copy of a drill is left", BOUND, () -> !Files.exists(scratch()));
    }

    @Test
    void aDrillOnAStandbyProvesABackupByHandAndBySchedule() {
        sandbox.run("backup").expectSuccess();
        String backup = listed().getLast().path("id").asString();
        assertThat(sandbox.run("drill", "--backup", "20200101T000000Z-00000000").err())
                .contains("there is no sound backup 20200101T000000Z-00000000");
        assertThat(sandbox.run("drill", "--backup", "none").exitCode()).isNotZero();
        assertThat(sandbox.run("drill", "--on", "pg9").err()).contains("pg9");
        assertThat(sandbox.run("drill", "cancel", "--reason", "a test", "--yes").err())
                .contains("no drill is under way");

        JsonNode drill = sandbox.json("drill", "--reason", "the weekly one");

        assertThat(drill.path("state").asString()).isEqualTo("SUCCEEDED");
        assertThat(drill.path("message").asString())
                .startsWith("backup " + backup + " is proven: node " + standby)
                .contains("pg_verifybackup passed", "every row passed", "visibility map passed", "pg_amcheck passed");
        JsonNode proven = listed().getLast().path("state").path("proven");
        assertThat(proven.path("seconds").asDouble()).isPositive();
        assertThat(sandbox.run("backups").expectSuccess().out())
                .contains("proven " + proven.path("at").asString());

        assertThat(sandbox.run("config", "set", "drillSchedule=often", "--reason", "test", "--yes")
                        .err())
                .contains("five fields");
        long offset = sandbox.lastOffset();
        sandbox.change("config", "set", "drillSchedule=* * * * *");
        JsonNode ordered = sandbox.awaitEvent("DrillOrdered", offset, BOUND, e -> true);
        sandbox.change("config", "set", "drillSchedule=");
        assertThat(ordered.path("event").path("basis").path("rule").asString()).isEqualTo("K9");
        assertThat(sandbox.json("config", "show").path("drillSchedule").asString(""))
                .isEmpty();
        sandbox.awaitEvent("DrillCompleted", offset, BOUND, e -> true);

        long begun = sandbox.lastOffset();
        sandbox.json("drill", "--no-wait");
        sandbox.awaitEvent("DrillStarted", begun, BOUND, e -> true);
        Processes.signal("KILL", List.of(sandbox.process(standby, "agent").pid()));
        Eventually.until(
                "the worker ends with its agent", BOUND, () -> workers().isEmpty());
        sandbox.startHost(standby);
        JsonNode failed = sandbox.awaitEvent("DrillFailed", begun, BOUND, e -> true);
        assertThat(failed.path("event").path("reason").asString()).contains("the agent ended");
        assertThat(failed.path("event").path("backup").isMissingNode()).isTrue();
        sandbox.waitHealthy();
    }

    @Test
    void aLogicalBackupIsOrderedListedAndNeverRecoveredFrom() {
        sandbox.run("backup").expectSuccess();
        String physical = listed().getLast().path("id").asString();

        JsonNode dump = sandbox.json("backup", "--type", "logical", "--database", "postgres", "--reason", "a copy");

        assertThat(dump.path("message").asString()).startsWith("node " + standby + " made logical backup");
        assertThat(listed().getLast().path("id").asString()).isEqualTo(physical);
        JsonNode row = sandbox.json("backups").path("dumps").path(0);
        String id = row.path("id").asString();
        assertThat(row.path("databases").path(0).path("name").asString()).isEqualTo("postgres");
        assertThat(row.path("standby").asBoolean()).isTrue();
        assertThat(sandbox.run("backups").expectSuccess().out()).contains("LOGICAL", id);
        assertThat(sandbox.json("restore", "preview", "--to", "latest")
                        .path("backup")
                        .asString())
                .isEqualTo(physical);
        assertThat(sandbox.run("drill", "--backup", id).err()).contains("there is no sound backup " + id);
        assertThat(sandbox.run("events", "--limit", "10").expectSuccess().out())
                .contains("for a backup, logical of 'postgres'", "made logical backup " + id);
        assertThat(sandbox.run("backup", "--type", "logical", "--database", "nowhere")
                        .err())
                .contains("there is no database 'nowhere' that accepts connections");
        sandbox.run("pin", id, "--reason", "an audit").expectSuccess();
        assertThat(sandbox.run("retention", "plan", "--full", "1")
                        .expectSuccess()
                        .out())
                .contains("it is the last whole dump of postgres");
    }

    private static Path scratch() {
        return sandbox.directory().resolve("hosts").resolve(standby).resolve("data.drill");
    }

    @Test
    void whatBackupsListsCanBeRestoredFromTheBucketAlone() throws IOException {
        JsonNode full = sandbox.json("backup", "--type", "full");
        assertThat(full.path("state").asString()).isEqualTo("SUCCEEDED");
        assertThat(full.path("message").asString()).startsWith("node " + standby + " made full backup");
        Database.execute(before.primaryPort(), "update t set text = 'changed' where n % 1000 = 0");
        sandbox.json("backup", "--type", "incr", "--from", before.primary(), "--reason", "the nightly one");

        List<JsonNode> listed = listed();
        JsonNode last = listed.getLast();
        assertThat(last.path("type").asString()).isEqualTo("incremental");
        assertThat(last.path("node").asString()).isEqualTo(before.primary());
        assertThat(listed)
                .extracting(b -> b.path("id").asString())
                .contains(last.path("parent").asString());
        assertThat(last.path("storedBytes").asLong())
                .isLessThan(last.path("sourceBytes").asLong() / 4);

        Path target = sandbox.directory().resolve("restored");
        restore(target, last.path("id").asString()).expectSuccess();
        assertThat(target.resolve("backup_label")).exists();
        Eventually.until("pg_verifybackup", BOUND, () -> verify(target).exitCode() == 0);
    }

    @Test
    void whatIsStoredIsVerifiedPinnedAndLetGo() {
        sandbox.run("backup").expectSuccess();
        String first = listed().getLast().path("id").asString();
        sandbox.run("backup").expectSuccess();
        String last = listed().getLast().path("id").asString();

        assertThat(sandbox.run("pin", "20200101T000000Z-00000000", "--reason", "x")
                        .err())
                .contains("there is no backup");
        sandbox.run("pin", first, "--reason", "an audit").expectSuccess();
        assertThat(sandbox.run("backups").expectSuccess().out()).contains("pinned by operator: an audit");
        assertThat(sandbox.run("retention", "plan", "--full", "1")
                        .expectSuccess()
                        .out())
                .contains("it is pinned", "WAL stays");
        sandbox.run("unpin", first, "--reason", "the audit is over").expectSuccess();
        assertThat(sandbox.run("retention", "apply", "--full", "1", "--reason", "x")
                        .exitCode())
                .as("nobody has said yes")
                .isEqualTo(2);
        JsonNode applied = sandbox.json("retention", "apply", "--full", "1", "--reason", "nightly", "--yes");
        assertThat(applied.path("state").asString()).isEqualTo("SUCCEEDED");
        assertThat(applied.path("message").asString())
                .contains("marked: ", first)
                .doesNotContain(last);
        assertThat(listed().getLast().path("state").path("expired").isNull()).isTrue();
        assertThat(sandbox.run("events", "--limit", "10").expectSuccess().out())
                .contains(
                        "to pin backup " + first,
                        "to unpin backup " + first,
                        "to keep 1 full",
                        "retention was applied: marked");

        JsonNode preview = sandbox.json("restore", "preview", "--to", "latest");
        assertThat(preview.path("backup").asString()).isEqualTo(last);
        assertThat(preview.path("walBytes").asLong()).isPositive();
        assertThat(sandbox.run("restore", "preview", "--to", "2020-01-01T00:00:00Z")
                        .err())
                .contains("is before the end of the first backup", "one can recover from");
        assertThat(sandbox.run("restore", "preview", "--to", "yesterday").err()).contains("is not a target");

        assertThat(sandbox.json("verify-repository").path("passed").toString()).contains(last);
        assertThat(listed().getLast().path("state").path("verified").isNull()).isFalse();
    }

    @Test
    void aConfiguredRetentionIsAppliedByItselfAndNothingThatKeepsLess() {
        long offset = sandbox.lastOffset();
        sandbox.change("config", "set", "retention.full=2", "retention.window=7d", "retention.schedule=* * * * *");
        assertThat(sandbox.json("config", "show")
                        .path("retention")
                        .path("window")
                        .asString())
                .isEqualTo("7d");
        assertThat(sandbox.run("retention", "plan").expectSuccess().out())
                .contains("stays: 2 full, every moment of 7 days");

        sandbox.awaitEvent("RetentionOrdered", offset, BOUND, e -> true);
        sandbox.awaitEvent("RetentionApplied", offset, BOUND, e -> true);
        assertThat(sandbox.run("retention", "apply", "--full", "1", "--reason", "x", "--yes")
                        .err())
                .contains("it would let go of what the configured retention keeps");

        sandbox.change("config", "set", "retention.full=", "retention.window=", "retention.schedule=");
        assertThat(sandbox.json("config", "show").path("retention").isEmpty()).isTrue();
    }

    @Test
    void theEventsTellTheStory() {
        sandbox.run("backup").expectSuccess();
        // A standby's backup begins at its last restart point, so one that is to rest upon another needs a later one.
        Database.execute(before.primaryPort(), "checkpoint");
        String checkpoint = Database.ask(before.primaryPort(), "select redo_lsn from pg_control_checkpoint()");
        int port = before.member(standby).port();
        Eventually.until(
                "the checkpoint is replayed",
                BOUND,
                () -> Database.ask(port, "select pg_last_wal_replay_lsn() > '" + checkpoint + "'::pg_lsn")
                        .equals("t"));
        String id = sandbox.json("backup", "--type", "diff").path("id").asString();

        JsonNode explanation = sandbox.get("/explain/" + id);
        assertThat(explanation.toString()).contains("K1", "is the standby that has replayed most", "BackupCompleted");
        assertThat(sandbox.run("events", "--limit", "20").expectSuccess().out())
                .contains("takes a backup, differential", "began backup", "made differential backup");
    }

    @Test
    void itsScheduleIsKeptByTheCoordinator() {
        assertThat(sandbox.run("config", "set", "backupSchedules.full=often", "--reason", "test", "--yes")
                        .err())
                .contains("five fields");
        long before = sandbox.lastOffset();
        sandbox.change("config", "set", "backupSchedules.incremental=* * * * *");
        JsonNode ordered = sandbox.awaitEvent("BackupOrdered", before, BOUND, e -> true);
        sandbox.change("config", "set", "backupSchedules.incremental=");

        assertThat(ordered.path("event").path("basis").path("rule").asString()).isEqualTo("K4");
        assertThat(ordered.path("event").path("scheduled").asString()).endsWith(":00Z");
        sandbox.awaitEvent("BackupCompleted", before, BOUND, e -> true);
        assertThat(sandbox.json("config", "show").path("backupSchedules").isEmpty())
                .isTrue();
    }

    @Test
    void whatCannotBeDoneIsRefusedWithAReason() {
        Command.Result unknown = sandbox.run("backup", "--from", "pg9");
        assertThat(unknown.exitCode()).isNotZero();
        assertThat(unknown.err()).contains("pg9");
        Command.Result nothing = sandbox.run("backup", "cancel", "--reason", "a test", "--yes");
        assertThat(nothing.exitCode()).isEqualTo(1);
        assertThat(nothing.err()).contains("no backup is being taken");
    }

    @Test
    @Order(WHAT_IS_SLOW_COMES_LAST)
    void oneIsTakenAtATimeAndCanBeCancelled() throws IOException {
        String id = slowBackup();
        assertThat(sandbox.run("backup").err()).contains("a backup of " + standby + " is being taken");
        long worker = workers().getFirst();
        // Without the storage service it cannot come to its end in the meantime.
        kill("storage", "storage");
        restartAgent();
        assertThat(workers()).as("an agent that is upgraded costs no backup").containsExactly(worker);

        sandbox.change("backup", "cancel");

        JsonNode end = ended(id);
        assertThat(end.path("state").asString()).isEqualTo("FAILED");
        assertThat(end.path("message").asString()).contains("is cancelled");
        awaitEnd(worker);
        sandbox.startHost("storage");
        sandbox.waitHealthy();
    }

    @Test
    @Order(WHAT_IS_SLOW_COMES_LAST)
    void aWorkerThatIsKilledFailsItsBackupAndNothingIsListed() throws IOException {
        List<JsonNode> listed = listed();
        String id = slowBackup();

        Processes.signal("KILL", workers());

        JsonNode end = ended(id);
        assertThat(end.path("state").asString()).isEqualTo("FAILED");
        assertThat(end.path("message").asString()).endsWith("exit code 137");
        assertThat(listed()).isEqualTo(listed);
    }

    @Test
    @Order(WHAT_IS_SLOW_COMES_LAST)
    void aBackupOutlivesItsAgentAndTheStorageServiceBothKilled() throws IOException {
        long offset = sandbox.lastOffset();
        String id = slowBackup();
        JsonNode begun = sandbox.awaitEvent("BackupStarted", offset, BOUND, e -> true);
        String backup = begun.path("event").path("backup").asString();
        long worker = workers().getFirst();

        kill("storage", "storage");
        kill(standby, "agent");
        assertThat(workers()).containsExactly(worker);
        sandbox.startHost(standby);
        sandbox.startHost("storage");

        JsonNode end = ended(id);
        assertThat(end.path("state").asString()).isEqualTo("SUCCEEDED");
        assertThat(end.path("message").asString()).contains(backup);
        JsonNode completed = sandbox.awaitEvent("BackupCompleted", offset, BOUND, e -> true);
        assertThat(completed.path("event").path("ordered"))
                .isEqualTo(begun.path("event").path("ordered"));
        assertThat(listed().getLast().path("id").asString()).isEqualTo(backup);
        awaitEnd(worker);
        Path works = sandbox.directory().resolve("hosts").resolve(standby).resolve("state/work");
        Eventually.until(
                "nothing of it is left", BOUND, () -> namesIn(works).stream().noneMatch(n -> n.startsWith("backup-")));
        Path target = sandbox.directory().resolve("outlived");
        restore(target, backup).expectSuccess();
        assertThat(verify(target).exitCode()).isZero();
        sandbox.waitHealthy();
    }

    /** By its pid: what {@code sandbox ps} no longer finds may still be there. */
    private static void awaitEnd(long process) {
        Eventually.until(
                "process " + process + " has ended",
                BOUND,
                () -> ProcessHandle.of(process).filter(ProcessHandle::isAlive).isEmpty());
    }

    private static List<String> namesIn(Path directory) {
        return List.of(Objects.requireNonNull(directory.toFile().list()));
    }

    @Test
    @Order(WHAT_IS_SLOW_COMES_LAST)
    void anObjectStoreThatIsKilledAndStartedAgainCostsNothing() throws IOException {
        String id = slowBackup();

        killAndStart("s3");

        assertThat(ended(id).path("state").asString()).isEqualTo("SUCCEEDED");
    }

    private static void killAndStart(String unit) {
        kill(unit, unit);
        Eventually.pass(Duration.ofSeconds(2));
        sandbox.startHost(unit);
    }

    private static void kill(String host, String kind) {
        Processes.signal("KILL", List.of(sandbox.process(host, kind).pid()));
        awaitGone(host, kind);
    }

    private static void awaitGone(String host, String kind) {
        Eventually.until(
                kind + " of " + host + " is gone",
                BOUND,
                () -> sandbox.ps().stream()
                        .noneMatch(p -> p.host().equals(host) && p.kind().equals(kind)));
    }

    /** In order, as an upgrade does. */
    private static void restartAgent() {
        Processes.signal("TERM", List.of(sandbox.process(standby, "agent").pid()));
        awaitGone(standby, "agent");
        sandbox.startHost(standby);
        sandbox.waitHealthy();
    }

    /** Returns its operation's id once the worker has begun to store. */
    private static String slowBackup() throws IOException {
        Path properties = sandbox.directory().resolve("hosts").resolve(standby).resolve("agent.properties");
        if (!Files.readString(properties).contains("storage.backup.rate.mb")) {
            Files.writeString(properties, "storage.backup.rate.mb=" + SLOW + "\n", StandardOpenOption.APPEND);
            restartAgent();
        }
        String id = sandbox.json("backup", "--from", standby, "--no-wait")
                .path("id")
                .asString();
        Eventually.until(
                "something is stored, or it has ended",
                BOUND,
                () -> isOver(id)
                        || sandbox.get("/backups")
                                        .path("running")
                                        .path("stored")
                                        .asLong(0)
                                > 0);
        assertThat(isOver(id))
                .as("it goes on: %s", sandbox.get("/operations/" + id))
                .isFalse();
        return id;
    }

    private static JsonNode ended(String operation) {
        List<JsonNode> last = new ArrayList<>();
        Eventually.until("operation " + operation + " has ended", BOUND, () -> {
            last.add(sandbox.get("/operations/" + operation));
            return isOver(last.getLast());
        });
        return last.getLast();
    }

    private static boolean isOver(String operation) {
        return isOver(sandbox.get("/operations/" + operation));
    }

    private static boolean isOver(JsonNode operation) {
        return !List.of("PENDING", "RUNNING").contains(operation.path("state").asString());
    }

    private static List<JsonNode> listed() {
        JsonNode document = sandbox.json("backups");
        assertThat(document.path("source").asString()).isEqualTo("storage");
        return StreamSupport.stream(document.path("backups").spliterator(), false)
                .toList();
    }

    private static List<Long> workers() {
        return sandbox.ps().stream()
                .filter(p -> p.kind().equals("worker"))
                .map(HostProcess::pid)
                .toList();
    }

    private static Command.Result restore(Path target, String backup) throws IOException {
        String url = sandbox.ps().stream()
                .filter(p -> p.kind().equals("s3"))
                .map(HostProcess::url)
                .findFirst()
                .orElseThrow();
        return Command.run(
                BOUND,
                Map.of(
                        "PGPRIMACY_S3_ACCESS_KEY",
                        "sandbox",
                        "PGPRIMACY_S3_SECRET_KEY",
                        Files.readString(sandbox.directory().resolve("s3.secret"))
                                .strip()),
                SandboxUnderTest.HOME,
                List.of(
                        SandboxUnderTest.HOME.resolve("pgprimacy").toString(),
                        "rescue",
                        "restore",
                        "--endpoint",
                        url,
                        "--bucket",
                        "backups",
                        "--cluster",
                        "main",
                        "--backup",
                        backup,
                        "--master-keys",
                        sandbox.directory().resolve("master.keys").toString(),
                        "--target",
                        target.toString()));
    }

    private static Command.Result verify(Path target) {
        return Command.run(
                BOUND,
                Map.of("LC_ALL", "C"),
                Path.of("/"),
                List.of(Server.bin().resolve("pg_verifybackup").toString(), target.toString()));
    }
}
