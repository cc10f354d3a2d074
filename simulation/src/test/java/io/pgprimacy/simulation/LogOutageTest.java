package io.pgprimacy.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.config.ReplicationMode;
import io.pgprimacy.core.rule.RuleId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The log may be away for as long as it likes, while the members can hear each other (S11). */
class LogOutageTest {
    private static final Fault TEN_MINUTES =
            new Fault(2 * World.SECOND, Fault.Kind.KAFKA_OUTAGE, "a", false, "a", 600 * World.SECOND, 0);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void moves_and_stops_no_primary(long seed) {
        ReplicationMode mode =
                seed % 2 == 0 ? new ReplicationMode.Asynchronous() : new ReplicationMode.Quorum(1, false);

        Simulation.Outcome outcome = run(seed, mode, TEN_MINUTES);

        assertThat(outcome.violation()).isEmpty();
        assertThat(outcome.counters().promotions()).isEqualTo(1);
        assertThat(outcome.decisions()).doesNotContainKeys(RuleId.F1, RuleId.F2, RuleId.F3);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void with_a_member_down_the_primary_stops_and_says_who_did_not_answer(long seed) {
        Fault down = new Fault(2 * World.SECOND, Fault.Kind.LOSE_HOST, "c", false, "c", 60 * World.SECOND, 0);
        Fault outage = new Fault(8 * World.SECOND, Fault.Kind.KAFKA_OUTAGE, "a", false, "a", 40 * World.SECOND, 0);

        Simulation.Outcome outcome = run(seed, new ReplicationMode.Asynchronous(), down, outage);

        assertThat(outcome.violation()).isEmpty();
        assertThat(outcome.decisions()).containsKey(RuleId.F1);
        assertThat(outcome.trace()).anyMatch(line -> line.contains("c did not answer"));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void a_member_that_had_been_down_for_long_does_not_make_it_fatal(long seed) {
        ReplicationMode mode =
                seed % 2 == 0 ? new ReplicationMode.Asynchronous() : new ReplicationMode.Quorum(1, false);
        Fault down = new Fault(2 * World.SECOND, Fault.Kind.LOSE_HOST, "c", false, "c", 200 * World.SECOND, 0);
        Fault outage = new Fault(40 * World.SECOND, Fault.Kind.KAFKA_OUTAGE, "a", false, "a", 120 * World.SECOND, 0);

        Simulation.Outcome outcome = run(seed, mode, down, outage);

        assertThat(outcome.violation()).isEmpty();
        assertThat(outcome.counters().promotions()).isEqualTo(1);
        assertThat(outcome.decisions()).containsKeys(RuleId.M5, RuleId.M6).doesNotContainKey(RuleId.F1);
        assertThat(outcome.trace()).anyMatch(line -> line.contains("LeaseKeptByPromises"));
    }

    private static Simulation.Outcome run(long seed, ReplicationMode mode, Fault... plan) {
        return Simulation.run(seed, true, new Seams(), new Scenario.Focus(List.of(), Optional.of(mode), List.of(plan)));
    }
}
