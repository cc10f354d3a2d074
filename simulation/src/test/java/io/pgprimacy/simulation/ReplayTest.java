package io.pgprimacy.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.simulation.plan.FaultKind;
import io.pgprimacy.simulation.plan.PlanText;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One vocabulary of faults, and plans of the fault campaign in the simulation. */
class ReplayTest {
    private static final String PLAN = """
            round 3 # as a report has it
              +0.5s for 3.5s freeze-host primary
              +0.6s for 6.0s kafka-outage
              +1.0s for 5.0s kill-guard standby-1
              +4.2s for 3.5s cut-link standby-1 standby-2
            round 4
              +0.5s for 2.0s no-coordinators
              +0.5s for 4.0s latency all 150
              +1.0s for 3.0s isolate-coordinator coordinator-2
              +2.0s for 0.5s switchover
            round 5
              +0.5s for 3.0s cut-from-peers primary
              +1.5s for 4.0s cut-incoming standby-2
              +6.0s for 4.0s cut-outgoing pg1
              +7.0s for 6.0s lose-host pg3
            """;

    @Test
    void what_both_sides_have_has_one_name_and_the_rest_a_reason() {
        Set<String> real = names(FaultKind.values());
        Set<String> simulated = names(Fault.Kind.values());

        assertThat(without(real, simulated)).isEqualTo(names(Replay.NOT_SIMULATED.keySet()));
        assertThat(without(simulated, real)).isEqualTo(names(Replay.SIMULATED_ONLY.keySet()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_plan_is_carried_out_round_by_round(boolean synchronous) {
        Replay replay = new Replay(PlanText.read(PLAN));
        Map<Fault.Kind, Integer> once = new EnumMap<>(Fault.Kind.class);
        for (Fault.Kind kind : List.of(
                Fault.Kind.FREEZE_HOST,
                Fault.Kind.KAFKA_OUTAGE,
                Fault.Kind.CUT_LINK,
                Fault.Kind.NO_COORDINATORS,
                Fault.Kind.ISOLATE_COORDINATOR,
                Fault.Kind.SWITCHOVER,
                Fault.Kind.CUT_FROM_PEERS,
                Fault.Kind.CUT_INCOMING,
                Fault.Kind.CUT_OUTGOING,
                Fault.Kind.LOSE_HOST)) {
            once.put(kind, 1);
        }
        once.put(Fault.Kind.LATENCY, 3);

        for (long seed = 1; seed <= 5; seed++) {
            Simulation.Outcome outcome = Simulation.run(seed, true, new Seams(), replay.scenario(synchronous));

            assertThat(Report.of(outcome)).contains("all invariants held");
            assertThat(outcome.faults()).isEqualTo(once);
            assertThat(outcome.trace().stream().filter(l -> l.contains("the next round begins")))
                    .hasSize(2);
        }
    }

    @Test
    void roles_are_those_of_the_moment_and_names_are_names() {
        String afterASwitchover = """
                round 1
                  +0.5s for 0.5s switchover
                round 2
                  +0.5s for 1.0s kill-postgres primary
                  +0.5s for 1.0s freeze-agent pg2
                """;

        Simulation.Outcome outcome =
                Simulation.run(1, true, new Seams(), new Replay(PlanText.read(afterASwitchover)).scenario(false));

        assertThat(outcome.violation()).isEmpty();
        assertThat(outcome.trace())
                .anyMatch(l -> l.matches(".*FAULT +KILL_POSTGRES [bc] .*"))
                .anyMatch(l -> l.matches(".*FAULT +FREEZE_AGENT b .*"));
    }

    @Test
    void what_is_left_out_is_said() {
        assertThat(new Replay(PlanText.read(PLAN)).leftOut())
                .singleElement()
                .asString()
                .startsWith("kill-guard: ");
    }

    private static Set<String> without(Set<String> all, Set<String> others) {
        Set<String> rest = new TreeSet<>(all);
        rest.removeAll(others);
        return rest;
    }

    private static Set<String> names(Enum<?>... values) {
        return names(Arrays.asList(values));
    }

    private static Set<String> names(Iterable<? extends Enum<?>> values) {
        Set<String> names = new TreeSet<>();
        values.forEach(v -> names.add(v.name()));
        return names;
    }
}
