package io.pgprimacy.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulation can fail: each rule broken on purpose is found within a bounded number of seeds, by what it is there for. */
class BrokenRulesTest {
    private static final long SEEDS_AT_MOST = 400;

    @ParameterizedTest
    @EnumSource
    void a_broken_rule_is_found(BrokenRule rule) {
        Optional<Simulation.Outcome> found = Optional.empty();
        for (long seed = 1; seed <= SEEDS_AT_MOST && found.isEmpty(); seed++) {
            found = Optional.of(rule.run(seed, false)).filter(o -> isCaught(rule, o));
        }
        assertThat(found).as(rule.sentence()).isPresent();
        Simulation.Outcome intact = rule.runIntact(found.orElseThrow().seed());
        assertThat(Report.of(intact)).as("the same faults without the breakage").contains("all invariants held");
    }

    @Test
    void each_one_is_documented() throws IOException {
        String document = Files.readString(Path.of("../docs/explanation/broken-rules.md"));
        for (BrokenRule rule : BrokenRule.values()) {
            assertThat(document).contains("`" + rule + "`").contains(rule.sentence());
        }
    }

    private static boolean isCaught(BrokenRule rule, Simulation.Outcome outcome) {
        return outcome.violation()
                .filter(Violation.class::isInstance)
                .map(v -> rule.caughtBy().contains(((Violation) v).invariant()))
                .orElse(false);
    }
}
