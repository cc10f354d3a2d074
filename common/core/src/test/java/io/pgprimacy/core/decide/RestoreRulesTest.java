package io.pgprimacy.core.decide;

import static io.pgprimacy.core.decide.ClusterScript.ADA;
import static io.pgprimacy.core.decide.ClusterScript.cluster;
import static io.pgprimacy.core.decide.ClusterScript.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.cluster.Phase;
import io.pgprimacy.core.event.Candidate;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.event.RestoreGoal;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.core.postgres.WalPosition;
import io.pgprimacy.core.rule.RuleId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RestoreRulesTest {
    private static final RestoreGoal YESTERDAY = new RestoreGoal("2026-11-23T12:00:00Z", false, Optional.empty());

    private static ClusterScript three() {
        return cluster().primary("a", 1000).standby("b", 1000).standby("c", 900).storing("a", "b", "c");
    }

    private static Request restore(Optional<String> on) {
        return new Request.RestoreRequested("q", ADA, on.map(NodeId::new), YESTERDAY);
    }

    private static ClusterScript restoring() {
        ClusterScript script = three().asked(restore(Optional.empty()));
        script.fold(script.decides(RuleId.R1));
        return script;
    }

    private static Fact restored(String name, long lsn) {
        return new Fact.DataRestored(
                node(name),
                new Term(2),
                "20261123T110000Z-00000000",
                new WalPosition(new TimelineId(1), new Lsn(lsn)),
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
    void every_earlier_term_is_revoked_before_anything_is_restored() {
        Decision.RestoreOpened opened = (Decision.RestoreOpened)
                three().asked(restore(Optional.empty())).decides(RuleId.R1);

        assertThat(opened.term()).isEqualTo(new Term(2));
        assertThat(opened.node())
                .as("the primary keeps every commit beside the new data")
                .isEqualTo(node("a"));
        assertThat(restoring().state().primary()).isEmpty();
        assertThat(restoring().state().phase()).isInstanceOf(Phase.FailingOver.class);
    }

    @Test
    void a_node_that_cannot_restore_is_refused_and_nothing_changes() {
        assertThat(refusal(three().asked(restore(Optional.of("x"))))).isEqualTo("there is no member x");
        assertThat(refusal(three().silent("b").after(Duration.ofSeconds(30)).asked(restore(Optional.of("b")))))
                .startsWith("b is silent");
        assertThat(refusal(cluster().primary("a", 1000).standby("b", 900).asked(restore(Optional.empty()))))
                .startsWith("no member is there that has storage configured");
    }

    private static String refusal(ClusterScript script) {
        return ((Decision.RequestRefused) script.decides(RuleId.A5)).reason();
    }

    @Test
    void nobody_is_granted_the_term_before_the_old_primary_is_known_to_have_stopped() {
        restoring().fold(restored("a", 500)).stays(RuleId.N6);

        Decision.PrimaryChosen chosen = (Decision.PrimaryChosen) restoring()
                .stopped("a", Optional.empty())
                .fold(restored("a", 500))
                .decides(RuleId.R2);
        assertThat(chosen.node()).isEqualTo(node("a"));
        assertThat(chosen.possibleLossBytes()).hasValue(500);
        assertThat(chosen.candidates())
                .filteredOn(c -> c.verdict() instanceof Candidate.Verdict.Ineligible)
                .hasSize(2);
    }

    @Test
    void the_most_advanced_member_is_not_chosen_instead() {
        restoring()
                .stopped("a", Optional.empty())
                .pledged("b", 1000)
                .pledged("c", 900)
                .stays(RuleId.N10);
    }

    @Test
    void a_restore_that_failed_is_given_up_for_the_old_primary_which_has_everything() {
        Decision.FailoverOpened opened = (Decision.FailoverOpened) restoring()
                .stopped("a", Optional.empty())
                .fold(new Fact.RestoreFailed(node("a"), new Term(2), "the store is on fire"))
                .decides(RuleId.R3);

        assertThat(opened.preferred()).contains(node("a"));
        assertThat(opened.allowDataLoss()).isFalse();
        assertThat(opened.basis().because()).contains("the store is on fire");
    }

    /** Seed 1003441. */
    @Test
    void automation_carries_a_restore_on_whose_node_dies_before_it_serves() {
        ClusterScript granted = restoring().stopped("a", Optional.empty()).fold(restored("a", 500));
        granted.fold(granted.decides(RuleId.R2));

        Decision.FailoverOpened opened = (Decision.FailoverOpened) granted.fold(new Fact.PrimaryStopped(
                        node("a"),
                        new Term(2),
                        Optional.empty(),
                        Optional.empty(),
                        io.pgprimacy.core.event.StopCause.CRASHED,
                        ""))
                .decides(RuleId.F1);

        assertThat(opened.preferred()).contains(node("a"));
        assertThat(opened.allowDataLoss()).isTrue();
    }

    /** Seed 6373. */
    @Test
    void who_restores_is_neither_removed_nor_rebuilt_meanwhile() {
        assertThat(refusal(three_restoring_on_b().asked(new Request.MemberRemovalRequested("r", ADA, node("b")))))
                .startsWith("b restores the cluster's data");
        assertThat(refusal(three_restoring_on_b().asked(new Request.RebuildRequested("r", ADA, node("b")))))
                .startsWith("b restores the cluster's data");
    }

    private static ClusterScript three_restoring_on_b() {
        ClusterScript script = three().asked(restore(Optional.of("b")));
        script.fold(script.decides(RuleId.R1));
        return script;
    }
}
