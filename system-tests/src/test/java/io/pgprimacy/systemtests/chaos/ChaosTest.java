package io.pgprimacy.systemtests.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.simulation.plan.FaultKind;
import io.pgprimacy.systemtests.SandboxUnderTest;
import io.pgprimacy.systemtests.chaos.history.Violation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A short campaign of a fixed seed; the long ones are told in docs/explanation/fault-campaign.md. */
class ChaosTest {
    private static final long SEED = 33;
    private static final Duration NO_ROUND_AFTER = Duration.ofSeconds(80);
    private static final PlanMaker.Shape SHAPE = new PlanMaker.Shape(3, 1, 2, true);

    /** Kept from one run to the next: a promise that was broken once is not mended by a run that kept it. */
    private static List<Violation> brokenBefore = List.of();

    @Test
    void noPromiseIsBrokenInTwoMinutesOfFaults() throws Exception {
        assertThat(brokenBefore).as("in an earlier run of this test").isEmpty();
        Offer offer = Offer.ofThisMachine();
        List<FaultKind> kinds = List.of(FaultKind.values());
        Settings settings = new Settings(SHAPE, "fast", SEED, kinds, false, "--brokers 1 --sync --seed " + SEED);
        Path directory = SandboxUnderTest.HOME.resolve("system-tests/target/chaos/check");

        Report.Run run = CampaignRun.run(
                settings,
                offer,
                Rounds.made(new PlanMaker(SEED, SHAPE, offer.kindsAmong(kinds)), NO_ROUND_AFTER, Integer.MAX_VALUE),
                directory,
                System.err::println);

        brokenBefore = run.violations();
        assertThat(run.violations()).as("see %s", directory).isEmpty();
        assertThat(run.outcomes()).hasSizeGreaterThanOrEqualTo(2);
        assertThat(run.acknowledged()).isGreaterThan(1_000);
    }
}
