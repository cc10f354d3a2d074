package io.pgprimacy.core.decide;

import static io.pgprimacy.core.decide.ClusterScript.ADA;
import static io.pgprimacy.core.decide.ClusterScript.cluster;
import static io.pgprimacy.core.decide.ClusterScript.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.cluster.NodeBackups;
import io.pgprimacy.core.config.BackupType;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.TimingProfile;
import io.pgprimacy.core.event.DataOrigin;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.event.RestoreGoal;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.rule.RuleId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BackupRulesTest {
    @Test
    void it_is_taken_of_the_streaming_standby_that_has_replayed_most() {
        Decision decision = three().asked(backup("q", Optional.empty())).decides(RuleId.K1);

        assertThat(((Decision.BackupOrdered) decision).node()).isEqualTo(node("c"));
        assertThat(decision.basis().because()).contains("ada: a test", "c is the standby that has replayed most");
    }

    @Test
    void where_no_standby_streams_it_is_taken_of_the_primary() {
        Decision decision = three().receiving("b", 900, false)
                .receiving("c", 950, false)
                .asked(backup("q", Optional.empty()))
                .decides(RuleId.K1);

        assertThat(((Decision.BackupOrdered) decision).node()).isEqualTo(node("a"));
    }

    @Test
    void the_node_that_was_named_takes_it() {
        Decision decision = three().asked(backup("q", Optional.of("a"))).decides(RuleId.K1);

        assertThat(((Decision.BackupOrdered) decision).node()).isEqualTo(node("a"));
    }

    @Test
    void it_is_refused_with_a_reason_where_the_node_cannot_take_it() {
        assertThat(refusal(three().asked(backup("q", Optional.of("x"))))).isEqualTo("there is no member x");
        assertThat(refusal(three().silent("b").after(Duration.ofSeconds(30)).asked(backup("q", Optional.of("b")))))
                .isEqualTo("b is not heard");
        assertThat(refusal(three().rebuildOrdered("b").asked(backup("q", Optional.of("b")))))
                .isEqualTo("b is being rebuilt");
        assertThat(refusal(cluster().primary("a", 1000).asked(backup("q", Optional.empty()))))
                .startsWith("no member can take a backup: a has no storage configured");
    }

    @Test
    void one_is_taken_at_a_time() {
        assertThat(refusal(taking().asked(backup("q2", Optional.empty())))).startsWith("a backup of c is being taken");
    }

    @Test
    void what_it_is_read_from_is_not_restarted_meanwhile_nor_the_other_way_round() {
        Request restart = new Request.RestartRequested("q2", ADA, node("c"));
        assertThat(refusal(taking().asked(restart))).startsWith("a backup is taken of c");

        Decision ordered = three().asked(restart).decides(RuleId.A6);
        assertThat(((Decision.RestartOrdered) ordered).node()).isEqualTo(node("c"));
        assertThat(refusal(three().restartOrdered("c").asked(backup("q", Optional.of("c")))))
                .isEqualTo("c is being restarted");
    }

    @Test
    void an_order_to_restart_is_void_once_the_node_is_made_primary() {
        ClusterScript ordered = three().restartOrdered("b");
        assertThat(ordered.state().node(node("b")).orElseThrow().mustBeRestarted())
                .isTrue();

        ClusterState granted =
                ordered.failoverOpen(900).pledged("b", 900).chosen("b", 0).state();

        assertThat(granted.node(node("b")).orElseThrow().mustBeRestarted()).isFalse();
    }

    @Test
    void when_it_has_ended_the_next_one_may_begin() {
        ClusterScript ended = taking();
        long ordered = ended.state().runningBackup().orElseThrow().ordered();

        ended.fold(new Fact.BackupFailed(node("c"), ordered, "the disk is gone"))
                .asked(backup("q2", Optional.empty()))
                .decides(RuleId.K1);
    }

    @Test
    void what_is_said_of_an_older_one_ends_nothing() {
        ClusterScript taking = taking();
        long ordered = taking.state().runningBackup().orElseThrow().ordered();

        taking.fold(new Fact.BackupFailed(node("c"), ordered - 1, "late"))
                .fold(new Fact.BackupFailed(node("b"), ordered, "another node"));

        assertThat(taking.state().runningBackup()).isPresent();
    }

    @Test
    void a_person_may_end_it() {
        ClusterScript taking = taking();
        Decision decision =
                taking.asked(new Request.BackupCancelRequested("q2", ADA)).decides(RuleId.K2);

        taking.fold(decision);
        assertThat(taking.state().runningBackup()).isEmpty();
        assertThat(refusal(taking.asked(new Request.BackupCancelRequested("q3", ADA))))
                .isEqualTo("no backup is being taken");
    }

    @Test
    void it_is_given_up_when_its_node_is_gone_for_a_minute_of_a_live_log() {
        taking().silent("c").after(Duration.ofSeconds(59)).staysWithoutBackup();
        taking().silent("c").after(Duration.ofSeconds(61)).logDead().staysWithoutBackup();

        ClusterScript gone = taking().silent("c").after(Duration.ofSeconds(61)).suspended("c");
        gone.fold(gone.decides(RuleId.K3));
        assertThat(gone.state().runningBackup()).isEmpty();
    }

    @Test
    void a_failover_goes_first() {
        three().asked(backup("q", Optional.empty()))
                .stopped("a", Optional.of(900L))
                .decides(RuleId.F1);
        three().asked(backup("q", Optional.empty()))
                .receiving("b", 900, false)
                .receiving("c", 950, false)
                .silent("a")
                .after(Duration.ofSeconds(2))
                .decides(RuleId.F2);
    }

    @Test
    void while_the_primary_is_in_doubt_nothing_is_decided_about_backups() {
        ClusterScript doubtful = three().receiving("b", 900, true)
                .receiving("c", 950, true)
                .asked(backup("q", Optional.empty()))
                .silent("a")
                .after(Duration.ofSeconds(2));

        doubtful.stays(RuleId.N2);
    }

    @Test
    void what_its_schedule_says_is_taken_late_rather_than_not_at_all() {
        Decision decision =
                three().due(BackupType.INCREMENTAL, Duration.ofMinutes(59), 0).decides(RuleId.K4);

        assertThat(((Decision.BackupOrdered) decision).type()).isEqualTo(BackupType.INCREMENTAL);
        assertThat(((Decision.BackupOrdered) decision).node()).isEqualTo(node("c"));
        assertThat(((Decision.BackupOrdered) decision).scheduled()).isPresent();
    }

    @Test
    void what_was_due_for_more_than_an_hour_is_missed_and_that_is_an_event() {
        Decision decision =
                three().due(BackupType.FULL, Duration.ofMinutes(61), 2).decides(RuleId.K5);

        assertThat(((Decision.BackupMissed) decision).instants()).isEqualTo(3);
        assertThat(decision.basis().because()).contains("3 scheduled full backups were due");
    }

    @Test
    void instants_that_passed_before_the_one_that_is_taken_are_missed() {
        Decision decision =
                three().due(BackupType.FULL, Duration.ofMinutes(1), 2).decides(RuleId.K5);

        assertThat(((Decision.BackupMissed) decision).instants()).isEqualTo(2);
    }

    @Test
    void a_scheduled_one_waits_for_the_one_that_is_being_taken() {
        taking().due(BackupType.FULL, Duration.ofMinutes(1), 0).staysWithoutBackup();
        assertThat(taking().due(BackupType.FULL, Duration.ofMinutes(61), 0)
                        .decides(RuleId.K5)
                        .basis()
                        .because())
                .contains("the backup of c that decision", "is being taken");
    }

    @Test
    void while_automation_is_paused_only_people_order_backups() {
        three().paused().due(BackupType.FULL, Duration.ofMinutes(1), 0).staysWithoutBackup();
        assertThat(three().paused()
                        .due(BackupType.FULL, Duration.ofMinutes(61), 0)
                        .decides(RuleId.K5)
                        .basis()
                        .because())
                .endsWith("automation is paused");
        three().paused().asked(backup("q", Optional.empty())).decides(RuleId.K1);
    }

    @Test
    void one_instant_is_ordered_once() {
        ClusterScript script = scheduled();
        script.fold(script.due(BackupType.FULL, Duration.ofMinutes(1), 0).decides(RuleId.K4));
        long ordered = script.state().runningBackup().orElseThrow().ordered();
        script.fold(new Fact.BackupFailed(node("c"), ordered, "the disk is gone"));

        // The same evidence once more, as of a coordinator that has not read the first.
        script.fold(script.decides(RuleId.K4));

        assertThat(script.state().ignored().orElseThrow().reason()).contains("has been decided about already");
        assertThat(script.state().sequence()).isEqualTo(ordered);
        assertThat(script.state().runningBackup()).isEmpty();
    }

    @Test
    void a_schedule_counts_from_when_it_was_configured() {
        assertThat(scheduled().state().schedules()).containsOnlyKeys(BackupType.FULL);
        assertThat(three().state().schedules()).isEmpty();
    }

    @Test
    void a_logical_one_is_of_the_databases_that_were_named() {
        Decision decision = three().asked(logical(List.of("it's", "ünï"))).decides(RuleId.K1);

        assertThat(((Decision.BackupOrdered) decision).type()).isEqualTo(BackupType.LOGICAL);
        assertThat(((Decision.BackupOrdered) decision).node()).isEqualTo(node("c"));
        assertThat(((Decision.BackupOrdered) decision).databases()).contains(List.of("it's", "ünï"));
        ClusterScript script = three();
        script.fold(script.asked(logical(List.of("d"))).decides(RuleId.K1));
        assertThat(script.state().runningBackup().orElseThrow().databases()).contains(List.of("d"));
    }

    @Test
    void a_logical_one_ends_its_order_and_counts_as_no_backup_that_recovery_can_begin_with() {
        ClusterScript script = three();
        script.fold(script.asked(logical(List.of())).decides(RuleId.K1));
        long ordered = script.state().runningBackup().orElseThrow().ordered();

        script.fold(new Fact.DumpCompleted(node("c"), ordered, "id", 2, 9, 5, Instant.EPOCH, Instant.EPOCH));

        assertThat(script.state().runningBackup()).isEmpty();
        NodeBackups backups =
                script.state().node(node("c")).orElseThrow().facts().backups();
        assertThat(backups.completed()).isEmpty();
        assertThat(backups.dumped()).isPresent();
    }

    @Test
    void no_logical_one_is_the_first_of_a_new_life() {
        ClusterScript restored = newLife();

        assertThat(refusal(restored.asked(logical(List.of()))))
                .isEqualTo("incarnation 2 has no backup yet that recovery can begin with; a full one comes first");
        ClusterScript again = newLife();
        Decision first = again.decides(RuleId.K11);
        again.fold(first);
        again.fold(new Fact.BackupFailed(
                ((Decision.BackupOrdered) first).node(), first.basis().sequence(), "the disk is gone"));
        again.asked(logical(List.of())).decides(RuleId.K1);
    }

    /** It began with what was restored, and has no backup of its own. */
    private static ClusterScript newLife() {
        DataOrigin origin =
                new DataOrigin(new ClusterId("main"), 1, new RestoreGoal("latest", false, Optional.empty()));
        return cluster()
                .founding("a", origin)
                .founded(new Term(1))
                .opened(1000)
                .storing("a")
                .serves(1000);
    }

    private static Request logical(List<String> databases) {
        return new Request.BackupRequested(
                "q",
                ADA,
                BackupType.LOGICAL,
                Optional.empty(),
                Optional.of(databases).filter(d -> !d.isEmpty()));
    }

    private static ClusterScript scheduled() {
        return three().configured(ClusterConfig.defaults(TimingProfile.FAST)
                .with(c -> c.backupSchedules.put(BackupType.FULL, "0 2 * * *")));
    }

    private static ClusterScript three() {
        return cluster()
                .primary("a", 1000)
                .standby("b", 900)
                .standby("c", 950)
                .storing("a", "b", "c")
                .receiving("b", 900, true)
                .receiving("c", 950, true)
                .serves(1000, "b", "c");
    }

    private static ClusterScript taking() {
        ClusterScript script = three().asked(backup("q", Optional.empty()));
        return script.fold(script.decides(RuleId.K1));
    }

    private static Request backup(String id, Optional<String> from) {
        return new Request.BackupRequested(id, ADA, BackupType.FULL, from.map(ClusterScript::node));
    }

    private static String refusal(ClusterScript script) {
        return ((Decision.RequestRefused) script.decides(RuleId.A5)).reason();
    }
}
