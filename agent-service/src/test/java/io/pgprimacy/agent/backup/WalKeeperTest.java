package io.pgprimacy.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.agent.postgres.WalGate;
import io.pgprimacy.agent.process.ProcessRunner;
import io.pgprimacy.core.event.Endpoint;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Fact.WalArchiving.State;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.postgres.TimelineId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Shell scripts are the keepers: they say what the real one says, and end as it may end. */
class WalKeeperTest {
    private static final NodeId NODE = new NodeId("a");
    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final WalGate GATE = new WalGate(Path.of("/state/wal-gate"));
    private static final WalKeeper.Task TASK = new WalKeeper.Task(new Term(3), new TimelineId(2), GATE);

    private static final List<Endpoint> OTHERS = List.of(new Endpoint("b", 5432, 8008));

    private final List<Fact.WalArchiving> facts = new CopyOnWriteArrayList<>();
    private final List<WalKeeper.Task> begun = new CopyOnWriteArrayList<>();
    private Optional<WalKeeper> keeper = Optional.empty();

    @AfterEach
    void end() {
        keeper.ifPresent(WalKeeper::close);
    }

    @Test
    void whatItSaysBecomesFactsAtEachChangeAndFigures() {
        WalKeeper keeper = keeper("""
                echo '{"event":"keeping"}'
                echo '{"event":"slice","upTo":"0/3000000"}'
                echo '{"event":"status","lagMillis":800,"backlog":2,"walBytes":5,"freeBytes":6}'
                echo '{"event":"store-away","because":"refused"}'
                echo '{"event":"spool","level":"warning","backlog":70,"freeBytes":1000000000}'
                echo '{"event":"spool","level":"ok","backlog":0,"freeBytes":2000000000}'
                echo '{"event":"store-back"}'
                echo '{"event":"refused","file":"000000020000000000000003","because":"it is another"}'
                cat
                """);
        keeper.keep(TASK, OTHERS);

        awaitStates(
                State.KEEPING, State.STORE_AWAY, State.DISK_FILLING, State.STORE_AWAY, State.KEEPING, State.REFUSED);
        assertThat(facts.get(1)).isEqualTo(fact(State.STORE_AWAY, "refused"));
        assertThat(facts.get(2).detail()).isEqualTo("70 segments wait, and 1000 MB of its disk are free");
        assertThat(facts.getLast().detail()).isEqualTo("000000020000000000000003: it is another");
        assertThat(keeper.figures()).contains(new WalKeeper.Figures(Duration.ofMillis(800), 2, 5, 6));
    }

    @Test
    void oneThatRefusesIsStartedAgainLaterAndSaysSoOnce() {
        WalKeeper keeper = keeper(
                "echo '{\"event\":\"failed\",\"because\":\"archive_mode is off\",\"hint\":\"restart\"}'; exit 1");
        Awaitility.await().atMost(BOUND).until(() -> {
            keeper.keep(TASK, OTHERS);
            return begun.size() == 2;
        });

        assertThat(facts).containsExactly(fact(State.FAILED, "archive_mode is off; restart"));
    }

    @Test
    void oneThatDiesWithoutAWordHasFailed() {
        keeper("echo 'out of memory' >&2; exit 3").keep(TASK, OTHERS);

        awaitStates(State.FAILED);
        assertThat(facts.getFirst().detail()).isEqualTo("the WAL keeper ended with exit code 3: out of memory");
    }

    @Test
    void theNextTermHasAKeeperOfItsOwnOnceTheLastHasEnded() {
        WalKeeper keeper = keeper("echo '{\"event\":\"keeping\"}'; cat > /dev/null");
        keeper.keep(TASK, OTHERS);
        awaitStates(State.KEEPING);
        WalKeeper.Task next = new WalKeeper.Task(new Term(4), new TimelineId(3), GATE);
        Awaitility.await().atMost(BOUND).until(() -> {
            keeper.keep(next, OTHERS);
            return begun.size() == 2;
        });

        awaitStates(State.KEEPING, State.KEEPING);
        assertThat(begun).containsExactly(TASK, next);
        assertThat(facts.getLast().term()).isEqualTo(next.term());
    }

    @Test
    void oneThatIsEndedHasNotFailed() {
        AtomicInteger ended = new AtomicInteger();
        WalKeeper keeper = keeper("echo '{\"event\":\"keeping\"}'; cat > /dev/null; exit 1", ended);
        keeper.keep(TASK, OTHERS);
        awaitStates(State.KEEPING);
        keeper.end();

        Awaitility.await().atMost(BOUND).until(() -> ended.get() == 1);
        awaitStates(State.KEEPING);
        assertThat(keeper.figures()).isEmpty();
    }

    private void awaitStates(State... states) {
        Awaitility.await()
                .atMost(BOUND)
                .untilAsserted(() ->
                        assertThat(facts).extracting(Fact.WalArchiving::state).containsExactly(states));
    }

    private static Fact.WalArchiving fact(State state, String detail) {
        return new Fact.WalArchiving(NODE, TASK.term(), TASK.timeline(), state, detail);
    }

    private WalKeeper keeper(String script) {
        return keeper(script, new AtomicInteger());
    }

    private WalKeeper keeper(String script, AtomicInteger ended) {
        WalKeeper made = new WalKeeper(
                NODE,
                (task, others, onLine, onEnd) -> {
                    assertThat(others).isEqualTo(OTHERS);
                    begun.add(task);
                    return ProcessRunner.asSelf()
                            .startChild(
                                    List.of("bash", "-c", "read -r; read -r;" + script), "settings\n\n", onLine, r -> {
                                        onEnd.accept(r);
                                        ended.incrementAndGet();
                                    });
                },
                () -> keeper.flatMap(WalKeeper::told).ifPresent(facts::add));
        keeper = Optional.of(made);
        return made;
    }
}
