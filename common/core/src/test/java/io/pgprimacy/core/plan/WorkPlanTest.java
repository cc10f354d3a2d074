package io.pgprimacy.core.plan;

import static io.pgprimacy.core.decide.ClusterScript.cluster;
import static io.pgprimacy.core.decide.ClusterScript.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.cluster.BackupOrder;
import io.pgprimacy.core.decide.ClusterScript;
import io.pgprimacy.core.event.Fact;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WorkPlanTest {
    private final ClusterScript script =
            cluster().primary("a", 1000).standby("b", 900).backupOrdered("b");
    private final BackupOrder order = script.state().runningBackup().orElseThrow();
    private final Fact.BackupStarted started = new Fact.BackupStarted(node("b"), order.ordered(), "id");
    private final Fact.BackupFailed failed = new Fact.BackupFailed(node("b"), order.ordered(), "why");

    @Test
    void the_node_that_was_ordered_takes_it_and_nobody_else_does() {
        assertThat(plan(Optional.empty()).order()).contains(order);
        assertThat(WorkPlan.backup(node("a"), script.state(), Optional.empty()).order())
                .isEmpty();
    }

    @Test
    void what_the_worker_says_is_stated_once() {
        Optional<OrderedWork> begun = work(Optional.empty(), Optional.empty());
        assertThat(plan(begun).facts()).containsExactly(started);

        script.fold(started);
        assertThat(plan(begun).facts()).isEmpty();

        Fact.BackupProgressed progress =
                new Fact.BackupProgressed(node("b"), order.ordered(), 1, 2, 3, Duration.ofSeconds(5));
        assertThat(plan(work(Optional.of(progress), Optional.empty())).facts()).containsExactly(progress);
        script.fold(progress);
        assertThat(plan(work(Optional.of(progress), Optional.empty())).facts()).isEmpty();
    }

    @Test
    void its_end_is_stated_until_it_is_read_back_and_it_is_not_begun_again() {
        script.fold(started);
        Optional<OrderedWork> ended = work(Optional.empty(), Optional.of(failed));
        assertThat(plan(ended).facts()).containsExactly(failed);

        script.fold(failed);
        assertThat(plan(ended)).isEqualTo(new WorkPlan<>(Optional.empty(), java.util.List.of()));
    }

    @Test
    void an_agent_that_starts_again_says_that_what_it_had_begun_has_failed() {
        script.fold(started);

        WorkPlan<BackupOrder> plan = plan(Optional.empty());

        assertThat(plan.order()).isEmpty();
        assertThat(plan.facts())
                .singleElement()
                .isInstanceOfSatisfying(
                        Fact.BackupFailed.class, f -> assertThat(f.reason()).contains("the agent ended"));
    }

    @Test
    void an_agent_that_starts_again_and_finds_its_worker_says_nothing_that_the_log_knows() {
        script.fold(started);

        assertThat(plan(work(Optional.empty(), Optional.empty())))
                .isEqualTo(new WorkPlan<>(Optional.of(order), java.util.List.of()));
    }

    @Test
    void an_order_that_was_withdrawn_is_not_worked_on() {
        script.backupCancelled();

        assertThat(plan(work(Optional.empty(), Optional.empty())).order()).isEmpty();
    }

    private WorkPlan<BackupOrder> plan(Optional<OrderedWork> work) {
        return WorkPlan.backup(node("b"), script.state(), work);
    }

    private Optional<OrderedWork> work(Optional<Fact> progress, Optional<Fact> end) {
        return Optional.of(new OrderedWork(order.ordered(), Optional.of(started), progress, end));
    }

    @Test
    void a_drill_is_an_order_of_its_own_beside_the_backup() {
        ClusterScript both = script.drillOrdered("b");
        long ordered = both.state().runningDrill().orElseThrow().ordered();

        assertThat(WorkPlan.drill(node("b"), both.state(), Optional.empty()).order())
                .isEqualTo(both.state().runningDrill());
        assertThat(WorkPlan.drill(node("a"), both.state(), Optional.empty()).order())
                .isEmpty();
        assertThat(plan(Optional.empty()).order()).contains(order);

        both.fold(new Fact.DrillStarted(node("b"), ordered, "id", 7));
        assertThat(WorkPlan.drill(node("b"), both.state(), Optional.empty()).facts())
                .singleElement()
                .isInstanceOfSatisfying(
                        Fact.DrillFailed.class, f -> assertThat(f.reason()).contains("the agent ended"));
    }
}
