package io.pgprimacy.core.plan;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.cluster.Grant;
import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.lease.LeaseKeeper;
import io.pgprimacy.core.postgres.TimelineHistory;
import java.time.Duration;
import java.util.Optional;

/**
 * One node's standpoint: committed state, its own memory and lease, what it sees, and the time.
 *
 * @param promises what the other members answered last when this node asked for promises; empty where it did not
 * @param phaseAge since this node read the decision that began the present phase
 */
record Self(
        NodeId id,
        ClusterState state,
        LocalMemory memory,
        LeaseKeeper lease,
        String promises,
        Observation seen,
        Duration now,
        Duration phaseAge) {

    boolean isMember() {
        return node().map(Node::isMember).orElse(false);
    }

    Optional<Node> node() {
        return state.node(id);
    }

    /** What the log knows of timelines, and this node's own history files: a promotion may not have reached the log. */
    TimelineHistory history() {
        TimelineHistory known = state.history();
        for (TimelineHistory.Switch own : seen.switches()) {
            if (known.bornAs(own.timeline()).isEmpty()) {
                known = known.with(own);
            }
        }
        return known;
    }

    /** The grant in force, if it is this node's. */
    Optional<Grant> ownGrant() {
        return state.primary().filter(g -> g.node().equals(id));
    }
}
