package io.pgprimacy.systemtests.chaos;

import io.pgprimacy.simulation.plan.PlannedFault;
import io.pgprimacy.simulation.plan.Round;
import io.pgprimacy.systemtests.chaos.history.Checker.Judgement;
import io.pgprimacy.systemtests.chaos.history.Violation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a round did and what came of it. Moments count from the beginning of the campaign.
 *
 * @param healedAt when the last fault had been undone
 * @param recoveredAfter how long after that everything streamed again; empty when it never did
 * @param longestPause between two acknowledged inserts, from the first fault until it had recovered
 * @param isolations of primaries, for those are what one wants to know the times of
 * @param judgement empty when there was no primary to be asked
 */
record RoundOutcome(
        Round round,
        List<Done> done,
        Duration healedAt,
        Optional<Duration> recoveredAfter,
        Duration longestPause,
        Events events,
        List<Isolation> isolations,
        Optional<Judgement> judgement,
        List<Violation> violations) {

    /**
     * @param whom the roles of the plan as names
     * @param remark what came in the way; empty where nothing did
     */
    record Done(PlannedFault fault, List<String> whom, Duration from, Duration to, String remark) {}

    RoundOutcome {
        done = List.copyOf(done);
        isolations = List.copyOf(isolations);
        violations = List.copyOf(violations);
    }

    boolean isClean() {
        return violations.isEmpty();
    }
}
