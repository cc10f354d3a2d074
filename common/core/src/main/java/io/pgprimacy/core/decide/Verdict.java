package io.pgprimacy.core.decide;

import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.rule.RuleId;

/** What a coordinator should do now; always with the rule and the reason. */
public sealed interface Verdict {
    RuleId rule();

    String because();

    /** Nothing, and why: the question that operators ask most. */
    record Stay(RuleId rule, String because) implements Verdict {}

    /** Append this decision, and act on it only after reading it back. */
    record Append(Decision decision) implements Verdict {
        @Override
        public RuleId rule() {
            return decision.basis().rule();
        }

        @Override
        public String because() {
            return decision.basis().because();
        }
    }
}
