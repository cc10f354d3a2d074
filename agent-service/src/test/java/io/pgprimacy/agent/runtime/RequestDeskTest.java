package io.pgprimacy.agent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.agent.api.OperatorDesk.Outcome;
import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.TimingProfile;
import io.pgprimacy.core.event.Basis;
import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Evidence;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.event.SyncStandbys;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.core.rule.RuleId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A log that gives back at once what a coordinator would say, from the thread that reads it. */
class RequestDeskTest {
    private static final NodeId PG1 = new NodeId("pg1");
    private static final NodeId PG2 = new NodeId("pg2");
    private static final Request SWITCHOVER =
            new Request.SwitchoverRequested("r1", new Request.Origin("jane", "test"), Optional.empty());
    private static final Duration SHORT = Duration.ofMillis(100);

    private final List<Runnable> coordinator = new ArrayList<>();
    private final RequestDesk desk = new RequestDesk(this::append, Duration.ofSeconds(20), Duration.ofSeconds(20));
    private final RequestDesk impatient = new RequestDesk(this::append, SHORT, SHORT);
    private ClusterState state = ClusterState.initial(new ClusterId("main"));
    private long offset;
    private long sequence;

    @BeforeEach
    void createCluster() {
        read(new Decision.ClusterCreated(
                basis(Optional.empty()), ClusterConfig.defaults(TimingProfile.FAST), PG1, false));
        read(new Fact.Promoted(PG1, new Term(1), new TimelineId(1), Optional.empty()));
    }

    @Test
    void a_switchover_has_moved_when_the_new_primary_accepts_writes() {
        coordinator.add(() -> read(started()));
        coordinator.add(() -> read(new Decision.PrimaryStopOrdered(basis(answering()), new Term(2), PG1, PG2)));
        coordinator.add(() -> read(new Decision.PrimaryChosen(
                basis(answering()), new Term(2), PG2, List.of(), SyncStandbys.NONE, OptionalLong.empty())));
        coordinator.add(() -> read(new Fact.Promoted(PG2, new Term(2), new TimelineId(2), Optional.empty())));

        assertThat(desk.ask(SWITCHOVER)).isEqualTo(new Outcome.Moved(PG2));
    }

    @Test
    void a_refusal_is_told_in_the_coordinator_s_words() {
        coordinator.add(() -> read(new Decision.RequestRefused(basis(answering()), "no standby")));

        assertThat(desk.ask(SWITCHOVER)).isEqualTo(new Outcome.Refused("no standby"));
    }

    @Test
    void a_switchover_that_is_taken_back_has_moved_nothing() {
        coordinator.add(() -> read(started()));
        coordinator.add(() -> read(new Decision.SwitchoverAborted(basis(Optional.empty()), PG1, PG2)));

        assertThat(desk.ask(SWITCHOVER)).isEqualTo(new Outcome.Aborted("because"));
    }

    @Test
    void silence_is_told_from_slowness() {
        assertThat(impatient.ask(SWITCHOVER)).isEqualTo(new Outcome.Unanswered());

        coordinator.add(() -> read(started()));
        assertThat(impatient.ask(SWITCHOVER)).isEqualTo(new Outcome.Unfinished());
    }

    @Test
    void an_answer_that_lost_the_race_is_none() {
        coordinator.add(() -> {
            Basis late = basis(answering());
            sequence--;
            read(new Decision.MaintenanceChanged(basis(Optional.empty()), true));
            read(new Decision.RequestRefused(late, "too late"));
        });

        assertThat(impatient.ask(SWITCHOVER)).isEqualTo(new Outcome.Unanswered());
    }

    private Decision started() {
        return new Decision.SwitchoverStarted(basis(answering()), new Term(2), PG1, PG2);
    }

    private static Optional<String> answering() {
        return Optional.of("r1");
    }

    private void append(Request request) {
        Thread.ofPlatform().start(() -> {
            read(request);
            coordinator.forEach(Runnable::run);
        });
    }

    private void read(ClusterEvent event) {
        LogRecord record = new LogRecord(offset, "r" + offset, "test", 0, event);
        offset++;
        state = state.evolve(record);
        desk.read(record, state);
        impatient.read(record, state);
    }

    private Basis basis(Optional<String> answers) {
        return new Basis(
                ++sequence,
                "c1",
                RuleId.N0,
                "because",
                answers,
                new Evidence(
                        offset - 1,
                        0,
                        true,
                        Duration.ZERO,
                        new TreeMap<>(),
                        Duration.ZERO,
                        Evidence.Fleet.ALONE,
                        Optional.empty(),
                        Optional.empty()));
    }
}
