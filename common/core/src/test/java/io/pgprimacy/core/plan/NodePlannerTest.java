package io.pgprimacy.core.plan;

import static io.pgprimacy.core.decide.ClusterScript.cluster;
import static io.pgprimacy.core.decide.ClusterScript.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.RejoinPolicy;
import io.pgprimacy.core.config.TimingProfile;
import io.pgprimacy.core.decide.ClusterScript;
import io.pgprimacy.core.event.Endpoint;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.NodeTags;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.event.StopCause;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.lease.LeaseKeeper;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.TimelineHistory;
import io.pgprimacy.core.postgres.TimelineId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What node b of a cluster with primary a does, in the cases that the simulation found. */
class NodePlannerTest {
    private static final Term FIRST = new Term(1);
    private static final Duration NOW = Duration.ofMinutes(5);
    private static final PostgresView STOPPED = new PostgresView.Stopped("");
    private static final PostgresView.Upstream FOLLOWS =
            new PostgresView.Upstream(Optional.of(node("a")), true, Optional.of(Duration.ofMillis(5)));
    private static final Divergence DIVERGED =
            new Divergence(FIRST, new TimelineId(7), new Lsn(500), new Lsn(900), false, false);

    private static ClusterScript three() {
        return cluster().primary("a", 1000).standby("b", 900).standby("c", 800);
    }

    private static PostgresView standby(long timeline, PostgresView.Upstream upstream) {
        return new PostgresView.Standby(new TimelineId(timeline), new Lsn(900), new Lsn(900), true, upstream);
    }

    private static NodePlan plan(ClusterState state, LocalMemory memory, PostgresView view) {
        return plan(state, memory, view, List.of(), Optional.empty());
    }

    private static NodePlan plan(
            ClusterState state,
            LocalMemory memory,
            PostgresView view,
            List<TimelineHistory.Switch> ownHistory,
            Optional<Observation.JobResult> lastJob) {
        return plan(state, memory, view, ownHistory, lastJob, "7300000000000000001", new TreeMap<>(), Optional.empty());
    }

    private static NodePlan plan(
            ClusterState state,
            LocalMemory memory,
            PostgresView view,
            List<TimelineHistory.Switch> ownHistory,
            Optional<Observation.JobResult> lastJob,
            String systemIdentifier,
            SortedMap<String, Fact.RestartPending.Waiting> pendingRestarts,
            Optional<Duration> guardHolds) {
        Fact.NodeJoined joined = new Fact.NodeJoined(
                node("b"),
                new Endpoint("b", 5432, 8008),
                NodeTags.DEFAULT,
                Optional.of(new SystemIdentifier(systemIdentifier)),
                "15.8",
                false,
                Optional.empty());
        Observation seen = new Observation(
                view,
                !(view instanceof PostgresView.Stopped),
                joined,
                Optional.empty(),
                Optional.empty(),
                ownHistory,
                Optional.empty(),
                new TreeSet<>(List.of(node("a"), node("c"))),
                new TreeMap<>(),
                pendingRestarts,
                guardHolds,
                Optional.empty(),
                lastJob);
        return NodePlanner.plan(node("b"), state, memory, LeaseKeeper.NONE, "", seen, NOW, Duration.ofSeconds(5));
    }

    @Test
    void a_log_without_a_decision_that_was_read_before_is_not_obeyed_although_its_term_is_the_same() {
        ClusterState state = three().state();
        LocalMemory memory = LocalMemory.NEW.withTermSeen(FIRST).withSequenceSeen(state.sequence() + 1);

        NodePlan plan = plan(state, memory, STOPPED);

        assertThat(plan.action()).isEmpty();
        assertThat(plan.because()).contains("it is not the log that this node knows", "lost-log.md");
        assertThat(plan.memory()).isEqualTo(memory);
        assertThat(plan(state, memory.withPrimaryOf(FIRST), primary()).action())
                .contains(new NodeAction.Stop(true, StopCause.REVOKED));
    }

    @Test
    void what_was_read_is_remembered() {
        ClusterState state = three().state();

        assertThat(plan(state, LocalMemory.NEW, STOPPED).memory().sequenceSeen())
                .isEqualTo(state.sequence());
    }

    private static PostgresView primary() {
        return new PostgresView.Primary(
                new TimelineId(1), new Lsn(900), new PostgresView.WriteProbe.NotYet(), List.of(), 0);
    }

    /** Seeds 37, 68, 165. */
    @Test
    void an_ordered_rebuild_of_a_quarantined_node_saves_its_diverged_wal_first() {
        ClusterConfig config = ClusterConfig.defaults(TimingProfile.FAST).with(c -> c.rejoin = RejoinPolicy.QUARANTINE);
        ClusterState state = cluster()
                .with(config)
                .primary("a", 1000)
                .standby("b", 900)
                .rebuildOrdered("b")
                .state();
        LocalMemory memory = LocalMemory.NEW
                .withDivergence(Optional.of(DIVERGED))
                .withQuarantine(Optional.of("its WAL has diverged"));
        assertThat(plan(state, memory, STOPPED).action()).contains(new NodeAction.SaveDiscardedWal(DIVERGED));
    }

    /** Seed 940115569: an agent that was started again after its node had been chosen read its own claims back late. */
    @Test
    void a_chosen_node_is_not_started_under_a_guard_that_would_kill_it() {
        ClusterState state = three().failoverOpen(1000)
                .pledged("b", 900)
                .pledged("c", 800)
                .chosen("b", 0)
                .state();

        assertThat(guarded(state, NOW.minusMillis(1)).action()).isEmpty();
        assertThat(guarded(state, NOW.minusMillis(1)).because()).contains("the guard's deadline has passed");
        assertThat(guarded(state, NOW.plusMillis(1)).action()).contains(new NodeAction.StartFenced());
    }

    private static NodePlan guarded(ClusterState state, Duration deadline) {
        return plan(
                state,
                LocalMemory.NEW.withTermSeen(state.term()).withSequenceSeen(state.sequence()),
                STOPPED,
                List.of(),
                Optional.empty(),
                "7300000000000000001",
                new TreeMap<>(),
                Optional.of(deadline));
    }

    @Test
    void an_ordered_restart_stops_a_standby_once_and_is_stated_when_it_streams_again() {
        ClusterState state = three().restartOrdered("b").state();
        long ordered = state.node(node("b")).orElseThrow().orders().restart();
        PostgresView follows = standby(1, FOLLOWS);
        assertThat(plan(state, LocalMemory.NEW, follows).action())
                .contains(new NodeAction.Stop(false, StopCause.RESTART));

        NodePlan noticed = plan(state, LocalMemory.NEW, STOPPED);
        assertThat(noticed.action()).as("remembered before it starts").isEmpty();
        assertThat(noticed.memory().restartedFor()).isEqualTo(ordered);

        assertThat(plan(state, noticed.memory(), STOPPED).action()).contains(new NodeAction.StartFenced());
        NodePlan cut = plan(state, noticed.memory(), standby(1, PostgresView.Upstream.CUT));
        assertThat(cut.action().orElseThrow()).isInstanceOf(NodeAction.Follow.class);
        assertThat(cut.facts()).isEmpty();
        Fact restarted = new Fact.PostgresRestarted(node("b"), ordered);
        NodePlan streams = plan(state, noticed.memory(), follows);
        assertThat(streams.action()).isEmpty();
        assertThat(streams.facts()).contains(restarted);

        ClusterState told = three().restartOrdered("b").fold(restarted).state();
        assertThat(plan(told, noticed.memory(), follows).facts()).doesNotContain(restarted);
        assertThat(plan(told, LocalMemory.NEW, follows).action())
                .as("an agent that has lost its memory")
                .isEmpty();
    }

    @Test
    void an_ordered_reload_is_done_once_by_a_standby_that_follows_and_stated_until_it_is_in_the_log() {
        ClusterState state = three().reloadOrdered("b").state();
        long ordered = state.node(node("b")).orElseThrow().orders().reload();
        NodeAction reload = new NodeAction.Reload(ordered);
        PostgresView follows = standby(1, FOLLOWS);
        assertThat(plan(state, LocalMemory.NEW, STOPPED).action()).as("later").contains(new NodeAction.StartFenced());
        assertThat(plan(state, LocalMemory.NEW, follows).action()).contains(reload);

        Fact reloaded = new Fact.PostgresReloaded(node("b"), ordered, Optional.empty());
        NodePlan done = planAfter(state, new Observation.JobResult.Done(reload, Optional.of(reloaded)));
        assertThat(done.action()).isEmpty();
        assertThat(done.facts()).contains(reloaded);
        ClusterState told = three().reloadOrdered("b").fold(reloaded).state();
        assertThat(plan(told, LocalMemory.NEW, follows).action()).isEmpty();
        assertThat(plan(told, LocalMemory.NEW, follows).facts()).doesNotContain(reloaded);
    }

    @Test
    void a_reload_that_fails_three_times_is_stated_as_failed() {
        ClusterState state = three().reloadOrdered("b").state();
        long ordered = state.node(node("b")).orElseThrow().orders().reload();
        NodeAction reload = new NodeAction.Reload(ordered);

        assertThat(planAfter(state, new Observation.JobResult.Failed(reload, "no answer", 2))
                        .action())
                .contains(reload);
        NodePlan third = planAfter(state, new Observation.JobResult.Failed(reload, "no answer", 3));
        assertThat(third.action()).isEmpty();
        assertThat(third.facts()).contains(new Fact.PostgresReloaded(node("b"), ordered, Optional.of("no answer")));
    }

    private static NodePlan planAfter(ClusterState state, Observation.JobResult last) {
        return plan(state, LocalMemory.NEW, standby(1, FOLLOWS), List.of(), Optional.of(last));
    }

    @Test
    void data_that_a_person_wants_replaced_is_looked_through_first() {
        ClusterState state = three().rebuildOrdered("b").state();
        assertThat(plan(state, LocalMemory.NEW, STOPPED).action()).contains(new NodeAction.StartFenced());
        PostgresView elsewhere = standby(7, PostgresView.Upstream.CUT);
        assertThat(plan(state, LocalMemory.NEW, elsewhere).memory().divergence())
                .isPresent();
    }

    /** Seed 900225809: it was an old primary, with WAL that nobody else had. */
    @Test
    void data_that_cannot_be_started_to_be_looked_through_stays_beside_the_new() {
        ClusterState state = three().rebuildOrdered("b").state();
        Observation.JobResult failed =
                new Observation.JobResult.Failed(new NodeAction.StartFenced(), "it ended at once", 2);
        NodePlan plan = plan(state, LocalMemory.NEW, STOPPED, List.of(), Optional.of(failed));
        assertThat(plan.action().orElseThrow())
                .isInstanceOfSatisfying(
                        NodeAction.Rebuild.class, r -> assertThat(r.keep()).contains(FIRST));
    }

    /** Seeds 32935, 32998: the primary died meanwhile, and the next one had less WAL than the node whose rebuild had begun. */
    @Test
    void also_of_a_node_that_follows_the_primary_it_is_remembered_where_its_wal_ends() {
        ClusterState state = three().rebuildOrdered("b").state();
        PostgresView follows =
                standby(1, new PostgresView.Upstream(Optional.of(node("a")), true, Optional.of(Duration.ofMillis(5))));
        assertThat(plan(state, LocalMemory.NEW, follows).action()).contains(new NodeAction.CutReceiver(FIRST));
        LocalMemory looked = plan(state, LocalMemory.NEW, standby(1, PostgresView.Upstream.CUT))
                .memory();
        assertThat(looked.divergence().orElseThrow().saved()).isTrue();
        assertThat(plan(state, looked, STOPPED).action().orElseThrow()).isInstanceOf(NodeAction.Rebuild.class);
    }

    /** A Follow that has not ended yet would connect again after the position was stated. */
    @Test
    void a_pledge_is_stated_only_after_a_cut_for_its_term_in_this_life() {
        ClusterState state = three().failoverOpen(1000).state();
        NodeAction cut = new NodeAction.CutReceiver(new Term(2));
        PostgresView seemsCut = standby(1, PostgresView.Upstream.CUT);
        assertThat(plan(state, LocalMemory.NEW, seemsCut).action()).contains(cut);
        assertThat(plan(state, LocalMemory.NEW, seemsCut).facts()).isEmpty();
        Observation.JobResult done = new Observation.JobResult.Done(cut, Optional.empty());
        assertThat(plan(state, LocalMemory.NEW, seemsCut, List.of(), Optional.of(done))
                        .facts())
                .hasSize(1);
    }

    @Test
    void half_written_data_is_not_started_while_automation_is_paused() {
        ClusterState state = three().paused().switchingOver("c").state();
        LocalMemory memory = LocalMemory.NEW.withUnusable(Optional.of("a rewind began"));
        assertThat(plan(state, memory, STOPPED).action()).isEmpty();
    }

    @Test
    void data_of_another_cluster_is_left_alone_and_never_a_candidate() {
        NodePlan serving = planForeign(three().state());
        assertThat(serving.action()).isEmpty();
        assertThat(serving.facts()).singleElement().isInstanceOf(Fact.NodeQuarantined.class);

        NodePlan failingOver = planForeign(three().failoverOpen(1000).state());
        assertThat(failingOver.action()).isEmpty();
        assertThat(failingOver.facts())
                .contains(new Fact.StandbyPledged(node("b"), new Term(2), Optional.empty(), List.of()));
    }

    private static NodePlan planForeign(ClusterState state) {
        PostgresView ahead = standby(1, PostgresView.Upstream.CUT);
        return plan(
                state,
                LocalMemory.NEW,
                ahead,
                List.of(),
                Optional.empty(),
                "7300000000000000002",
                new TreeMap<>(),
                Optional.empty());
    }

    /** A standby with less max_connections than the primary has would not start at all. */
    @Test
    void the_clusters_parameters_are_applied_before_the_start() {
        TreeMap<String, String> parameters = new TreeMap<>(Map.of("max_connections", "200"));
        ClusterConfig config = ClusterConfig.defaults(TimingProfile.FAST).with(c -> c.parameters = parameters);
        ClusterState state =
                cluster().with(config).primary("a", 1000).standby("b", 900).state();
        assertThat(plan(state, LocalMemory.NEW, STOPPED).action()).contains(new NodeAction.ApplyParameters(parameters));
    }

    @Test
    void what_waits_for_a_restart_is_stated_once() {
        PostgresView follows =
                standby(1, new PostgresView.Upstream(Optional.of(node("a")), true, Optional.of(Duration.ofMillis(5))));
        SortedMap<String, Fact.RestartPending.Waiting> waiting =
                new TreeMap<>(Map.of("max_connections", new Fact.RestartPending.Waiting("100", Optional.of("200"))));
        Fact stated = new Fact.RestartPending(node("b"), waiting);
        ClusterScript script = three();
        assertThat(planPending(script.state(), follows, waiting).facts()).contains(stated);

        ClusterState told = script.fold(stated).state();
        assertThat(planPending(told, follows, waiting).facts())
                .doesNotHaveAnyElementsOfTypes(Fact.RestartPending.class);
        assertThat(planPending(told, follows, new TreeMap<>()).facts())
                .contains(new Fact.RestartPending(node("b"), new TreeMap<>()));
    }

    private static NodePlan planPending(
            ClusterState state, PostgresView view, SortedMap<String, Fact.RestartPending.Waiting> pending) {
        return plan(
                state,
                LocalMemory.NEW,
                view,
                List.of(),
                Optional.empty(),
                "7300000000000000001",
                pending,
                Optional.empty());
    }

    /** Seed 257. */
    @Test
    void a_promotion_that_never_reached_the_log_is_known_from_the_nodes_own_history() {
        ClusterState state = three().state();
        List<TimelineHistory.Switch> own =
                List.of(new TimelineHistory.Switch(new TimelineId(1), new TimelineId(7), new Lsn(500)));
        NodePlan plan = plan(state, LocalMemory.NEW, standby(7, PostgresView.Upstream.CUT), own, Optional.empty());
        assertThat(plan.memory().divergence().orElseThrow().from()).isEqualTo(new Lsn(500));
    }

    /** Seed 31780: saved against the history of one primary, then another one was chosen that left it earlier. */
    @Test
    void wal_that_counts_as_diverged_for_the_next_primary_only_is_saved_as_well() {
        ClusterState state = three().fold(new Fact.DiscardedWalSaved(
                        node("b"),
                        Term.NONE,
                        new TimelineId(7),
                        new Lsn(700),
                        new Lsn(900),
                        0,
                        "there",
                        Optional.empty(),
                        Optional.empty()))
                .state();
        Divergence before = new Divergence(Term.NONE, new TimelineId(7), new Lsn(700), new Lsn(900), false, false);
        LocalMemory memory =
                LocalMemory.NEW.withDivergence(Optional.of(before)).withUnusable(Optional.of("a rebuild began"));
        Divergence after = plan(state, memory, STOPPED).memory().divergence().orElseThrow();
        assertThat(after.saved()).isFalse();
        assertThat(after.from()).isEqualTo(Lsn.ZERO);
    }

    /** Seed 200188504: a decision that was sent to a log which was then cut back landed in its place among what was left. */
    @Test
    void nobody_is_promoted_by_a_log_that_lacks_what_another_member_has_read() {
        ClusterState granted =
                cluster().primary("b", 1000).standby("a", 900).standby("c", 800).state();
        ClusterState lost = cluster()
                .primary("b", 1000)
                .standby("a", 900)
                .standby("c", 800)
                .hasRead("c", granted.sequence() + 1, 1)
                .state();

        assertThat(plan(granted, LocalMemory.NEW, standby(1, PostgresView.Upstream.CUT))
                        .because())
                .contains("the lease of term 1 has not been read back");
        NodePlan plan = plan(lost, LocalMemory.NEW, standby(1, PostgresView.Upstream.CUT));
        assertThat(plan.action()).isEmpty();
        assertThat(plan.because()).contains("c has read decision", "lost-log.md");
    }
}
