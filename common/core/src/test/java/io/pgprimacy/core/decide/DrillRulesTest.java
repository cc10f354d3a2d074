package io.pgprimacy.core.decide;

import static io.pgprimacy.core.decide.ClusterScript.ADA;
import static io.pgprimacy.core.decide.ClusterScript.cluster;
import static io.pgprimacy.core.decide.ClusterScript.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.config.BackupType;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.TimingProfile;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.rule.RuleId;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DrillRulesTest {
    @Test
    void it_is_carried_out_on_the_streaming_standby_that_has_replayed_most() {
        Decision decision = three().asked(drill("q", Optional.empty())).decides(RuleId.K6);

        assertThat(((Decision.DrillOrdered) decision).node()).isEqualTo(node("c"));
        assertThat(((Decision.DrillOrdered) decision).backup()).contains("id");
        assertThat(decision.basis().because()).contains("ada: a test", "c is the standby that has replayed most");
    }

    @Test
    void a_primary_carries_it_out_only_where_it_is_named() {
        ClusterScript alone = cluster().primary("a", 1000).storing("a").serves(1000);

        assertThat(refusal(alone.asked(drill("q", Optional.empty())))).startsWith("no standby can carry out a drill");
        assertThat(((Decision.DrillOrdered)
                                three().asked(drill("q", Optional.of("a"))).decides(RuleId.K6))
                        .node())
                .isEqualTo(node("a"));
    }

    @Test
    void it_is_refused_with_a_reason_where_the_node_cannot() {
        assertThat(refusal(three().asked(drill("q", Optional.of("x"))))).isEqualTo("there is no member x");
        assertThat(refusal(three().rebuildOrdered("b").asked(drill("q", Optional.of("b")))))
                .isEqualTo("b is being rebuilt");
    }

    @Test
    void there_is_one_at_a_time_and_backups_do_not_count() {
        assertThat(refusal(drilling().asked(drill("q2", Optional.empty())))).startsWith("a drill on c is under way");
        drilling()
                .asked(new Request.BackupRequested("q2", ADA, BackupType.FULL, Optional.empty()))
                .decides(RuleId.K1);
    }

    @Test
    void when_it_has_ended_the_next_one_may_begin() {
        ClusterScript ended = drilling();
        long ordered = ended.state().runningDrill().orElseThrow().ordered();

        ended.fold(new Fact.DrillFailed(node("c"), ordered - 1, Optional.empty(), "late"));
        assertThat(ended.state().runningDrill()).isPresent();
        ended.fold(new Fact.DrillFailed(node("c"), ordered, Optional.empty(), "no room"))
                .asked(drill("q2", Optional.empty()))
                .decides(RuleId.K6);
    }

    @Test
    void a_person_may_end_it() {
        ClusterScript drilling = drilling();
        drilling.fold(
                drilling.asked(new Request.DrillCancelRequested("q2", ADA)).decides(RuleId.K7));

        assertThat(drilling.state().runningDrill()).isEmpty();
        assertThat(refusal(drilling.asked(new Request.DrillCancelRequested("q3", ADA))))
                .isEqualTo("no drill is under way");
    }

    @Test
    void it_is_given_up_when_its_node_is_gone_for_a_minute_of_a_live_log() {
        drilling().silent("c").after(Duration.ofSeconds(59)).staysWithoutBackup();
        drilling().silent("c").after(Duration.ofSeconds(61)).logDead().staysWithoutBackup();

        ClusterScript gone =
                drilling().silent("c").after(Duration.ofSeconds(61)).suspended("c");
        gone.fold(gone.decides(RuleId.K8));
        assertThat(gone.state().runningDrill()).isEmpty();
    }

    @Test
    void a_failover_goes_first() {
        three().asked(drill("q", Optional.empty()))
                .stopped("a", Optional.of(900L))
                .decides(RuleId.F1);
    }

    @Test
    void its_schedule_is_kept_late_rather_than_not_at_all_and_missed_never_silently() {
        assertThat(((Decision.DrillOrdered)
                                three().drillDue(Duration.ofMinutes(59), 0).decides(RuleId.K9))
                        .node())
                .isEqualTo(node("c"));

        Decision missed = three().drillDue(Duration.ofMinutes(61), 2).decides(RuleId.K10);
        assertThat(((Decision.DrillMissed) missed).instants()).isEqualTo(3);
        assertThat(missed.basis().because()).contains("3 scheduled drills were due");
        assertThat(((Decision.DrillMissed)
                                three().drillDue(Duration.ofMinutes(1), 2).decides(RuleId.K10))
                        .instants())
                .isEqualTo(2);
    }

    @Test
    void a_scheduled_one_waits_for_people_and_for_the_one_under_way() {
        three().paused().drillDue(Duration.ofMinutes(1), 0).staysWithoutBackup();
        drilling().drillDue(Duration.ofMinutes(1), 0).staysWithoutBackup();
        assertThat(drilling()
                        .drillDue(Duration.ofMinutes(61), 0)
                        .decides(RuleId.K10)
                        .basis()
                        .because())
                .contains("the drill on c that decision", "is under way");
    }

    @Test
    void one_instant_is_ordered_once() {
        ClusterScript script = scheduled();
        script.fold(script.drillDue(Duration.ofMinutes(1), 0).decides(RuleId.K9));
        long ordered = script.state().runningDrill().orElseThrow().ordered();
        script.fold(new Fact.DrillFailed(node("c"), ordered, Optional.empty(), "no room"));

        // The same evidence once more, as of a coordinator that has not read the first.
        script.fold(script.decides(RuleId.K9));

        assertThat(script.state().ignored().orElseThrow().reason()).contains("has been decided about already");
        assertThat(script.state().runningDrill()).isEmpty();
    }

    @Test
    void a_schedule_counts_from_when_it_was_configured() {
        assertThat(scheduled().state().drillsThrough()).isPresent();
        assertThat(three().state().drillsThrough()).isEmpty();
    }

    private static ClusterScript scheduled() {
        return three().configured(ClusterConfig.defaults(TimingProfile.FAST)
                .with(c -> c.drillSchedule = Optional.of("0 4 * * 0")));
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

    private static ClusterScript drilling() {
        ClusterScript script = three().asked(drill("q", Optional.empty()));
        return script.fold(script.decides(RuleId.K6));
    }

    private static Request drill(String id, Optional<String> on) {
        return new Request.DrillRequested(id, ADA, Optional.of("id"), on.map(ClusterScript::node));
    }

    private static String refusal(ClusterScript script) {
        return ((Decision.RequestRefused) script.decides(RuleId.A5)).reason();
    }
}
