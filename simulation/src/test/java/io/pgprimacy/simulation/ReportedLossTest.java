package io.pgprimacy.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.config.ReplicationMode;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Both standbys had been suspended when the primary's host was lost. They are members again, but the log cannot tell whether the primary
 * is dead, or goes on without them: a person can (ADR 0014).
 */
class ReportedLossTest {
    private static final long LOST_AT = 15 * World.SECOND;
    private static final long LOST_FOR = 80 * World.SECOND;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void a_true_word_makes_a_member_primary_that_the_log_alone_would_not(long seed) {
        // Said after half of the time.
        Simulation.Outcome outcome =
                run(seed, new Fault(LOST_AT, Fault.Kind.REPORTED_LOSS, "a", false, "b", LOST_FOR, 3));

        assertThat(outcome.violation()).isEmpty();
        assertThat(lines(outcome, "host boots")).isNotEmpty();
        assertThat(firstPromotionAfterTheLoss(outcome))
                .isLessThan(seconds(lines(outcome, "host boots").getFirst()));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void without_it_nobody_is_chosen_before_the_old_primary_has_said_that_it_stopped(long seed) {
        Simulation.Outcome outcome = run(seed, new Fault(LOST_AT, Fault.Kind.LOSE_HOST, "a", false, "b", LOST_FOR, 0));

        assertThat(outcome.violation()).isEmpty();
        assertThat(firstPromotionAfterTheLoss(outcome))
                .isGreaterThan(seconds(lines(outcome, "host boots").getFirst()));
    }

    private static Simulation.Outcome run(long seed, Fault loss) {
        Fault b = new Fault(World.SECOND, Fault.Kind.ISOLATE_HOST, "b", false, "b", LOST_AT, 0);
        Fault c = new Fault(World.SECOND, Fault.Kind.ISOLATE_HOST, "c", false, "c", LOST_AT, 0);
        ReplicationMode mode = new ReplicationMode.Asynchronous();
        return Simulation.run(
                seed, true, new Seams(), new Scenario.Focus(List.of(), Optional.of(mode), List.of(b, c, loss)));
    }

    private static double firstPromotionAfterTheLoss(Simulation.Outcome outcome) {
        double lost = seconds(lines(outcome, "host CRASH").getFirst());
        return lines(outcome, "postgres PRIMARY").stream()
                .mapToDouble(ReportedLossTest::seconds)
                .filter(at -> at > lost)
                .findFirst()
                .orElseThrow();
    }

    private static List<String> lines(Simulation.Outcome outcome, String words) {
        return outcome.trace().stream().filter(l -> l.contains(words)).toList();
    }

    private static double seconds(String line) {
        return Double.parseDouble(line.strip().split("\\s+")[0]);
    }
}
