package io.pgprimacy.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.config.ReplicationMode;
import io.pgprimacy.core.rule.RuleId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All coordinators are away for an hour, dead or frozen. */
class CoordinatorsAwayTest {
    private static final long HOUR = 3600 * World.SECOND;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void leases_go_on_and_nothing_is_decided(long seed) {
        Simulation.Outcome outcome = run(seed, away("k0", seed), away("k1", seed));

        assertThat(outcome.violation()).isEmpty();
        assertThat(outcome.simulatedNanos()).isGreaterThan(HOUR);
        assertThat(outcome.counters().promotions()).isEqualTo(1);
        assertThat(outcome.decisions()).doesNotContainKeys(RuleId.F1, RuleId.F2, RuleId.F3);
    }

    /** What was, an hour ago, would have called for a failover. */
    @ParameterizedTest
    @ValueSource(longs = {5, 6, 7, 8})
    void a_silence_that_is_over_when_they_return_counts_for_nothing(long seed) {
        Fault cut = new Fault(
                2 * World.SECOND + HOUR / 2, Fault.Kind.CUT_FROM_KAFKA, "a", false, "a", 20 * World.SECOND, 2);

        Simulation.Outcome outcome = run(seed, away("k0", seed), away("k1", seed), cut);

        assertThat(outcome.violation()).isEmpty();
        assertThat(outcome.counters().promotions()).isEqualTo(1);
        assertThat(outcome.decisions()).doesNotContainKeys(RuleId.F1, RuleId.F2, RuleId.F3);
    }

    private static Fault away(String coordinator, long seed) {
        Fault.Kind kind = seed % 2 == 0 ? Fault.Kind.FREEZE_COORDINATOR : Fault.Kind.KILL_COORDINATOR;
        return new Fault(2 * World.SECOND, kind, coordinator, false, coordinator, HOUR, 0);
    }

    private static Simulation.Outcome run(long seed, Fault... plan) {
        ReplicationMode mode =
                seed % 3 == 0 ? new ReplicationMode.Quorum(1, false) : new ReplicationMode.Asynchronous();
        return Simulation.run(
                seed, false, new Seams(), new Scenario.Focus(List.of(), Optional.of(mode), List.of(plan)));
    }
}
