package io.pgprimacy.systemtests.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgprimacy.simulation.plan.FaultKind;
import io.pgprimacy.simulation.plan.PlanText;
import io.pgprimacy.simulation.plan.PlannedFault;
import io.pgprimacy.simulation.plan.Round;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlanTest {
    private static final PlanMaker.Shape SHAPE = new PlanMaker.Shape(3, 3, 2, false);

    private static List<Round> rounds(long seed, int count) {
        PlanMaker maker = new PlanMaker(seed, SHAPE, List.of(FaultKind.values()));
        return IntStream.rangeClosed(1, count).mapToObj(maker::round).toList();
    }

    @Test
    void oneSeedGivesOnePlan() {
        assertThat(rounds(3, 50)).isEqualTo(rounds(3, 50)).isNotEqualTo(rounds(4, 50));
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        List<Round> rounds = rounds(5, 200);

        assertThat(PlanText.read(PlanText.write(rounds))).isEqualTo(rounds);
    }

    @Test
    void inTimeEveryKindHappensAloneAndTogether() {
        List<Round> rounds = rounds(1, 500);

        Set<FaultKind> seen = rounds.stream()
                .flatMap(r -> r.faults().stream())
                .map(PlannedFault::kind)
                .collect(Collectors.toSet());
        assertThat(seen).containsExactlyInAnyOrder(FaultKind.values());
        assertThat(rounds)
                .anyMatch(r -> r.faults().size() == 1)
                .anyMatch(r -> r.faults().size() == 3);
    }

    @Test
    void everyFaultEndsInItsBounds() {
        assertThat(rounds(2, 500))
                .allSatisfy(round -> assertThat(round.faults()).isNotEmpty().allSatisfy(f -> {
                    assertThat(f.lasts())
                            .isBetween(f.kind().shortest(), f.kind().longest());
                    assertThat(round.length()).isGreaterThanOrEqualTo(f.end());
                }));
    }

    @Test
    void inAsynchronousModeSomebodyAlwaysGuards() {
        assertThat(rounds(9, 2_000)).noneMatch(round -> has(round, "guard") && has(round, "agent"));
    }

    private static boolean has(Round round, String what) {
        return round.faults().stream().anyMatch(f -> f.kind().label().endsWith("-" + what));
    }

    @Test
    void aMistypedLineIsRefusedAndQuoted() {
        assertThatThrownBy(() -> PlanText.read("round 1\n freeze everything"))
                .hasMessageContaining("freeze everything");
        assertThatThrownBy(() -> PlanText.read("+1s for 2s melt-host primary")).hasMessageContaining("melt-host");
    }

    @Test
    void remarksAreLeftOut() {
        List<Round> read = PlanText.read("# seed 1\nround 4 # why\n  +0.5s for 2.0s latency all 300 # slow\n");

        assertThat(read)
                .containsExactly(new Round(
                        4,
                        List.of(new PlannedFault(
                                Duration.ofMillis(500),
                                Duration.ofSeconds(2),
                                FaultKind.LATENCY,
                                List.of("all"),
                                300))));
    }
}
