package io.pgprimacy.systemtests.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.simulation.plan.FaultKind;
import io.pgprimacy.simulation.plan.PlannedFault;
import io.pgprimacy.simulation.plan.Round;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShrinkerTest {
    private static final int MANY = 1_000;

    private int tries;

    /** Rounds of three faults each, told apart by their amount. */
    private static List<Round> plan(int rounds) {
        return IntStream.range(0, rounds)
                .mapToObj(r -> new Round(
                        r + 1,
                        IntStream.rangeClosed(1, 3)
                                .mapToObj(f -> fault(r * 3 + f))
                                .toList()))
                .toList();
    }

    private static PlannedFault fault(int amount) {
        return new PlannedFault(
                Duration.ofSeconds(amount),
                Duration.ofSeconds(1),
                FaultKind.LATENCY,
                List.of(PlannedFault.ALL),
                amount);
    }

    private static Set<Integer> amounts(List<Round> plan) {
        return plan.stream()
                .flatMap(r -> r.faults().stream())
                .map(PlannedFault::amount)
                .collect(Collectors.toSet());
    }

    private List<Round> shrink(List<Round> plan, Set<Integer> cause, int mostTries) throws Exception {
        return new Shrinker(
                        candidate -> {
                            tries++;
                            return amounts(candidate).containsAll(cause);
                        },
                        mostTries)
                .shrink(plan);
    }

    @Test
    void oneCauseIsAllThatIsLeft() throws Exception {
        assertThat(shrink(plan(20), Set.of(17), MANY)).containsExactly(new Round(6, List.of(fault(17))));
    }

    @Test
    void twoCausesFarApartAreBothKept() throws Exception {
        assertThat(amounts(shrink(plan(20), Set.of(2, 55), MANY))).containsExactlyInAnyOrder(2, 55);
    }

    @Test
    void whatDoesNotFailInPartsStaysWhole() throws Exception {
        List<Round> plan = plan(2);

        assertThat(shrink(plan, amounts(plan), MANY)).isEqualTo(plan);
    }

    @Test
    void triesAreBounded() throws Exception {
        shrink(plan(40), Set.of(1, 60, 120), 7);

        assertThat(tries).isEqualTo(7);
    }

    @Test
    void everythingThatWasTriedIsAPlan() throws Exception {
        List<Round> seen = new ArrayList<>();
        new Shrinker(
                        candidate -> {
                            seen.addAll(candidate);
                            return amounts(candidate).contains(5);
                        },
                        MANY)
                .shrink(plan(5));

        assertThat(seen)
                .isNotEmpty()
                .allSatisfy(round -> assertThat(round.faults()).isNotEmpty());
    }
}
