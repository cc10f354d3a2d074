package io.pgprimacy.core.plan;

import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.event.Fact;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Has PostgreSQL read its configuration again, once for each order.
 *
 * <p>Safe because it comes after all that is more urgent, and what is read again is what was in force, or what a person has written beside it.
 * Nothing of it is remembered: an agent that dies in between does it a second time, which changes nothing.
 */
final class ReloadPlans {
    private static final int ATTEMPTS = 3;

    private ReloadPlans() {}

    /** Of a node that runs and has nothing more urgent to do. */
    static Optional<NodePlan> plan(Self self, LocalMemory memory, List<Fact> facts) {
        return self.node()
                .filter(Node::mustBeReloaded)
                .map(n -> new NodeAction.Reload(n.orders().reload()))
                .map(due -> outcome(self, due)
                        .map(fact -> stated(memory, facts, fact))
                        .orElseGet(() -> new NodePlan(
                                memory, facts, Optional.of(due), "a person asked for a reload of the configuration")));
    }

    private static NodePlan stated(LocalMemory memory, List<Fact> facts, Fact outcome) {
        List<Fact> all = new ArrayList<>(facts);
        all.add(outcome);
        return new NodePlan(memory, all, Optional.empty(), "it states what came of a reload of the configuration");
    }

    private static Optional<Fact> outcome(Self self, NodeAction.Reload due) {
        return self.seen().lastJob().filter(job -> job.job().equals(due)).flatMap(job -> switch (job) {
            case Observation.JobResult.Done d -> d.outcome();
            case Observation.JobResult.Failed f ->
                f.attempt() < ATTEMPTS
                        ? Optional.empty()
                        : Optional.of(new Fact.PostgresReloaded(self.id(), due.ordered(), Optional.of(f.reason())));
        });
    }
}
