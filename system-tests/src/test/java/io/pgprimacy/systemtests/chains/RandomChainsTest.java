package io.pgprimacy.systemtests.chains;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A short run of a fixed seed; the campaigns of {@code ./dev chains} are told in docs/explanation/measurements.md. */
@Tag("side-by-side")
class RandomChainsTest {
    @Test
    void everyRestoreOfAShortRunIsRight() throws IOException {
        ChainReport.Run run = run(1);
        assertThat(run.wrong()).isEmpty();
        assertThat(run.outcomes()).anyMatch(o -> o.what().startsWith("restore of"));
    }

    @Test
    void oneSeedIsOnePlan() {
        for (long seed = 1; seed <= 200; seed++) {
            ChainPlan plan = ChainPlan.of(seed, 5);
            assertThat(plan).isEqualTo(ChainPlan.of(seed, 5));
            assertThat(plan.goals())
                    .allSatisfy(goal -> assertThat(plan.steps())
                            .anyMatch(step -> step instanceof Step.Mark mark && mark.number() == goal.mark()));
        }
        assertThat(ChainPlan.of(1, 5).steps()).isNotEqualTo(ChainPlan.of(2, 5).steps());
    }

    private static ChainReport.Run run(long seed) throws IOException {
        ChainPlan plan = ChainPlan.of(seed, 2);
        return new ChainReport.Run(plan, ChainRun.run(plan, false));
    }
}
