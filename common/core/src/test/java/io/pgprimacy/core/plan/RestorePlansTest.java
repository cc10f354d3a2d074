package io.pgprimacy.core.plan;

import static io.pgprimacy.core.decide.ClusterScript.cluster;
import static io.pgprimacy.core.decide.ClusterScript.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.decide.ClusterScript;
import io.pgprimacy.core.event.DataOrigin;
import io.pgprimacy.core.event.Endpoint;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.NodeTags;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.event.RestoreGoal;
import io.pgprimacy.core.event.StopCause;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.lease.LeaseKeeper;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.core.postgres.WalPosition;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What node b does that is to restore, and what it does with that when nobody wants it any more. */
class RestorePlansTest {
    private static final Term TERM = new Term(2);
    private static final RestoreGoal GOAL = new RestoreGoal("latest", false, Optional.empty());
    private static final NodeAction RESTORE = new NodeAction.Restore(TERM, GOAL, Optional.empty());
    private static final NodeAction TAKE = new NodeAction.TakeRestored(TERM);
    private static final NodeAction PUT_BACK = new NodeAction.PutBack(TERM);
    private static final PostgresView STOPPED = new PostgresView.Stopped("");
    private static final PostgresView RUNNING =
            new PostgresView.Standby(new TimelineId(1), new Lsn(900), new Lsn(900), true, PostgresView.Upstream.CUT);

    private static ClusterScript restoring() {
        return cluster().primary("a", 1000).standby("b", 900).standby("c", 800).restoreOpened("b", GOAL);
    }

    private static NodePlan plan(
            ClusterState state, LocalMemory memory, PostgresView view, Optional<Observation.JobResult> last) {
        Fact.NodeJoined joined = new Fact.NodeJoined(
                node("b"),
                new Endpoint("b", 5432, 8008),
                NodeTags.DEFAULT,
                Optional.of(new SystemIdentifier("7300000000000000001")),
                "15.8",
                false,
                Optional.of("http://storage"));
        Observation seen = new Observation(
                view,
                !(view instanceof PostgresView.Stopped),
                joined,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                new TreeSet<>(List.of(node("a"), node("c"))),
                new TreeMap<>(),
                new TreeMap<>(),
                Optional.empty(),
                Optional.empty(),
                last);
        return NodePlanner.plan(
                node("b"), state, memory, LeaseKeeper.NONE, "", seen, Duration.ofMinutes(5), Duration.ofSeconds(5));
    }

    private static Optional<Observation.JobResult> done(NodeAction job) {
        return Optional.of(new Observation.JobResult.Done(job, Optional.empty()));
    }

    @Test
    void postgres_is_stopped_then_the_data_is_restored_beside_what_is_there() {
        ClusterState state = restoring().state();

        assertThat(plan(state, LocalMemory.NEW, RUNNING, Optional.empty()).action())
                .contains(new NodeAction.Stop(false, StopCause.REVOKED));
        NodePlan restore = plan(state, LocalMemory.NEW, STOPPED, Optional.empty());
        assertThat(restore.action()).contains(RESTORE);
        assertThat(restore.memory().pledged()).isEqualTo(TERM);
        assertThat(restore.memory().unusable()).isEmpty();
    }

    @Test
    void before_the_data_is_exchanged_it_is_marked_as_counting_in_no_failover() {
        NodePlan take = plan(restoring().state(), LocalMemory.NEW, STOPPED, done(RESTORE));

        assertThat(take.action()).contains(TAKE);
        assertThat(take.memory().unusable().orElseThrow()).startsWith("it was restored for term 2");
    }

    @Test
    void after_a_second_failure_the_coordinator_is_told() {
        Optional<Observation.JobResult> failed =
                Optional.of(new Observation.JobResult.Failed(RESTORE, "the store is on fire", 2));

        assertThat(plan(restoring().state(), LocalMemory.NEW, STOPPED, failed).facts())
                .containsExactly(new Fact.RestoreFailed(node("b"), TERM, "the store is on fire"));
    }

    @Test
    void the_first_node_restores_what_the_cluster_begins_with_and_the_others_wait() {
        DataOrigin origin = new DataOrigin(new ClusterId("main"), 1, GOAL);
        ClusterState mine = cluster().founding("b", origin).state();
        ClusterState another = cluster().founding("a", origin).state();

        assertThat(plan(mine, LocalMemory.NEW, new PostgresView.Stopped(""), Optional.empty())
                        .action())
                .contains(new NodeAction.Restore(new Term(1), GOAL, Optional.of(origin)));
        assertThat(plan(another, LocalMemory.NEW, STOPPED, Optional.empty()).action())
                .isEmpty();
    }

    /** It would be an empty cluster under the name of one that held data. */
    @Test
    void restored_data_that_is_gone_again_is_not_replaced_by_an_empty_database() {
        DataOrigin origin = new DataOrigin(new ClusterId("main"), 1, GOAL);
        ClusterState granted =
                cluster().founding("b", origin).founded(new Term(1)).state();

        assertThat(plan(granted, LocalMemory.NEW, new PostgresView.Empty(), Optional.empty())
                        .action())
                .isEmpty();
    }

    /** Seed 1000175: what was there before may be what the cluster needs. */
    @Test
    void where_the_restore_is_given_up_the_data_is_put_back_and_counts_for_what_it_was() {
        LocalMemory marked = plan(restoring().state(), LocalMemory.NEW, STOPPED, done(RESTORE))
                .memory();
        ClusterState givenUp = restoring().failoverReopened().state();

        assertThat(plan(givenUp, marked, STOPPED, done(TAKE)).action()).contains(PUT_BACK);
        assertThat(plan(givenUp, marked, STOPPED, done(PUT_BACK)).memory().unusable())
                .isEmpty();
    }

    /** Seed 600231183: nothing had been restored in its place, and its own WAL was nowhere else. */
    @Test
    void data_that_could_not_be_put_back_is_put_aside_when_the_node_is_filled_anew() {
        LocalMemory marked = plan(restoring().state(), LocalMemory.NEW, STOPPED, done(RESTORE))
                .memory();
        ClusterScript givenUp = restoring().failoverReopened();
        Optional<Observation.JobResult> once = Optional.of(new Observation.JobResult.Failed(PUT_BACK, "busy", 1));
        Optional<Observation.JobResult> twice = Optional.of(new Observation.JobResult.Failed(PUT_BACK, "busy", 2));

        assertThat(plan(givenUp.state(), marked, STOPPED, once).action()).contains(PUT_BACK);
        NodePlan without = plan(givenUp.state(), marked, STOPPED, twice);
        assertThat(without.facts())
                .as("it does not keep the others waiting")
                .hasOnlyElementsOfType(Fact.StandbyPledged.class)
                .hasSize(1);
        assertThat(without.action()).contains(PUT_BACK);
        assertThat(without.memory().unusable()).isEqualTo(marked.unusable());

        givenUp.chosen("a", 0);
        Term next = givenUp.state().term();
        givenUp.fold(new Fact.Promoted(node("a"), next, new TimelineId(2), Optional.empty()));
        NodeAction.Rebuild rebuild = (NodeAction.Rebuild)
                plan(givenUp.state(), marked, STOPPED, twice).action().orElseThrow();
        assertThat(rebuild.term()).isEqualTo(next);
        assertThat(rebuild.keep()).contains(TERM);
    }

    /** The archive is a moment behind, and the node that was restored may have less. */
    @Test
    void the_old_primary_keeps_its_data_where_another_node_was_restored_and_other_standbys_do_not() {
        Divergence parted = new Divergence(TERM, new TimelineId(1), new Lsn(500), new Lsn(900), false, false);
        LocalMemory memory = LocalMemory.NEW.withDivergence(Optional.of(parted));
        ClusterState oldPrimary = cluster()
                .primary("b", 1000)
                .standby("a", 900)
                .restoreOpened("a", GOAL)
                .fold(restored("a"))
                .chosen("a", 0)
                .fold(promoted("a"))
                .state();
        assertThat(rebuild(oldPrimary, memory).keep()).contains(TERM);

        ClusterState standby = restoring()
                .fold(restored("c"))
                .chosen("c", 0)
                .fold(promoted("c"))
                .state();
        assertThat(rebuild(standby, memory).keep()).isEmpty();
    }

    private static NodeAction.Rebuild rebuild(ClusterState state, LocalMemory memory) {
        return (NodeAction.Rebuild)
                plan(state, memory, STOPPED, Optional.empty()).action().orElseThrow();
    }

    private static Fact promoted(String name) {
        return new Fact.Promoted(node(name), TERM, new TimelineId(2), Optional.empty());
    }

    private static Fact restored(String name) {
        return new Fact.DataRestored(
                node(name),
                TERM,
                "backup",
                new WalPosition(new TimelineId(1), new Lsn(500)),
                Optional.empty(),
                1,
                1,
                Duration.ZERO,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void what_was_wrong_with_the_data_before_is_wrong_with_it_again() {
        LocalMemory rewinding = LocalMemory.NEW.withUnusable(Optional.of("a rewind began"));
        LocalMemory marked =
                plan(restoring().state(), rewinding, STOPPED, done(RESTORE)).memory();
        LocalMemory twice = plan(
                        restoring().state(),
                        marked,
                        STOPPED,
                        Optional.of(new Observation.JobResult.Failed(TAKE, "once", 1)))
                .memory();

        assertThat(twice).isEqualTo(marked);
        assertThat(plan(restoring().failoverReopened().state(), twice, STOPPED, done(PUT_BACK))
                        .memory()
                        .unusable())
                .contains("a rewind began");
    }

    /** Seeds 1064609 and 1083616: the log was restored from an old copy. */
    @Test
    void a_primary_stops_where_another_member_has_seen_a_term_that_the_log_lacks() {
        ClusterState state = cluster()
                .primary("b", 1000)
                .standby("a", 900)
                .hasRead("a", 1, 2)
                .state();
        LocalMemory memory = LocalMemory.NEW.withPrimaryOf(new Term(1));
        PostgresView primary = new PostgresView.Primary(
                new TimelineId(1), new Lsn(1000), new PostgresView.WriteProbe.NotYet(), List.of(), 0);

        NodePlan plan = plan(state, memory, primary, Optional.empty());

        assertThat(plan.action()).contains(new NodeAction.Stop(true, StopCause.REVOKED));
        assertThat(plan.because()).contains("a has seen term 2", "lost-log.md");
    }
}
