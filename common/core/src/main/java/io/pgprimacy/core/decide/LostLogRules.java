package io.pgprimacy.core.decide;

import io.pgprimacy.core.rule.RuleId;
import java.util.Optional;

/**
 * Stops everything over a log that was cut back, restored from an old copy, or made anew.
 *
 * <p>Fires when a member's last heartbeat speaks of a decision or a term that the log does not hold.
 *
 * <p>Evidence: log order alone. Whoever has read a decision appends behind it.
 *
 * <p>Safe because nothing is decided. What was lost may have revoked a term, removed a member or weakened the synchronous set, so
 * whatever else this log says is no ground for a decision, nor for carrying out a request.
 *
 * <p>Otherwise the rules of the phase decide.
 */
final class LostLogRules {
    private LostLogRules() {}

    static Optional<Verdict> decide(Situation at) {
        return at.state().lostDecisions().map(lost -> new Verdict.Stay(RuleId.N9, lost.sentence(at.state())));
    }
}
