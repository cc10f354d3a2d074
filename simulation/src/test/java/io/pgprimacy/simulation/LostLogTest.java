package io.pgprimacy.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.config.ReplicationMode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Another topic takes the log's name (ADR 0015). */
class LostLogTest {
    private static final int LOSES_A_DECISION = Faults.TO_THE_LAST_DECISION;
    private static final Pattern REMEDY = Pattern.compile("person +(takes|begins|brings) the");

    @ParameterizedTest
    @EnumSource(names = {"LOG_CUT_BACK", "LOG_MADE_ANEW"})
    void nobody_decides_and_the_primary_goes_on_until_a_person_sees_to_it(Fault.Kind kind) {
        for (long seed = 1; seed <= 6; seed++) {
            Simulation.Outcome outcome = run(seed, lost(kind, LOSES_A_DECISION));

            assertThat(outcome.violation()).as("seed " + seed).isEmpty();
            assertThat(betweenLossAndRemedy(outcome))
                    .as("seed " + seed)
                    .isNotEmpty()
                    .noneMatch(l -> l.contains("no longer a running primary"))
                    .noneMatch(l -> l.contains("DECISION"));
        }
    }

    /** What they remember and what the others' heartbeats say keeps those from deciding, and obeying, that have read nothing else. */
    @ParameterizedTest
    @EnumSource(names = {"LOG_CUT_BACK", "LOG_MADE_ANEW", "LOG_RESTORED"})
    void whoever_begins_to_read_it_decides_and_obeys_nothing(Fault.Kind kind) {
        Fault[] faults = {
            lost(kind, kind == Fault.Kind.LOG_RESTORED ? 0 : LOSES_A_DECISION),
            crash(Fault.Kind.KILL_COORDINATOR, "k0"),
            crash(Fault.Kind.KILL_COORDINATOR, "k1"),
            crash(Fault.Kind.KILL_AGENT, "a"),
            crash(Fault.Kind.KILL_AGENT, "b")
        };
        for (long seed = 1; seed <= 6; seed++) {
            Simulation.Outcome outcome = run(seed, faults);

            assertThat(outcome.violation()).as("seed " + seed).isEmpty();
            assertThat(betweenLossAndRemedy(outcome))
                    .as("seed " + seed)
                    .anyMatch(l -> l.contains("thinks N9"))
                    .noneMatch(l -> l.contains("DECISION"))
                    .noneMatch(l -> l.contains("postgres PRIMARY"));
        }
    }

    /** Between them the remedies have been tried. */
    @Test
    void people_bring_it_back_or_begin_anew_or_take_what_lacks_nothing() {
        Set<String> done = LongStream.rangeClosed(1, 12)
                .mapToObj(seed -> run(seed, lost(Fault.Kind.LOG_CUT_BACK, seed % 3 == 0 ? 2 : LOSES_A_DECISION)))
                .peek(outcome -> assertThat(outcome.violation()).isEmpty())
                .flatMap(outcome -> outcome.trace().stream())
                .map(REMEDY::matcher)
                .filter(Matcher::find)
                .map(m -> m.group(1))
                .collect(Collectors.toSet());

        assertThat(done).containsExactlyInAnyOrder("takes", "begins", "brings");
    }

    private static Fault lost(Fault.Kind kind, int number) {
        return new Fault(6 * World.SECOND, kind, "a", false, "a", 2 * World.SECOND, number);
    }

    private static Fault crash(Fault.Kind kind, String who) {
        return new Fault(7 * World.SECOND, kind, who, false, who, 800 * World.MS, 0);
    }

    private static Simulation.Outcome run(long seed, Fault... plan) {
        ReplicationMode mode =
                seed % 2 == 0 ? new ReplicationMode.Asynchronous() : new ReplicationMode.Quorum(1, false);
        return Simulation.run(seed, true, new Seams(), new Scenario.Focus(List.of(), Optional.of(mode), List.of(plan)));
    }

    private static List<String> betweenLossAndRemedy(Simulation.Outcome outcome) {
        return outcome.trace().stream()
                .dropWhile(l -> !l.contains("EXCHANGED"))
                .takeWhile(l -> !REMEDY.matcher(l).find())
                .toList();
    }
}
