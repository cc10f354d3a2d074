package io.pgprimacy.systemtests.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.simulation.plan.FaultKind;
import io.pgprimacy.simulation.plan.PlannedFault;
import io.pgprimacy.systemtests.chaos.RoundOutcome.Done;
import io.pgprimacy.systemtests.chaos.history.Op;
import io.pgprimacy.systemtests.chaos.history.Op.Outcome;
import io.pgprimacy.systemtests.chaos.history.Op.Position;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IsolationTest {
    private static Op write(String node, long second) {
        long nanos = Duration.ofSeconds(second).toNanos();
        return new Op(
                Op.Type.INSERT,
                1,
                0,
                (int) second,
                nanos - 1,
                nanos,
                Outcome.ACKNOWLEDGED,
                node,
                Position.NONE,
                List.of());
    }

    private static Done cut(String node, long from, long to) {
        PlannedFault fault = new PlannedFault(
                Duration.ZERO, Duration.ofSeconds(to - from), FaultKind.ISOLATE_HOST, List.of("primary"), 0);
        return new Done(fault, List.of(node), Duration.ofSeconds(from), Duration.ofSeconds(to), "");
    }

    @Test
    void tellsWhenTheOldPrimaryStoppedAndTheNewOneBegan() {
        List<Op> ops = List.of(write("a", 9), write("a", 12), write("b", 14), write("b", 30));

        assertThat(Isolation.among(List.of(cut("a", 10, 25)), ops))
                .containsExactly(new Isolation("a", Duration.ofSeconds(2), Optional.of(Duration.ofSeconds(4))));
    }

    @Test
    void aStandbyIsNoIsolatedPrimary() {
        assertThat(Isolation.among(List.of(cut("b", 10, 25)), List.of(write("a", 9), write("a", 12))))
                .isEmpty();
    }
}
