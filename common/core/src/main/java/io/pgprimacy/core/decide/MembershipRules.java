package io.pgprimacy.core.decide;

import io.pgprimacy.core.cluster.Membership;
import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.rule.RuleId;

/**
 * Fires when a node has announced itself that is no member.
 *
 * <p>Evidence: the system identifier of its data against the cluster's.
 *
 * <p>Safe because a member without the cluster's data is filled before it counts for anything, and a stranger's data is never
 * touched.
 *
 * <p>Otherwise a node that was removed stays out until a person asks for it; one that was refused may come back with other data.
 */
final class MembershipRules {
    private MembershipRules() {}

    static Verdict decide(Situation at) {
        if (at.state().systemIdentifier().isEmpty()) {
            return new Verdict.Stay(RuleId.N0, "the first node is still being initialised");
        }
        for (Node node : at.state().nodes().values()) {
            if (node.joined().isEmpty()) {
                continue;
            }
            Fact.NodeJoined joined = node.joined().get();
            boolean candidate = node.membership() == Membership.ANNOUNCED || node.membership() == Membership.REFUSED;
            boolean fits = dataFits(at, joined) && !joined.runningAsPrimary();
            if (candidate && fits) {
                return new Verdict.Append(new Decision.MemberAdmitted(
                        at.basis(
                                RuleId.M1,
                                node.id() + " announced itself with "
                                        + (joined.systemIdentifier().isPresent()
                                                ? "this cluster's data"
                                                : "an empty data directory")),
                        node.id()));
            }
            if (node.membership() == Membership.ANNOUNCED) {
                String reason = refusal(at, joined);
                return new Verdict.Append(new Decision.MemberRefused(
                        at.basis(RuleId.M2, node.id() + " is refused: " + reason), node.id(), reason));
            }
        }
        return new Verdict.Stay(RuleId.N0, "no node asks to join");
    }

    private static boolean dataFits(Situation at, Fact.NodeJoined joined) {
        return joined.systemIdentifier().isEmpty()
                || joined.systemIdentifier().equals(at.state().systemIdentifier());
    }

    private static String refusal(Situation at, Fact.NodeJoined joined) {
        if (!dataFits(at, joined)) {
            return "its data has system identifier "
                    + joined.systemIdentifier().map(Object::toString).orElse("none") + ", this cluster has "
                    + at.state().systemIdentifier().map(Object::toString).orElse("none");
        }
        return "its PostgreSQL runs as a primary of its own";
    }
}
