package io.pgprimacy.core.explain;

import static io.pgprimacy.core.explain.ScriptedCluster.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.explain.Causes.Step;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.postgres.TimelineId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CausesTest {
    @Test
    void a_switchover_is_one_operation_from_the_request_to_the_last_standby() {
        ScriptedCluster s = ScriptedCluster.switchedOver();

        assertThat(told(s, "req-1"))
                .containsExactly(
                        "SwitchoverRequested",
                        "SwitchoverStarted < SwitchoverRequested",
                        "SwitchoverPrepared of a < SwitchoverStarted",
                        "PrimaryStopOrdered < SwitchoverStarted",
                        "PrimaryStopped of a < PrimaryStopOrdered",
                        "StandbyPledged of b < PrimaryStopOrdered",
                        "PrimaryChosen < PrimaryStopOrdered",
                        "Promoted of b < PrimaryChosen",
                        "StandbyFollowing of a < PrimaryChosen",
                        "StandbyFollowing of c < PrimaryChosen");
    }

    @Test
    void a_failover_that_nobody_asked_for_begins_with_its_opening() {
        ScriptedCluster s = ScriptedCluster.crashed();

        Step opened = steps(s).stream()
                .filter(step -> nameOf(step.record()).equals("FailoverOpened"))
                .findFirst()
                .orElseThrow();

        assertThat(opened.operation()).isEqualTo("decision " + sequenceOf(opened));
        assertThat(told(s, opened.operation()))
                .containsExactly(
                        "FailoverOpened",
                        "StandbyPledged of b < FailoverOpened",
                        "StandbyPledged of c < FailoverOpened",
                        "PrimaryChosen < FailoverOpened",
                        "Promoted of c < PrimaryChosen",
                        "StandbyFollowing of b < PrimaryChosen");
    }

    @Test
    void what_is_stated_again_is_no_second_step() {
        ScriptedCluster s = ScriptedCluster.ofThree();
        List<Step> before = steps(s);
        s.fact(new Fact.StandbyFollowing(node("b"), new Term(1), new TimelineId(1)));
        s.fact(new Fact.Promoted(node("a"), new Term(1), new TimelineId(1), Optional.empty()));
        assertThat(steps(s)).isEqualTo(before);
    }

    @Test
    void data_is_replaced_because_the_primary_has_changed_or_by_a_later_order_to_that_node() {
        ScriptedCluster s = ScriptedCluster.crashed();
        assertThat(nameOf(filling(s, "a").record())).isEqualTo("PrimaryChosen");

        s.request(new Request.RebuildRequested("req-7", new Request.Origin("ada", "a new disk"), node("b")));
        s.pass(60);

        assertThat(nameOf(filling(s, "b").record())).isEqualTo("RebuildOrdered");
        assertThat(nameOf(filling(s, "a").record())).isEqualTo("PrimaryChosen");
    }

    private static Step filling(ScriptedCluster s, String node) {
        Causes causes = new Causes();
        s.history().entries().forEach(e -> causes.read(e.record(), 0));
        return causes.filling(node(node)).orElseThrow();
    }

    private static long sequenceOf(Step step) {
        return step.decision().basis().sequence();
    }

    private static List<Step> steps(ScriptedCluster s) {
        Causes causes = new Causes();
        List<Step> steps = new ArrayList<>();
        for (LogEntry entry : s.history().entries()) {
            if (entry.counts()) {
                causes.read(entry.record(), entry.record().writtenAtMillis()).ifPresent(steps::add);
            }
        }
        return steps;
    }

    private static List<String> told(ScriptedCluster s, String operation) {
        return steps(s).stream()
                .filter(step -> step.operation().equals(operation))
                .map(CausesTest::told)
                .toList();
    }

    private static String told(Step step) {
        String what = step.record().event() instanceof Fact f
                ? nameOf(step.record()) + " of " + f.node()
                : nameOf(step.record());
        return what + step.cause().map(cause -> " < " + nameOf(cause.record())).orElse("");
    }

    private static String nameOf(LogRecord record) {
        return Sentences.nameOf(record.event());
    }
}
