package io.pgprimacy.core.decide;

import io.pgprimacy.core.cluster.Grant;
import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.cluster.Phase;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Evidence;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.postgres.WalPosition;
import io.pgprimacy.core.rule.RuleId;
import java.util.Optional;

/** Opens failovers, and holds automatic ones back where S8 says so. */
final class Openings {
    /** Below this many clusters a share says nothing. */
    private static final int BRAKE_FROM_CLUSTERS = 5;

    private static final double BRAKE_SHARE = 0.3;

    private Openings() {}

    /** An automatic failover on the primary's own word: nothing about the rest of the fleet can make that untrue. */
    static Verdict automaticFirstHand(Situation at, RuleId rule, String because) {
        return heldBack(at).orElseGet(() -> open(at, rule, because, Optional.empty()));
    }

    /** An automatic failover on observation: subject to the brake over all clusters as well. */
    static Verdict automaticObserved(Situation at, RuleId rule, String because) {
        Evidence.Fleet fleet = at.evidence().suspectClusters();
        if (fleet.of() >= BRAKE_FROM_CLUSTERS && fleet.suspect() > fleet.of() * BRAKE_SHARE) {
            return new Verdict.Stay(
                    RuleId.B2,
                    fleet.suspect() + " of " + fleet.of()
                            + " clusters have a suspect primary at once; a person must look at what they share");
        }
        return automaticFirstHand(at, rule, because);
    }

    static Optional<Verdict> heldBack(Situation at) {
        if (at.state().paused()) {
            return Optional.of(new Verdict.Stay(RuleId.N3, "automation is paused; resume it, or fail over by hand"));
        }
        long since = at.evidence().decidedAtMillis()
                - at.config().automaticFailoverWindow().toMillis();
        long recent =
                at.state().automaticFailovers().stream().filter(t -> t >= since).count();
        if (at.state().halted()) {
            return Optional.of(new Verdict.Stay(
                    RuleId.B1,
                    "automatic failovers are halted until a person allows them again, or fails over by hand"));
        }
        if (recent >= at.config().automaticFailoverLimit()) {
            String because = recent + " automatic failovers within "
                    + at.config().automaticFailoverWindow().toMinutes() + " minutes; the limit is "
                    + at.config().automaticFailoverLimit();
            return Optional.of(
                    new Verdict.Append(new Decision.AutomationHalted(at.basis(RuleId.B1, because), (int) recent)));
        }
        return Optional.empty();
    }

    /** {@code request} is empty for an automatic failover. */
    static Verdict open(Situation at, RuleId rule, String because, Optional<Request.FailoverRequested> request) {
        Grant old = at.state().lastGrant().orElseThrow();
        // Automation must not undo a restore that a person asked for, and whose node has not come to serve yet.
        Optional<Grant> restoring = RestoreRules.restoring(at, old);
        return new Verdict.Append(new Decision.FailoverOpened(
                at.basis(rule, because, request.map(Request.FailoverRequested::id)),
                at.state().term().next(),
                old.node(),
                lastKnown(at, old),
                request.isEmpty(),
                request.isPresent() ? request.flatMap(Request.FailoverRequested::to) : restoring.map(Grant::node),
                request.map(Request.FailoverRequested::allowDataLoss).orElse(restoring.isPresent()),
                request.map(Request.FailoverRequested::oldPrimaryIsDown).orElse(false)));
    }

    /** Of the position that the stopped primary stated and the one of a failover that is open already, whichever is there. */
    static Optional<WalPosition> lastKnown(Situation at, Grant old) {
        Optional<Node> node = at.node(old.node());
        Optional<WalPosition> stated = node.flatMap(Node::stopped)
                .filter(s -> s.term().equals(old.term()))
                .flatMap(Fact.PrimaryStopped::lastSeen);
        Optional<WalPosition> reopened =
                at.state().phase() instanceof Phase.FailingOver f ? f.lastKnown() : Optional.empty();
        return stated.or(() -> reopened).or(() -> node.flatMap(Node::position));
    }
}
