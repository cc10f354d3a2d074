package io.pgprimacy.core.decide;

import static io.pgprimacy.core.decide.ClusterScript.ADA;
import static io.pgprimacy.core.decide.ClusterScript.cluster;
import static io.pgprimacy.core.decide.ClusterScript.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.cluster.Membership;
import io.pgprimacy.core.cluster.Phase;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.TimingProfile;
import io.pgprimacy.core.event.DataOrigin;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.event.RestoreGoal;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.core.postgres.WalPosition;
import io.pgprimacy.core.rule.RuleId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class FoundingRulesTest {
    private static final DataOrigin BUCKET =
            new DataOrigin(new ClusterId("main"), 1, new RestoreGoal("latest", false, Optional.empty()));

    private static Request creation(String id) {
        return new Request.ClusterCreationRequested(
                id,
                ADA,
                ClusterConfig.defaults(TimingProfile.FAST),
                node("a"),
                false,
                OptionalInt.of(2),
                Optional.of(BUCKET));
    }

    private static ClusterScript founding() {
        ClusterScript script = cluster().announced("a").storing("a").asked(creation("q"));
        script.fold(script.decides(RuleId.C1));
        return script;
    }

    private static Fact restored(int term) {
        return new Fact.DataRestored(
                node("a"),
                new Term(term),
                "20261123T110000Z-00000000",
                new WalPosition(new TimelineId(3), new Lsn(1000)),
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

    private static Fact failed(int term) {
        return new Fact.RestoreFailed(node("a"), new Term(term), "no master key opens it");
    }

    @Test
    void nobody_is_primary_before_the_data_is_there() {
        ClusterScript script = founding();
        assertThat(script.state().phase()).isEqualTo(new Phase.Founding(new Term(1), node("a"), BUCKET));
        assertThat(script.state().primary()).isEmpty();
        assertThat(script.state().incarnation()).isEqualTo(2);
        script.stays(RuleId.N10);
    }

    @Test
    void the_node_that_has_restored_it_becomes_primary_of_the_first_term() {
        ClusterScript script = founding();
        script.fold(restored(1));
        Decision.PrimaryChosen chosen = (Decision.PrimaryChosen) script.decides(RuleId.C2);
        assertThat(chosen.term()).isEqualTo(new Term(1));
        script.fold(chosen);
        assertThat(script.state().primary().orElseThrow().node()).isEqualTo(node("a"));
        assertThat(script.state().unusedTimeline())
                .as("after the one that it ended on")
                .isEqualTo(4);
    }

    @Test
    void a_restore_that_failed_leaves_no_cluster_and_its_name_is_free() {
        ClusterScript script = founding();
        script.fold(failed(1));
        script.fold(script.decides(RuleId.C3));
        assertThat(script.state().phase()).isInstanceOf(Phase.Forming.class);
        assertThat(script.state().config()).isEmpty();
        assertThat(script.state().node(node("a")).orElseThrow().membership()).isEqualTo(Membership.ANNOUNCED);
    }

    @Test
    void the_next_try_has_a_term_of_its_own_so_that_what_was_said_of_the_first_counts_no_more() {
        ClusterScript script = founding();
        script.fold(failed(1));
        script.fold(script.decides(RuleId.C3));
        script.asked(creation("again"));
        script.fold(script.decides(RuleId.C1));
        assertThat(script.state().phase()).isEqualTo(new Phase.Founding(new Term(2), node("a"), BUCKET));
        script.stays(RuleId.N10);
        script.fold(restored(1));
        script.stays(RuleId.N10);
        script.fold(restored(2));
        script.decides(RuleId.C2);
    }

    @Test
    void who_takes_the_restoring_node_away_gives_the_cluster_up() {
        ClusterScript script = founding();
        script.asked(new Request.MemberRemovalRequested("away", ADA, node("a")));
        script.decides(RuleId.C3);
    }

    @Test
    void everything_else_that_is_asked_for_is_refused_meanwhile() {
        ClusterScript script = founding();
        script.asked(new Request.SwitchoverRequested("s", ADA, Optional.empty()));
        assertThat(((Decision.RequestRefused) script.decides(RuleId.A5)).reason())
                .contains("is being restored on a");
    }

    @Test
    void a_node_without_storage_cannot_begin() {
        ClusterScript script = cluster().announced("a").asked(creation("q"));
        assertThat(((Decision.RequestRefused) script.decides(RuleId.A5)).reason())
                .contains("no storage configured");
    }
}
