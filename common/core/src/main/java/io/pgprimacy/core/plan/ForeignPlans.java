package io.pgprimacy.core.plan;

import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.cluster.Phase;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.postgres.SystemIdentifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Fires when a member's data directory holds the data of another cluster: a volume mounted in the wrong place, for instance.
 *
 * <p>Evidence: the system identifier of the data against the cluster's.
 *
 * <p>Safe because such data is neither started nor stopped nor overwritten, and a pledge without a position never makes the node a
 * candidate; PostgreSQL itself refuses to stream between two system identifiers, so there is no receiver to cut.
 *
 * <p>Otherwise, and as soon as that data has been moved away, the other plans have the word.
 */
final class ForeignPlans {
    private ForeignPlans() {}

    static Optional<NodePlan> plan(Self self) {
        Optional<SystemIdentifier> own = self.seen().systemIdentifier();
        Optional<SystemIdentifier> clusters = self.state().systemIdentifier();
        boolean foreign = own.isPresent() && clusters.isPresent() && !own.equals(clusters);
        if (!foreign) {
            return Optional.empty();
        }
        String reason = "its data has system identifier " + own.get() + ", this cluster has " + clusters.get();
        List<Fact> facts = new ArrayList<>();
        boolean stated = self.node()
                .flatMap(Node::standingQuarantine)
                .map(q -> q.reason().equals(reason))
                .orElse(false);
        if (!stated) {
            facts.add(new Fact.NodeQuarantined(
                    self.id(),
                    self.state().term(),
                    reason,
                    "move that data away; the node then fills its directory from the primary"));
        }
        LocalMemory memory = self.memory();
        if (self.state().phase() instanceof Phase.FailingOver f) {
            memory = memory.withPledged(f.term());
            Fact.StandbyPledged pledge = new Fact.StandbyPledged(self.id(), f.term(), Optional.empty(), List.of());
            if (!self.node().flatMap(Node::pledge).equals(Optional.of(pledge))) {
                facts.add(pledge);
            }
        }
        return Optional.of(new NodePlan(memory, facts, Optional.empty(), reason));
    }
}
