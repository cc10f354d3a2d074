package io.pgprimacy.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.agent.process.ProcessRunner;
import io.pgprimacy.core.cluster.BackupOrder;
import io.pgprimacy.core.config.BackupType;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.plan.BackupWork;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Shell scripts are the workers: they say what the real one says, and end as it may end. */
class BackupsTest {
    private static final NodeId NODE = new NodeId("b");
    private static final BackupOrder ORDER = new BackupOrder(7, NODE, BackupType.INCREMENTAL);
    private static final Duration BOUND = Duration.ofSeconds(20);

    @Test
    void whatTheWorkerSaysBecomesFacts() {
        Backups backups = backups("""
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
    void aWorkerThatSaysThatItFailedTellsWhy() {
        Backups backups = backups("echo '{\"event\":\"failed\",\"because\":\"no\",\"hint\":\"do it\"}'; exit 1");
        backups.hold(Optional.of(ORDER));

        assertThat(end(backups)).isEqualTo(new Fact.BackupFailed(NODE, 7, "no; do it"));
    }

    @Test
    void aWorkerThatDiesWithoutAWordHasFailed() {
        Backups backups = backups("echo '{\"event\":\"begun\",\"backup\":\"id\"}'; echo 'out of memory' >&2; exit 3");
        backups.hold(Optional.of(ORDER));

        assertThat(end(backups))
                .isEqualTo(new Fact.BackupFailed(NODE, 7, "the worker ended with exit code 3: out of memory"));
    }

    @Test
    void whatHasCompletedStaysCompletedHoweverTheProcessEnds() {
        Backups backups = backups("""
                echo '{"event":"completed","backup":"id","type":"full","start":"0/28","startTime":"2026-11-23T19:05:00Z","stop":"0/30","stopTime":"2026-11-23T19:06:00Z"}'
                kill -9 $$
                """);
        backups.hold(Optional.of(ORDER));

        assertThat(end(backups)).isInstanceOf(Fact.BackupCompleted.class);
    }

    @Test
    void anOrderThatIsWithdrawnEndsItsWorkerAndTheNextOneBeginsAfterThat() {
        Backups backups = backups("cat");
        backups.hold(Optional.of(ORDER));
        backups.hold(Optional.empty());
        assertThat(end(backups)).isEqualTo(new Fact.BackupFailed(NODE, 7, "it was cancelled"));

        BackupOrder next = new BackupOrder(9, NODE, BackupType.FULL);
        Awaitility.await().atMost(BOUND).until(() -> {
            backups.hold(Optional.of(next));
            return backups.work().map(BackupWork::ordered).equals(Optional.of(9L));
        });
        backups.close();
        assertThat(end(backups)).isEqualTo(new Fact.BackupFailed(NODE, 9, "the agent was stopped"));
    }

    @Test
    void anOrderIsWorkedOnOnce() {
        Backups backups = backups("exit 1");
        backups.hold(Optional.of(ORDER));
        Fact end = end(backups);

        backups.hold(Optional.of(ORDER));

        assertThat(backups.work().orElseThrow().end()).contains(end);
    }

    @Test
    void withoutStorageItFailsAtOnce() {
        Backups backups = new Backups(NODE, Optional.empty(), () -> {});
        backups.hold(Optional.of(ORDER));

        assertThat(end(backups)).isEqualTo(new Fact.BackupFailed(NODE, 7, "no storage is configured on b"));
    }

    private static Fact end(Backups backups) {
        return Awaitility.await()
                .atMost(BOUND)
                .until(() -> backups.work().flatMap(BackupWork::end), Optional::isPresent)
                .orElseThrow();
    }

    private static Backups backups(String script) {
        return new Backups(
                NODE,
                Optional.of((type, onLine, onEnd) -> ProcessRunner.asSelf()
                        .startChild(List.of("bash", "-c", script), "settings\n\n", onLine, onEnd)),
                () -> {});
    }
}
