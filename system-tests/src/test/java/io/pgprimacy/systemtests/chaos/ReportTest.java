package io.pgprimacy.systemtests.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.simulation.plan.FaultKind;
import io.pgprimacy.simulation.plan.PlanText;
import io.pgprimacy.simulation.plan.PlannedFault;
import io.pgprimacy.simulation.plan.Round;
import io.pgprimacy.systemtests.chaos.RoundOutcome.Done;
import io.pgprimacy.systemtests.chaos.history.Violation;
import io.pgprimacy.systemtests.chaos.history.Violation.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    private static final PlannedFault FAULT = new PlannedFault(
            Duration.ofMillis(500), Duration.ofSeconds(2), FaultKind.FREEZE_HOST, List.of("primary"), 0);

    @TempDir
    private Path directory;

    private String report(List<Violation> violations) throws IOException {
        Done done = new Done(FAULT, List.of("pg1"), Duration.ofSeconds(1), Duration.ofSeconds(3), "");
        RoundOutcome outcome = new RoundOutcome(
                new Round(1, List.of(FAULT)),
                List.of(done),
                Duration.ofSeconds(3),
                Optional.of(Duration.ofSeconds(1)),
                Duration.ofMillis(1_700),
                new Events(1, 0, 1, 0, List.of(), List.of("17 PrimaryChosen 100 % sure")),
                List.of(),
                Optional.empty(),
                violations);
        Report.Run run = new Report.Run(
                "--seed 5",
                "2 processors",
                List.of("clock-jump: no libfaketime"),
                Duration.ofMinutes(1),
                500,
                List.of(outcome),
                List.of());
        return Files.readString(Report.write(run, directory));
    }

    @Test
    void tellsWhatWasDoneToWhomAndWhatWasLeftOut() throws IOException {
        assertThat(report(List.of()))
                .contains("no violation", "--seed 5", "freeze-host pg1", "**Left out** clock-jump")
                .contains("| freeze-host (primary) | 1 | 1 | 1 | 1.7 s |");
    }

    @Test
    void aViolationStandsInTheTitleWithItsEvidenceAndTheEvents() throws IOException {
        assertThat(report(List.of(new Violation(Kind.LOST_WRITE, "insert 7 of session 2"))))
                .contains("1 VIOLATION", "an acknowledged write is not there: insert 7 of session 2")
                .contains("17 PrimaryChosen 100 % sure");
    }

    @Test
    void thePlanBesideItCanBeReplayed() throws IOException {
        report(List.of());

        assertThat(PlanText.read(Files.readString(directory.resolve("plan.txt"))))
                .containsExactly(new Round(1, List.of(FAULT)));
    }
}
