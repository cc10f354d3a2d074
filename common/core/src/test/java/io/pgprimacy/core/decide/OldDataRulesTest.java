package io.pgprimacy.core.decide;

import static io.pgprimacy.core.decide.ClusterScript.ADA;
import static io.pgprimacy.core.decide.ClusterScript.cluster;
import static io.pgprimacy.core.decide.ClusterScript.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Decision.OldDataRemovalOrdered.Kept;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.event.RestoreGoal;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.rule.RuleId;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OldDataRulesTest {
    private static ClusterScript keeping() {
        return cluster()
                .primary("a", 1000)
                .standby("b", 1000)
                .storing("a", "b")
                .fold(kept("a", "/old-1"))
                .fold(kept("b", "/old-2"));
    }

    private static Fact kept(String name, String location) {
        return new Fact.OldDataKept(node(name), location, new Term(1), 9, Instant.EPOCH, Optional.empty());
    }

    private static Request confirm(String id, Optional<String> on) {
        return new Request.RestoreConfirmRequested(id, ADA, on.map(NodeId::new));
    }

    private static String refusal(ClusterScript script) {
        return ((Decision.RequestRefused) script.decides(RuleId.A5)).reason();
    }

    @Test
    void what_the_nodes_have_stated_is_ordered_to_go_and_named() {
        Decision.OldDataRemovalOrdered all = (Decision.OldDataRemovalOrdered)
                keeping().asked(confirm("q", Optional.empty())).decides(RuleId.R4);
        assertThat(all.data())
                .containsExactly(
                        new Kept(node("a"), "/old-1", new Term(1), 9), new Kept(node("b"), "/old-2", new Term(1), 9));

        Decision.OldDataRemovalOrdered one = (Decision.OldDataRemovalOrdered)
                keeping().asked(confirm("q", Optional.of("b"))).decides(RuleId.R4);
        assertThat(one.data()).extracting(Kept::location).containsExactly("/old-2");
    }

    @Test
    void what_is_put_aside_later_needs_a_confirmation_of_its_own() {
        ClusterScript script = keeping().asked(confirm("q", Optional.empty()));
        script.fold(script.decides(RuleId.R4));
        assertThat(refusal(script.asked(confirm("q2", Optional.empty())))).contains("is being removed already");

        script.fold(kept("a", "/old-3"));
        assertThat(((Decision.OldDataRemovalOrdered)
                                script.asked(confirm("q3", Optional.empty())).decides(RuleId.R4))
                        .data())
                .extracting(Kept::location)
                .containsExactly("/old-3");
    }

    @Test
    void nothing_goes_while_no_primary_serves() {
        assertThat(refusal(keeping().failoverOpen(1000).asked(confirm("q", Optional.empty()))))
                .startsWith("no primary serves");
    }

    @Test
    void where_nothing_is_kept_it_is_refused() {
        assertThat(refusal(cluster().primary("a", 1000).asked(confirm("q", Optional.empty()))))
                .isEqualTo("nothing is kept of before a restore");
        assertThat(refusal(keeping().asked(confirm("q", Optional.of("x"))))).isEqualTo("there is no node x");
    }

    @Test
    void another_restore_is_opened_and_says_what_lies_there_already() {
        Request again = new Request.RestoreRequested(
                "q", ADA, Optional.empty(), new RestoreGoal("latest", false, Optional.empty()));
        assertThat(keeping().asked(again).decides(RuleId.R1).basis().because())
                .endsWith("a is restored to latest, beside what it keeps of before an earlier restore");
    }
}
