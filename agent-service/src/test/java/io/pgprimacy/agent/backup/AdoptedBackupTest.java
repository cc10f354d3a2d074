package io.pgprimacy.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.agent.process.OutlivingProcess;
import io.pgprimacy.agent.process.ProcessResult;
import io.pgprimacy.agent.process.ProcessRunner;
import io.pgprimacy.agent.process.RunningProgram;
import io.pgprimacy.core.cluster.BackupOrder;
import io.pgprimacy.core.config.BackupType;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.plan.OrderedWork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One life of an agent begins a backup, the next one finds what has become of it. Shell scripts are the workers. */
class AdoptedBackupTest {
    private static final NodeId NODE = new NodeId("b");
    private static final BackupOrder ORDER = new BackupOrder(7, NODE, BackupType.FULL);
    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final String BEGUN = "echo '{\"event\":\"begun\",\"backup\":\"id\"}'\n";
    private static final String COMPLETED =
            "echo '{\"event\":\"completed\",\"backup\":\"id\",\"type\":\"full\",\"start\":\"0/28\",\"startTime\":\"2026-11-23T19:05:00Z\",\"stop\":\"0/30\",\"stopTime\":\"2026-11-23T19:06:00Z\"}'\n";

    @TempDir
    private Path state;

    private WorkDirectory works;

    @BeforeEach
    void make() {
        works = WorkDirectory.in(state);
    }

    @AfterEach
    void nobodyIsLeft() {
        works.left().ifPresent(left -> left.process().end());
    }

    /** A worker that is a script. */
    private record Script(WorkDirectory works, String text) implements OrderedWorker.Program<BackupOrder> {
        @Override
        public RunningProgram start(BackupOrder order, Consumer<String> onLine, Consumer<ProcessResult> onEnd) {
            OutlivingProcess process = ProcessRunner.asSelf()
                    .startOutliving(List.of("bash", "-c", text), "settings\n\n", works.begin(order.ordered()));
            process.follow(onLine, onEnd);
            return process;
        }

        @Override
        public Optional<WorkDirectory.Left> left() {
            return works.left();
        }

        @Override
        public void forget(long ordered) {
            works.forget(ordered);
        }
    }

    @Test
    void whatGoesOnIsToldAsIfTheAgentHadBeenThereAllTheTime() throws IOException {
        Path go = state.resolve("go");
        OrderedWorker<BackupOrder> before =
                life(BEGUN + "echo '{\"event\":\"left-out\",\"what\":\"a link\"}'\nuntil test -e " + go
                        + "; do sleep 0.1; done\n" + COMPLETED);
        before.hold(Optional.of(ORDER));
        awaitStarted(before);
        before.close();

        OrderedWorker<BackupOrder> after = life("exit 1").adopt();
        awaitStarted(after);
        after.hold(Optional.of(ORDER));
        Files.createFile(go);

        assertThat(after.work().orElseThrow().started()).contains(new Fact.BackupStarted(NODE, 7, "id"));
        assertThat(end(after)).isInstanceOfSatisfying(Fact.BackupCompleted.class, done -> {
            assertThat(done.ordered()).isEqualTo(7);
            assertThat(done.leftOut()).containsExactly("a link");
        });
        assertThat(directory()).as("the log may not have it yet").exists();
        Awaitility.await().atMost(BOUND).until(() -> {
            after.hold(Optional.empty());
            return !Files.exists(directory());
        });
    }

    @Test
    void theLastWordOfOneThatIsGoneCounts() {
        endedAlone(BEGUN + COMPLETED);

        assertThat(end(life("exit 1").adopt())).isInstanceOf(Fact.BackupCompleted.class);
    }

    @Test
    void oneThatIsGoneWithoutAWordHasFailed() {
        endedAlone(BEGUN + "echo 'out of memory' >&2; exit 3");

        assertThat(end(life("exit 1").adopt()))
                .isEqualTo(
                        new Fact.BackupFailed(
                                NODE,
                                7,
                                "the worker, which an earlier life of the agent had begun, ended without a word: out of memory"));
    }

    @Test
    void oneThatIsGoneBeforeItHadBegunIsBegunAgain() {
        endedAlone("exit 3");

        OrderedWorker<BackupOrder> after = life(BEGUN + COMPLETED).adopt();
        Awaitility.await().atMost(BOUND).until(() -> after.work().isEmpty());
        after.hold(Optional.of(ORDER));

        assertThat(end(after)).isInstanceOf(Fact.BackupCompleted.class);
    }

    @Test
    void oneThatIsNoLongerWantedEnds() {
        OrderedWorker<BackupOrder> before = life(BEGUN + "exec sleep 600");
        before.hold(Optional.of(ORDER));
        awaitStarted(before);
        OutlivingProcess process = works.left().orElseThrow().process();
        before.close();
        assertThat(process.isAlive()).isTrue();

        OrderedWorker<BackupOrder> after = life("exit 1").adopt();
        after.hold(Optional.empty());

        assertThat(end(after)).isEqualTo(new Fact.BackupFailed(NODE, 7, "it was cancelled"));
        assertThat(process.isAlive()).isFalse();
    }

    @Test
    void oneThatHasSaidItsLastWordIsLeftToFinish() throws IOException {
        Path go = state.resolve("go");
        Path finished = state.resolve("finished");
        OrderedWorker<BackupOrder> backups = life("trap 'exit 1' TERM\n" + BEGUN + COMPLETED + "until test -e " + go
                + "; do sleep 0.1; done\ntouch " + finished);
        backups.hold(Optional.of(ORDER));
        end(backups);

        backups.hold(Optional.empty());
        Files.createFile(go);

        Awaitility.await().atMost(BOUND).until(() -> Files.exists(finished));
    }

    @Test
    void whatNobodyAsksForIsNotKept() throws IOException {
        Files.createDirectories(directory());
        Files.writeString(directory().resolve("lines.jsonl"), "who said that is not known\n");

        OrderedWorker<BackupOrder> after = life("exit 1").adopt();

        assertThat(after.work()).isEmpty();
        assertThat(directory()).doesNotExist();
    }

    private void endedAlone(String script) {
        OrderedWorker<BackupOrder> before = life(script);
        before.hold(Optional.of(ORDER));
        end(before);
        assertThat(directory()).exists();
    }

    private Path directory() {
        return state.resolve("work/backup-7");
    }

    private OrderedWorker<BackupOrder> life(String script) {
        return new OrderedWorker<>(NODE, new BackupTrade(NODE), Optional.of(new Script(works, script)), () -> {});
    }

    private static void awaitStarted(OrderedWorker<?> backups) {
        Awaitility.await()
                .atMost(BOUND)
                .until(() -> backups.work().flatMap(OrderedWork::started).isPresent());
    }

    private static Fact end(OrderedWorker<?> backups) {
        return Awaitility.await()
                .atMost(BOUND)
                .until(() -> backups.work().flatMap(OrderedWork::end), Optional::isPresent)
                .orElseThrow();
    }
}
