package io.pgprimacy.core.decide;

import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.cluster.Phase;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Decision.OldDataRemovalOrdered.Kept;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.rule.RuleId;
import java.util.List;
import java.util.Optional;

/**
 * Fires when a person confirms a restore.
 *
 * <p>Evidence: what the nodes have stated that they keep.
 *
 * <p>Safe because a primary serves whose data a person has looked at, and the order names each directory: what the log does not know of, and what is
 * put aside later, is not removed.
 *
 * <p>Otherwise it is refused, and everything is kept: while there is no primary, old data may be what the cluster goes on with.
 */
final class OldDataRules {
    private OldDataRules() {}

    static Verdict confirm(Situation at, Request.RestoreConfirmRequested r) {
        Optional<NodeId> stranger = r.node().filter(n -> at.node(n).isEmpty());
        if (stranger.isPresent()) {
            return FormingRules.refuse(at, r, "there is no node " + stranger.get());
        }
        if (!(at.state().phase() instanceof Phase.Serving) || !at.state().isPromotionConfirmed()) {
            return FormingRules.refuse(
                    at, r, "no primary serves: what was replaced may be needed again; ask when one does");
        }
        List<Node> keepers = at.state().nodes().values().stream()
                .filter(n -> r.node().map(n.id()::equals).orElse(n.isMember()))
                .filter(n -> !n.facts().kept().isEmpty())
                .toList();
        List<Kept> data = keepers.stream().flatMap(n -> unordered(n).stream()).toList();
        if (data.isEmpty()) {
            return FormingRules.refuse(
                    at,
                    r,
                    keepers.isEmpty()
                            ? "nothing is kept of before a restore"
                            : "all that is kept of before a restore is being removed already");
        }
        String because = r.origin().actor() + ": " + r.origin().reason();
        return new Verdict.Append(
                new Decision.OldDataRemovalOrdered(at.basis(RuleId.R4, because, Optional.of(r.id())), data));
    }

    /** What a restore on that node finds beside it; for people, empty where there is nothing. */
    static String beside(Situation at, NodeId id) {
        long restores = at.node(id).map(n -> n.facts().kept().size()).orElse(0);
        return restores == 0
                ? ""
                : ", beside what it keeps of before "
                        + (restores == 1 ? "an earlier restore" : restores + " earlier restores");
    }

    private static List<Kept> unordered(Node node) {
        return node.facts().kept().values().stream()
                .filter(kept -> !node.orders().removals().containsKey(kept.location()))
                .map(kept -> new Kept(node.id(), kept.location(), kept.term(), kept.bytes()))
                .toList();
    }
}
