package io.pgprimacy.core.plan;

import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.id.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/** Shorthands for the plans of one node. */
final class Plans {
    private Plans() {}

    static NodePlan idle(Self self, String because) {
        return new NodePlan(self.memory(), List.of(), Optional.empty(), because);
    }

    static NodePlan act(Self self, NodeAction action, String because) {
        return new NodePlan(self.memory(), List.of(), Optional.of(action), because);
    }

    static NodePlan act(LocalMemory memory, NodeAction action, String because) {
        return new NodePlan(memory, List.of(), Optional.of(action), because);
    }

    static NodePlan state(LocalMemory memory, Fact fact, String because) {
        return new NodePlan(memory, List.of(fact), Optional.empty(), because);
    }

    static NodePlan remember(LocalMemory memory, String because) {
        return new NodePlan(memory, List.of(), Optional.empty(), because);
    }

    /**
     * Starts PostgreSQL as a standby. The guard must not hold a deadline over one, and the cluster's parameters come first: a standby
     * whose max_connections is below the primary's does not start.
     */
    static NodePlan startFenced(Self self, LocalMemory memory, String because) {
        if (self.seen().guardHolds().isPresent()) {
            return act(memory, new NodeAction.DisarmGuard(), because);
        }
        return applyParameters(self, memory, List.of())
                .orElseGet(() -> act(memory, new NodeAction.StartFenced(), because));
    }

    /** Slots, parameters, a reload that a person asked for, and what waits for a restart, on a node that runs and has nothing more urgent to do. */
    static Optional<NodePlan> upkeep(Self self, LocalMemory memory, List<Fact> facts) {
        SortedSet<NodeId> slots = NodePlanner.otherMembers(self);
        if (!self.seen().slots().equals(slots)) {
            return Optional.of(new NodePlan(
                    memory,
                    facts,
                    Optional.of(new NodeAction.EnsureSlots(slots)),
                    "the replication slots are brought up to date"));
        }
        return applyParameters(self, memory, facts)
                .or(() -> ReloadPlans.plan(self, memory, facts))
                .or(() -> restartPending(self, memory, facts));
    }

    static Optional<NodePlan> applyParameters(Self self, LocalMemory memory, List<Fact> facts) {
        return self.state()
                .config()
                .filter(c -> !c.parameters().equals(self.seen().parameters()))
                .map(c -> new NodePlan(
                        memory,
                        facts,
                        Optional.of(new NodeAction.ApplyParameters(c.parameters())),
                        "the cluster's parameters are applied"));
    }

    private static Optional<NodePlan> restartPending(Self self, LocalMemory memory, List<Fact> facts) {
        var seen = self.seen().pendingRestarts();
        boolean stated =
                self.node().map(n -> n.facts().pendingRestarts().equals(seen)).orElse(true);
        if (stated) {
            return Optional.empty();
        }
        List<Fact> all = new ArrayList<>(facts);
        all.add(new Fact.RestartPending(self.id(), seen));
        return Optional.of(new NodePlan(
                memory, all, Optional.empty(), "it states which parameters wait for a restart of PostgreSQL"));
    }

    static <J extends NodeAction> Optional<Observation.JobResult.Failed> failure(Self self, Class<J> kind) {
        return self.seen()
                .lastJob()
                .filter(Observation.JobResult.Failed.class::isInstance)
                .map(Observation.JobResult.Failed.class::cast)
                .filter(f -> kind.isInstance(f.job()));
    }

    static boolean isDone(Self self, NodeAction action) {
        return self.seen()
                .lastJob()
                .map(j -> j instanceof Observation.JobResult.Done && j.job().equals(action))
                .orElse(false);
    }
}
