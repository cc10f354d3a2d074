package io.pgprimacy.core.decide;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.cluster.Phase;
import io.pgprimacy.core.event.Evidence;
import io.pgprimacy.core.rule.RuleId;

/**
 * The coordinator's mind: one decision at a time, from the folded log and the evidence alone. The same inputs give the same
 * verdict on every coordinator, today and when an auditor asks again.
 */
public final class ClusterDecider {
    private ClusterDecider() {}

    public static Verdict decide(ClusterState state, Evidence evidence, String coordinator) {
        Situation at = new Situation(state, evidence, coordinator);
        return LostLogRules.decide(at).orElseGet(() -> decide(at));
    }

    private static Verdict decide(Situation at) {
        ClusterState state = at.state();
        Verdict urgent =
                switch (state.phase()) {
                    case Phase.Forming f -> FormingRules.decide(at);
                    case Phase.Founding f -> FoundingRules.decide(at, f);
                    case Phase.Serving s -> ServingRules.decide(at);
                    case Phase.SwitchingOver s -> SwitchoverRules.decide(at, s);
                    case Phase.FailingOver f -> FailoverRules.decide(at, f);
                };
        if (urgent instanceof Verdict.Append || isBeforeTheFirstPrimary(state)) {
            return urgent;
        }
        Verdict requested = RequestRules.decide(at);
        if (requested instanceof Verdict.Append) {
            return requested;
        }
        Verdict membership = MembershipRules.decide(at);
        if (membership instanceof Verdict.Append) {
            return membership;
        }
        Verdict sync = SyncRules.decide(at);
        if (sync instanceof Verdict.Append) {
            return sync;
        }
        if (!isQuiet(state, urgent)) {
            return urgent;
        }
        Verdict backup = BackupRules.decide(at);
        if (backup instanceof Verdict.Append) {
            return backup;
        }
        Verdict drill = DrillRules.decide(at);
        if (drill instanceof Verdict.Append) {
            return drill;
        }
        Verdict retention = RetentionRules.decide(at);
        return retention instanceof Verdict.Append ? retention : urgent;
    }

    private static boolean isBeforeTheFirstPrimary(ClusterState state) {
        return state.phase() instanceof Phase.Forming || state.phase() instanceof Phase.Founding;
    }

    /** A decision that is on its way into the log keeps others waiting; one about a backup, a drill or retention must keep nothing else waiting. */
    private static boolean isQuiet(ClusterState state, Verdict urgent) {
        return state.phase() instanceof Phase.Serving && urgent.rule() == RuleId.N0;
    }
}
