package io.pgprimacy.core.cluster;

import io.pgprimacy.core.event.Heartbeat.NodeHeartbeat;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import java.util.List;
import java.util.Optional;

/**
 * A node has read more than this log holds. Every heartbeat lies behind the decisions that its sender had read, so in a log that was
 * neither cut back nor exchanged this cannot be.
 *
 * @param read sequence of the last decision that the node has read
 * @param termSeen highest term that it has seen
 */
public record LostDecisions(NodeId node, long read, Term termSeen) {

    /** Of members only, for a stranger may have read whatever it likes; before there are any, of everybody. */
    static Optional<LostDecisions> of(ClusterState state) {
        List<Node> members = state.members();
        for (Node node : members.isEmpty() ? state.nodes().values() : members) {
            Optional<LostDecisions> lost = node.heartbeat()
                    .filter(h -> h.sequence() > state.sequence() || h.termSeen().isAfter(state.term()))
                    .map(LostDecisions::of);
            if (lost.isPresent()) {
                return lost;
            }
        }
        return Optional.empty();
    }

    private static LostDecisions of(NodeHeartbeat heartbeat) {
        return new LostDecisions(heartbeat.node(), heartbeat.sequence(), heartbeat.termSeen());
    }

    /** @param state whose log it is */
    public String sentence(ClusterState state) {
        return node + " has read decision " + read + " and seen term " + termSeen + ", but this log ends with decision "
                + state.sequence() + " in term " + state.term()
                + ": it was cut back or exchanged, and nothing is decided; see docs/how-to/lost-log.md";
    }
}
