package io.pgprimacy.core.decide;

import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.rule.RuleId;
import java.util.Optional;

/**
 * Fires when a person has asked for a cluster and its first node has announced itself.
 *
 * <p>Evidence: the node's own announcement: what data it holds, and whether PostgreSQL runs on it.
 *
 * <p>Safe because there is no earlier term to protect, and data is only taken over where the person said so.
 *
 * <p>Otherwise the request is refused, or waits for the node.
 */
final class FormingRules {
    private FormingRules() {}

    static Verdict decide(Situation at) {
        for (Request request : at.state().pending()) {
            if (!(request instanceof Request.ClusterCreationRequested r)) {
                return refuse(at, request, "there is no cluster of this name yet");
            }
            Optional<Fact.NodeJoined> first = at.node(r.first()).flatMap(io.pgprimacy.core.cluster.Node::joined);
            if (first.isPresent()) {
                return create(at, r, first.get());
            }
            return new Verdict.Stay(RuleId.N0, "the first node, " + r.first() + ", has not announced itself yet");
        }
        return new Verdict.Stay(RuleId.N0, "nobody has asked for this cluster yet");
    }

    private static Verdict create(Situation at, Request.ClusterCreationRequested r, Fact.NodeJoined first) {
        boolean hasData = first.systemIdentifier().isPresent();
        if (r.adopt() && !first.runningAsPrimary()) {
            return refuse(
                    at, r, "node " + r.first() + " runs no primary that could be adopted; start its PostgreSQL first");
        }
        if (!r.adopt() && hasData) {
            return refuse(
                    at,
                    r,
                    "the data directory of node " + r.first()
                            + " is not empty; adopt it, or give the node an empty one");
        }
        if (r.adopt() && r.data().isPresent()) {
            return refuse(at, r, "a cluster that adopts a primary is filled with nothing else");
        }
        if (r.data().isPresent() && first.storage().isEmpty()) {
            return refuse(at, r, "node " + r.first() + " has no storage configured, so it cannot restore anything");
        }
        if (r.data().isPresent() && !first.tags().mayBePrimary()) {
            return refuse(at, r, "node " + r.first() + " may not become primary (nofailover)");
        }
        String how = r.data()
                .map(data -> r.first() + " restores " + data)
                .orElse((r.adopt() ? "it takes over the primary that runs on " : "it initialises ") + r.first());
        return new Verdict.Append(new Decision.ClusterCreated(
                at.basis(RuleId.C1, r.origin().actor() + " asked for it; " + how, Optional.of(r.id())),
                r.config(),
                r.first(),
                r.adopt(),
                r.incarnation(),
                r.data()));
    }

    static Verdict refuse(Situation at, Request request, String reason) {
        return new Verdict.Append(
                new Decision.RequestRefused(at.basis(RuleId.A5, reason, Optional.of(request.id())), reason));
    }
}
