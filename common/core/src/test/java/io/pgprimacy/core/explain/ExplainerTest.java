package io.pgprimacy.core.explain;

import static io.pgprimacy.core.explain.ScriptedCluster.cutOff;
import static io.pgprimacy.core.explain.ScriptedCluster.node;
import static io.pgprimacy.core.explain.ScriptedCluster.primary;
import static io.pgprimacy.core.explain.ScriptedCluster.standby;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.Golden;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.explain.Explanation.State;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExplainerTest {

    @Test
    void a_crash_is_told_from_the_primarys_own_word_to_the_last_rewound_standby() {
        ScriptedCluster s = ScriptedCluster.crashed();
        s.pass(300);
        s.fact(saved(Optional.empty(), Optional.of("the store does not answer")));
        s.fact(new Fact.Rewound(node("a"), new Term(2), node("c")));
        s.pass(200);
        s.sees("a", standby("0/5000200", 2, "c"));
        s.follows("a", 2, 2);
        s.pass(500);
        s.fact(saved(Optional.of("clusters/main/1/discarded/some/"), Optional.empty()));
        Golden.matches("explain/crash.txt", text(s, "last"));
    }

    private static Fact saved(Optional<String> stored, Optional<String> waiting) {
        return new Fact.DiscardedWalSaved(
                node("a"),
                new Term(2),
                new TimelineId(1),
                Lsn.parse("0/5000060"),
                Lsn.parse("0/5000100"),
                1,
                "file:/var/lib/pgprimacy/a/discarded-wal/some",
                stored,
                waiting);
    }

    @Test
    void a_lost_host_is_told_from_its_last_heartbeat() {
        ScriptedCluster s = ScriptedCluster.ofThree();
        s.pass(500);
        s.dies("a");
        s.sees("b", cutOff("0/5000060", 1));
        s.sees("c", cutOff("0/5000060", 1));
        s.pass(1300);
        s.pledge("b", 2, "0/5000060", 1);
        s.pledge("c", 2, "0/5000060", 1);
        s.pass(2500);
        s.sees("b", primary("0/5000100", 2));
        s.promoted("b", 2, 2, "0/5000060");
        s.follows("c", 2, 2);
        s.pass(100);
        Golden.matches("explain/host-loss.txt", text(s, "last"));
    }

    @Test
    void a_switchover_is_told_from_the_request() {
        ScriptedCluster s = ScriptedCluster.switchedOver();
        Golden.matches("explain/switchover.txt", text(s, "req-1"));
        Operation operation = new Operations(s.history()).of("req-1").orElseThrow();
        assertThat(operation.state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(operation.message())
                .isEqualTo("node b accepts writes under term 2 on timeline 2," + " which left timeline 1 at 0/5000078");
    }

    @Test
    void a_blocked_failover_says_what_it_waits_for() {
        ScriptedCluster s = ScriptedCluster.ofThree();
        s.fact(ScriptedCluster.stoppedAt("0/9000100"));
        s.pass(60);
        s.pledge("b", 2, "0/5000060", 1);
        s.pledge("c", 2, "0/5000060", 1);
        s.pass(60);
        Explanation e = Explainer.explain(s.history(), "last").orElseThrow();
        assertThat(e.headline()).isEqualTo("nobody can be primary of term 2 yet");
        assertThat(e.outcome().state()).isEqualTo(State.UNDER_WAY);
        assertThat(Sentences.ofVerdict(e.candidates().getFirst().verdict())).contains("not pledged");
        assertThat(e.candidates()).hasSize(3);
    }

    @Test
    void a_rivals_decision_that_lost_the_race_is_marked() {
        ScriptedCluster s = ScriptedCluster.crashed();
        Decision.PrimaryChosen won = s.last(Decision.PrimaryChosen.class);
        s.say("coordinator/k2", won);
        Explanation e = Explainer.explain(s.history(), "last").orElseThrow();
        assertThat(e.steps()).filteredOn(step -> step.ignored().isPresent()).hasSize(1);
        List<LogEntry> entries = s.history().entries();
        String rival = entries.getLast().record().id();
        Explanation ofRival = Explainer.explain(s.history(), rival).orElseThrow();
        assertThat(ofRival.outcome().state()).isEqualTo(State.IGNORED);
    }

    @Test
    void compaction_that_moves_a_restated_fact_changes_no_step_but_its_place() {
        ScriptedCluster s = ScriptedCluster.crashed();
        List<LogRecord> moved = new ArrayList<>();
        for (LogEntry e : s.history().entries()) {
            moved.add(e.record());
        }
        LogRecord pledge = moved.stream()
                .filter(r -> r.event() instanceof Fact.StandbyPledged)
                .findFirst()
                .orElseThrow();
        moved.remove(pledge);
        moved.add(new LogRecord(9999, "again", pledge.writer(), pledge.writtenAtMillis(), pledge.event()));
        Explanation e = Explainer.explain(History.of(ScriptedCluster.MAIN, moved), "last")
                .orElseThrow();
        assertThat(e.steps()).extracting(Explanation.Step::sentence).anyMatch(t -> t.startsWith("standby b pledged"));
    }

    @Test
    void requests_end_as_what_became_of_them() {
        ScriptedCluster s = ScriptedCluster.ofThree();
        s.request(new Request.RebuildRequested("req-2", new Request.Origin("ada", "bad disk"), node("a")));
        s.request(new Request.RebuildRequested("req-3", new Request.Origin("ada", "bad disk"), node("b")));
        assertThat(new Operations(s.history()).of("req-3").orElseThrow().state())
                .isEqualTo(Operation.State.PENDING);
        s.pass(60);
        Operation refused = new Operations(s.history()).of("req-2").orElseThrow();
        assertThat(refused.state()).isEqualTo(Operation.State.REFUSED);
        assertThat(refused.message()).isEqualTo("a is the primary; switch over first");
        assertThat(new Operations(s.history()).of("req-3").orElseThrow().state())
                .isEqualTo(Operation.State.RUNNING);
        long ordered = s.last(Decision.RebuildOrdered.class).basis().sequence();
        s.fact(new Fact.Rebuilt(node("b"), new Term(1), node("a"), 4096, ordered, Optional.empty()));
        assertThat(new Operations(s.history()).of("req-3").orElseThrow().state())
                .isEqualTo(Operation.State.SUCCEEDED);
        assertThat(new Operations(s.history()).of("req-4")).isEmpty();
    }

    @Test
    void a_reload_ends_by_what_the_node_says_of_it_or_of_a_later_one_and_by_its_removal() {
        ScriptedCluster s = ScriptedCluster.ofThree();
        Request.Origin ada = new Request.Origin("ada", "pg_hba.conf");
        s.request(new Request.ReloadRequested("req-1", ada, node("b")));
        s.request(new Request.ReloadRequested("req-2", ada, node("c")));
        s.request(new Request.ReloadRequested("req-3", ada, node("a")));
        s.pass(60);
        Operations running = new Operations(s.history());
        assertThat(running.of("req-1").orElseThrow().state()).isEqualTo(Operation.State.RUNNING);
        long last = s.last(Decision.ReloadOrdered.class).basis().sequence();
        s.fact(new Fact.PostgresReloaded(node("b"), last, Optional.empty()));
        s.fact(new Fact.PostgresReloaded(node("a"), last, Optional.of("pg_hba.conf, line 3: it is wrong")));
        s.request(new Request.MemberRemovalRequested("req-4", ada, node("c")));
        s.pass(60);

        Operations ended = new Operations(s.history());

        assertThat(ended.of("req-1").orElseThrow().state()).isEqualTo(Operation.State.SUCCEEDED);
        Operation wrong = ended.of("req-3").orElseThrow();
        assertThat(wrong.state()).isEqualTo(Operation.State.FAILED);
        assertThat(wrong.message())
                .isEqualTo(
                        "PostgreSQL of node a could not take its configuration over: pg_hba.conf, line 3: it is wrong");
        Operation removed = ended.of("req-2").orElseThrow();
        assertThat(removed.state()).isEqualTo(Operation.State.FAILED);
        assertThat(removed.message()).isEqualTo("c was removed before its configuration was read again");
    }

    @Test
    void a_confirmed_restore_has_ended_when_all_that_was_named_is_gone() {
        ScriptedCluster s = ScriptedCluster.ofThree();
        s.fact(new Fact.OldDataKept(node("a"), "/old-a", new Term(1), 2048, Instant.EPOCH, Optional.empty()));
        s.fact(new Fact.OldDataKept(node("b"), "/old-b", new Term(1), 1024, Instant.EPOCH, Optional.empty()));
        s.request(new Request.RestoreConfirmRequested(
                "req-2", new Request.Origin("ada", "it is right"), Optional.empty()));
        s.pass(60);
        long ordered = s.last(Decision.OldDataRemovalOrdered.class).basis().sequence();
        s.fact(new Fact.OldDataRemoved(node("a"), "/old-a", new Term(1), 2048, ordered));
        s.fact(new Fact.OldDataKept(node("b"), "/old-b", new Term(1), 1024, Instant.EPOCH, Optional.of("it is busy")));
        Operation stuck = new Operations(s.history()).of("req-2").orElseThrow();
        assertThat(stuck.state()).isEqualTo(Operation.State.RUNNING);
        assertThat(stuck.message()).startsWith("trying again: ").endsWith("it could not be removed: it is busy");

        s.fact(new Fact.OldDataRemoved(node("b"), "/old-b", new Term(1), 1024, ordered));
        Operation done = new Operations(s.history()).of("req-2").orElseThrow();
        assertThat(done.state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(done.message()).contains("/old-a, 2048 bytes", "/old-b, 1024 bytes");
    }

    @Test
    void what_the_log_does_not_hold_has_no_explanation() {
        History empty = History.of(ScriptedCluster.MAIN, List.of());
        assertThat(Explainer.explain(empty, "last")).isEmpty();
        assertThat(Explainer.explain(empty, "17")).isEmpty();
        assertThat(Explainer.explain(empty, "nonsense")).isEmpty();
    }

    private static String text(ScriptedCluster s, String which) {
        return ExplanationText.of(Explainer.explain(s.history(), which).orElseThrow());
    }
}
