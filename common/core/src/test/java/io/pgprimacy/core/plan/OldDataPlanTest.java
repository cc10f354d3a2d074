package io.pgprimacy.core.plan;

import static io.pgprimacy.core.decide.ClusterScript.cluster;
import static io.pgprimacy.core.decide.ClusterScript.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.decide.ClusterScript;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.id.Term;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OldDataPlanTest {
    private static final Term RESTORE = new Term(1);
    private static final KeptData KEPT = new KeptData("/old", RESTORE, 9, Instant.EPOCH, Optional.empty());
    private static final Fact.OldDataKept STATED =
            new Fact.OldDataKept(node("b"), "/old", RESTORE, 9, Instant.EPOCH, Optional.empty());

    private final ClusterScript script = cluster().primary("a", 1000).standby("b", 900);

    @Test
    void what_lies_on_the_disk_is_stated_once_whoever_put_it_there() {
        assertThat(plan(KEPT).facts()).containsExactly(STATED);
        script.fold(STATED);
        assertThat(plan(KEPT).facts()).isEmpty();
        assertThat(plan(KEPT).remove()).isEmpty();
    }

    @Test
    void only_what_was_ordered_goes_and_that_it_has_gone_is_stated() {
        script.fold(STATED).removalOrdered("b", "/old");
        KeptData other = new KeptData("/other", RESTORE, 9, Instant.EPOCH, Optional.empty());
        assertThat(plan(KEPT, other).remove()).containsExactly("/old");

        long ordered = script.state().sequence();
        assertThat(plan().facts()).containsExactly(new Fact.OldDataRemoved(node("b"), "/old", RESTORE, 9, ordered));
    }

    @Test
    void what_cannot_be_removed_is_stated_with_the_reason() {
        script.fold(STATED).removalOrdered("b", "/old");
        KeptData stuck = new KeptData("/old", RESTORE, 9, Instant.EPOCH, Optional.of("it is busy"));
        assertThat(plan(stuck).facts())
                .containsExactly(
                        new Fact.OldDataKept(node("b"), "/old", RESTORE, 9, Instant.EPOCH, Optional.of("it is busy")));
        assertThat(plan(stuck).remove()).containsExactly("/old");
    }

    @Test
    void what_somebody_took_away_is_stated_as_not_ordered() {
        script.fold(STATED);
        assertThat(plan().facts()).containsExactly(new Fact.OldDataRemoved(node("b"), "/old", RESTORE, 9, 0));
    }

    @Test
    void while_it_may_have_to_be_put_back_it_stays_although_it_was_ordered_to_go() {
        script.fold(STATED).removalOrdered("b", "/old");
        LocalMemory restored = LocalMemory.NEW.withUnusable(
                Optional.of("it was restored for term 1, and nobody has made that the cluster's data"));
        assertThat(OldDataPlan.of(node("b"), script.state(), restored, Optional.of(List.of(KEPT)))
                        .remove())
                .isEmpty();
    }

    @Test
    void before_anybody_has_looked_nothing_is_said_to_be_gone() {
        script.fold(STATED);
        assertThat(OldDataPlan.of(node("b"), script.state(), LocalMemory.NEW, Optional.empty())
                        .facts())
                .isEmpty();
    }

    private OldDataPlan plan(KeptData... seen) {
        return OldDataPlan.of(node("b"), script.state(), LocalMemory.NEW, Optional.of(List.of(seen)));
    }
}
