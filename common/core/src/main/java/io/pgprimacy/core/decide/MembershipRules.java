package io.pgprimacy.core.decide;

import io.pgprimacy.core.cluster.Membership;
import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.cluster.Phase;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.rule.RuleId;
import java.time.Duration;
import java.util.Optional;

/**
 * Fires when a node has announced itself that is no member; when a member has been silent for long, and when such a one is heard again.
 *
 * <p>Evidence: the system identifier of its data against the cluster's; its silence while the log is live and the primary is heard.
 *
 * <p>Safe because a member without the cluster's data is filled before it counts for anything, and a stranger's data is never
 * touched. A suspended member cannot be chosen, and once it is admitted again not before the old primary knows ({@link Ranking}).
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
            Optional<Verdict> standing = standing(at, node);
            if (standing.isPresent()) {
                return standing.get();
            }
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

    private static Optional<Verdict> standing(Situation at, Node node) {
        if (node.isSuspended()) {
            return node.isBackFromSuspension() && at.evidence().logLive() && !at.isSilent(node.id())
                    ? Optional.of(new Verdict.Append(new Decision.MemberAdmitted(
                            at.basis(RuleId.M6, node.id() + " was suspended, and is heard again"), node.id())))
                    : Optional.empty();
        }
        Duration patience = at.config().suspendAfter();
        boolean absent = node.isMember()
                && patience.isPositive()
                && at.silence(node.id()).compareTo(patience) > 0;
        return absent && servesUnderALiveLog(at, node)
                ? Optional.of(new Verdict.Append(new Decision.MemberSuspended(
                        at.basis(
                                RuleId.M5,
                                node.id() + " has been silent for longer than " + patience.toSeconds() + " s"),
                        node.id())))
                : Optional.empty();
    }

    /** Who else may take over matters to a primary that is well; while that is in doubt nobody is suspended. */
    private static boolean servesUnderALiveLog(Situation at, Node other) {
        return at.state().phase() instanceof Phase.Serving
                && at.state().isPromotionConfirmed()
                && at.evidence().logLive()
                && at.state()
                        .primary()
                        .filter(g -> !g.node().equals(other.id()) && !at.isSilent(g.node()))
                        .isPresent();
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
