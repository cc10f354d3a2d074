package io.pgprimacy.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.agent.postgres.ScratchDirectory;
import io.pgprimacy.agent.process.ProcessRunner;
import io.pgprimacy.core.cluster.BackupOrder;
import io.pgprimacy.core.cluster.DrillOrder;
import io.pgprimacy.core.config.BackupType;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.plan.OrderedWork;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shell scripts are the workers: they say what the real one says, and end as it may end. */
class OrderedWorkerTest {
    private static final NodeId NODE = new NodeId("b");
    private static final BackupOrder ORDER = new BackupOrder(7, NODE, BackupType.INCREMENTAL);
    private static final Duration BOUND = Duration.ofSeconds(20);

    @Test
    void whatTheWorkerSaysBecomesFacts() {
        OrderedWorker<BackupOrder> backups = backups("""
                echo '{"event":"begun","backup":"id"}'
                echo 'WARNING: what a JVM may print'
                echo '{"event":"left-out","what":"log: a link"}'
                echo '{"event":"completed","backup":"id","type":"full","whyFull":"there is none","start":"0/2000028","startTime":"2026-11-23T19:05:00Z","stop":"0/2000100","stopTime":"2026-11-23T19:06:00Z","files":3,"sourceBytes":20,"stored":10,"wrongPages":1}'
                """);
        backups.hold(Optional.of(ORDER));

        Fact.BackupCompleted end = (Fact.BackupCompleted) end(backups);
        assertThat(backups.work().orElseThrow().started()).contains(new Fact.BackupStarted(NODE, 7, "id"));
        assertThat(end.ordered()).isEqualTo(7);
        assertThat(end.type()).isEqualTo(BackupType.FULL);
        assertThat(end.whyFull()).contains("there is none");
        assertThat(end.leftOut()).containsExactly("log: a link");
        assertThat(end.isGood()).isFalse();
    }

    @Test
    void aLogicalOneIsNoBackupThatRecoveryCanBeginWith() {
        OrderedWorker<BackupOrder> backups = backups("""
                echo '{"event":"completed","backup":"id","type":"logical","databases":2,"bytes":20,"stored":10,"startTime":"2026-11-23T19:05:00Z","stopTime":"2026-11-23T19:06:00Z"}'
                """);
        backups.hold(Optional.of(ORDER));

        assertThat(end(backups))
                .isEqualTo(new Fact.DumpCompleted(
                        NODE,
                        7,
                        "id",
                        2,
                        20,
                        10,
                        Instant.parse("2026-11-23T19:05:00Z"),
                        Instant.parse("2026-11-23T19:06:00Z")));
    }

    @Test
    void aWorkerThatSaysThatItFailedTellsWhy() {
        OrderedWorker<BackupOrder> backups =
                backups("echo '{\"event\":\"failed\",\"because\":\"no\",\"hint\":\"do it\"}'; exit 1");
        backups.hold(Optional.of(ORDER));

        assertThat(end(backups)).isEqualTo(new Fact.BackupFailed(NODE, 7, "no; do it"));
    }

    @Test
    void aWorkerThatDiesWithoutAWordHasFailed() {
        OrderedWorker<BackupOrder> backups =
                backups("echo '{\"event\":\"begun\",\"backup\":\"id\"}'; echo 'out of memory' >&2; exit 3");
        backups.hold(Optional.of(ORDER));

        assertThat(end(backups))
                .isEqualTo(new Fact.BackupFailed(NODE, 7, "the worker ended with exit code 3: out of memory"));
    }

    @Test
    void whatHasCompletedStaysCompletedHoweverTheProcessEnds() {
        OrderedWorker<BackupOrder> backups = backups("""
                echo '{"event":"completed","backup":"id","type":"full","start":"0/28","startTime":"2026-11-23T19:05:00Z","stop":"0/30","stopTime":"2026-11-23T19:06:00Z"}'
                kill -9 $$
                """);
        backups.hold(Optional.of(ORDER));

        assertThat(end(backups)).isInstanceOf(Fact.BackupCompleted.class);
    }

    @Test
    void anOrderThatIsWithdrawnEndsItsWorkerAndTheNextOneBeginsAfterThat() {
        OrderedWorker<BackupOrder> backups = backups("cat");
        backups.hold(Optional.of(ORDER));
        backups.hold(Optional.empty());
        assertThat(end(backups)).isEqualTo(new Fact.BackupFailed(NODE, 7, "it was cancelled"));

        BackupOrder next = new BackupOrder(9, NODE, BackupType.FULL);
        Awaitility.await().atMost(BOUND).until(() -> {
            backups.hold(Optional.of(next));
            return backups.work().map(OrderedWork::ordered).equals(Optional.of(9L));
        });
        backups.close();
        assertThat(end(backups)).isEqualTo(new Fact.BackupFailed(NODE, 9, "the agent was stopped"));
    }

    @Test
    void anOrderIsWorkedOnOnce() {
        OrderedWorker<BackupOrder> backups = backups("exit 1");
        backups.hold(Optional.of(ORDER));
        Fact end = end(backups);

        backups.hold(Optional.of(ORDER));

        assertThat(backups.work().orElseThrow().end()).contains(end);
    }

    @Test
    void withoutStorageItFailsAtOnce() {
        OrderedWorker<BackupOrder> backups =
                new OrderedWorker<BackupOrder>(NODE, new BackupTrade(NODE), Optional.empty(), () -> {});
        backups.hold(Optional.of(ORDER));

        assertThat(end(backups)).isEqualTo(new Fact.BackupFailed(NODE, 7, "no storage is configured on b"));
    }

    private static Fact end(OrderedWorker<?> backups) {
        return Awaitility.await()
                .atMost(BOUND)
                .until(() -> backups.work().flatMap(OrderedWork::end), Optional::isPresent)
                .orElseThrow();
    }

    private static OrderedWorker<BackupOrder> backups(String script) {
        return new OrderedWorker<BackupOrder>(
                NODE,
                new BackupTrade(NODE),
                Optional.of((type, onLine, onEnd) -> ProcessRunner.asSelf()
                        .startChild(List.of("bash", "-c", script), "settings\n\n", onLine, onEnd)),
                () -> {});
    }

    @Test
    void aDrillLeavesNothingBehindHoweverItsWorkerEnds(@TempDir Path directory) {
        ScratchDirectory scratch = new ScratchDirectory(directory.resolve("drill"), Optional.empty());
        OrderedWorker<DrillOrder> drills = new OrderedWorker<DrillOrder>(
                NODE,
                new DrillTrade(NODE, scratch),
                Optional.of((order, onLine, onEnd) -> ProcessRunner.asSelf()
                        .startChild(
                                List.of(
                                        "bash",
                                        "-c",
                                        "mkdir " + scratch.prepare() + "/data; echo x > " + directory
                                                + "/drill/data/file; kill -9 $$"),
                                "settings\n\n",
                                onLine,
                                onEnd)),
                () -> {});
        drills.hold(Optional.of(new DrillOrder(7, NODE, Optional.empty())));

        assertThat(end(drills)).isInstanceOf(Fact.DrillFailed.class);
        assertThat(directory.resolve("drill")).doesNotExist();
    }

    @Test
    void whatADrillHasCheckedBecomesAFact(@TempDir Path directory) {
        ScratchDirectory scratch = new ScratchDirectory(directory.resolve("drill"), Optional.empty());
        String completed =
                "{\"event\":\"completed\",\"backup\":\"id\",\"restoredMillis\":1500,\"recoveredMillis\":2500,\"bytes\":9,"
                        + "\"at\":\"2026-11-23T19:05:00Z\",\"checks\":[{\"name\":\"pg_amcheck\",\"millis\":10,\"skipped\":\"\"},"
                        + "{\"name\":\"pg_checksums\",\"millis\":0,\"skipped\":\"there are none\"}]}";
        OrderedWorker<DrillOrder> drills = new OrderedWorker<DrillOrder>(
                NODE,
                new DrillTrade(NODE, scratch),
                Optional.of((order, onLine, onEnd) ->
                        ProcessRunner.asSelf().startChild(List.of("echo", completed), "settings\n\n", onLine, onEnd)),
                () -> {});
        drills.hold(Optional.of(new DrillOrder(7, NODE, Optional.empty())));

        assertThat(end(drills))
                .isEqualTo(new Fact.DrillCompleted(
                        NODE,
                        7,
                        "id",
                        Duration.ofMillis(1500),
                        Duration.ofMillis(2500),
                        9,
                        List.of(
                                new Fact.DrillCompleted.Check("pg_amcheck", Duration.ofMillis(10), Optional.empty()),
                                new Fact.DrillCompleted.Check(
                                        "pg_checksums", Duration.ZERO, Optional.of("there are none"))),
                        Instant.parse("2026-11-23T19:05:00Z")));
    }
}
