package io.pgprimacy.core.decide;

import io.pgprimacy.core.cluster.Membership;
import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.rule.RuleId;
import java.util.Optional;

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
            Optional<String> refusal = refusal(at, joined);
            if (candidate && refusal.isEmpty()) {
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
                String reason = refusal.orElseThrow();
                return new Verdict.Append(new Decision.MemberRefused(
                        at.basis(RuleId.M2, node.id() + " is refused: " + reason), node.id(), reason));
            }
        }
        return new Verdict.Stay(RuleId.N0, "no node asks to join");
    }

    /** Why a node with this data cannot be a member, whoever asks for it; empty where it can. */
    static Optional<String> refusal(Situation at, Fact.NodeJoined joined) {
        boolean fits = joined.systemIdentifier().isEmpty()
                || joined.systemIdentifier().equals(at.state().systemIdentifier());
        if (!fits) {
            return Optional.of("its data has system identifier "
                    + joined.systemIdentifier().map(Object::toString).orElse("none") + ", this cluster has "
                    + at.state().systemIdentifier().map(Object::toString).orElse("none"));
        }
        return joined.runningAsPrimary()
                ? Optional.of("its PostgreSQL runs as a primary of its own")
                : Optional.empty();
    }
}
