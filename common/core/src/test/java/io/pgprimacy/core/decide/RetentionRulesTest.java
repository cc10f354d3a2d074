package io.pgprimacy.core.decide;

import static io.pgprimacy.core.decide.ClusterScript.ADA;
import static io.pgprimacy.core.decide.ClusterScript.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.Retention;
import io.pgprimacy.core.config.TimingProfile;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.event.RetentionOutcome;
import io.pgprimacy.core.event.RetentionReport;
import io.pgprimacy.core.rule.RuleId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RetentionRulesTest {
    private static final Retention WEEK = new Retention(2, Duration.ofDays(7), 0, 0, 6);
    private static final RetentionOutcome NOTHING = new RetentionOutcome(
            new TreeMap<>(),
            List.of(),
            List.of(),
            List.of(),
            new RetentionOutcome.Amount(0, 0),
            new RetentionOutcome.Amount(0, 0));

    private static ClusterScript keepingAWeek() {
        return cluster()
                .with(ClusterConfig.defaults(TimingProfile.FAST).with(c -> c.retention = Optional.of(WEEK)))
                .primary("a", 1000)
                .standby("b", 1000)
                .serves(1000, "b");
    }

    private static Request apply(String id, int full, Duration window, int monthly) {
        return new Request.RetentionRequested(id, ADA, full, window, 0, 0, monthly);
    }

    private static String refusal(ClusterScript script) {
        return ((Decision.RequestRefused) script.decides(RuleId.A5)).reason();
    }

    @Test
    void a_person_may_apply_what_keeps_as_much_as_the_configured_one_and_not_less() {
        Decision.RetentionOrdered ordered = (Decision.RetentionOrdered)
                keepingAWeek().asked(apply("q", 3, Duration.ofDays(7), 6)).decides(RuleId.K12);
        assertThat(ordered.policy().full()).isEqualTo(3);

        assertThat(refusal(keepingAWeek().asked(apply("q", 3, Duration.ofDays(6), 6))))
                .startsWith(
                        "it would let go of what the configured retention keeps (2 full, every moment of 7 days, 6 monthly)");
        assertThat(refusal(keepingAWeek().asked(apply("q", 0, Duration.ZERO, 0))))
                .isEqualTo("a retention that keeps nothing is never meant");
        cluster().primary("a", 1000).asked(apply("q", 1, Duration.ZERO, 0)).decides(RuleId.K12);
    }

    @Test
    void a_failover_goes_first() {
        keepingAWeek()
                .asked(apply("q", 3, Duration.ofDays(7), 6))
                .stopped("a", Optional.of(900L))
                .decides(RuleId.F1);
    }

    @Test
    void one_is_under_way_at_a_time_and_ends_with_what_came_of_it() {
        ClusterScript script = keepingAWeek().asked(apply("q", 3, Duration.ofDays(7), 6));
        script.fold(script.decides(RuleId.K12));
        long ordered = script.state().retention().orElseThrow().ordered();
        script.asked(apply("q2", 3, Duration.ofDays(7), 6)).staysWithoutBackup();
        script.retentionDue(Duration.ofMinutes(1), 0).staysWithoutBackup();
        script.reports(new RetentionReport.Applied(ordered - 1, NOTHING)).staysWithoutBackup();

        Decision applied =
                script.reports(new RetentionReport.Applied(ordered, NOTHING)).decides(RuleId.K15);
        assertThat(((Decision.RetentionApplied) applied).ordered()).isEqualTo(ordered);
        script.fold(applied);
        assertThat(script.state().retention()).isEmpty();
        script.decides(RuleId.K12);
    }

    @Test
    void one_that_failed_has_ended_too() {
        ClusterScript script = keepingAWeek().retentionDue(Duration.ofMinutes(-1), 0);
        script.fold(script.decides(RuleId.K13));
        long ordered = script.state().retention().orElseThrow().ordered();
        script.fold(script.reports(new RetentionReport.Failed(ordered, "the store is away"))
                .decides(RuleId.K15));
        assertThat(script.state().retention()).isEmpty();
    }

    @Test
    void its_schedule_is_kept_late_rather_than_not_at_all_and_missed_never_silently() {
        Decision.RetentionOrdered late = (Decision.RetentionOrdered)
                keepingAWeek().retentionDue(Duration.ofMinutes(359), 0).decides(RuleId.K13);
        assertThat(late.policy()).isEqualTo(WEEK);

        Decision missed =
                keepingAWeek().retentionDue(Duration.ofMinutes(361), 2).decides(RuleId.K14);
        assertThat(((Decision.RetentionMissed) missed).instants()).isEqualTo(3);
        assertThat(missed.basis().because()).contains("3 scheduled retentions were due");
        keepingAWeek().paused().retentionDue(Duration.ofMinutes(1), 0).staysWithoutBackup();
    }

    @Test
    void one_instant_is_ordered_once() {
        ClusterScript script = keepingAWeek().retentionDue(Duration.ofMinutes(-1), 0);
        script.fold(script.decides(RuleId.K13));
        long ordered = script.state().retention().orElseThrow().ordered();
        script.fold(script.reports(new RetentionReport.Failed(ordered, "no")).decides(RuleId.K15));

        // The same evidence once more, as of a coordinator that has not read the first.
        script.fold(script.decides(RuleId.K13));

        assertThat(script.state().ignored().orElseThrow().reason()).contains("has been decided about already");
        assertThat(script.state().retention()).isEmpty();
    }
}
