package io.pgprimacy.core.plan;

import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.cluster.Phase;
import io.pgprimacy.core.cluster.Restoration;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.StopCause;
import io.pgprimacy.core.id.Term;
import java.util.List;
import java.util.Optional;

/**
 * What the node does whose data is restored.
 *
 * <p>Safe because the term is pledged, so that nothing older is served here again; and the data is marked as unusable before it is exchanged: it may
 * lack commits that this node has confirmed, so it counts in no failover until a decision has made it the cluster's.
 */
final class RestorePlans {
    private static final int ATTEMPTS = 2;

    private RestorePlans() {}

    static NodePlan plan(Self self, Phase.FailingOver phase, Restoration restoration) {
        Term term = phase.term();
        LocalMemory memory = self.memory().withPledged(term);
        if (isRestored(self, term)) {
            return Plans.remember(memory, "its data is restored; the term is awaited");
        }
        NodeAction restore = new NodeAction.Restore(term, restoration.goal());
        NodeAction take = new NodeAction.TakeRestored(term);
        if (Plans.isDone(self, take)) {
            return new NodePlan(memory, outcome(self), Optional.empty(), "its data is restored");
        }
        if (self.node()
                .flatMap(n -> n.facts().restoreFailed())
                .filter(f -> f.term().equals(term))
                .isPresent()) {
            return Plans.remember(memory, "the restore failed; what becomes of the cluster is decided next");
        }
        Optional<String> failed = failure(self, restore).or(() -> failure(self, take));
        if (failed.isPresent()) {
            return Plans.state(
                    memory,
                    new Fact.RestoreFailed(self.id(), term, failed.get()),
                    "the restore failed: " + failed.get());
        }
        if (self.seen().processes()) {
            return Plans.act(memory, new NodeAction.Stop(false, StopCause.REVOKED), "its data is to be restored");
        }
        if (self.seen().guardHolds().isPresent()) {
            return Plans.act(memory, new NodeAction.DisarmGuard(), "no primary runs here");
        }
        if (Plans.isDone(self, restore)
                || Plans.failure(self, NodeAction.TakeRestored.class).isPresent()) {
            LocalMemory marked = memory.unusable().isPresent()
                    ? memory
                    : memory.withUnusable(Optional.of(
                            "it was restored for term " + term + ", and nobody has made that the cluster's data"));
            return Plans.act(marked, take, "what was restored takes the place of its data");
        }
        return Plans.act(
                memory, restore, "its data is restored to " + restoration.goal().target());
    }

    /** A restore that nobody waits for any more keeps this node from everything else. */
    static Optional<NodePlan> giveUp(Self self) {
        return self.seen()
                .job()
                .filter(NodeAction.Restore.class::isInstance)
                .map(job -> Plans.act(
                        self, new NodeAction.Stop(false, StopCause.REVOKED), "the restore is wanted no more"));
    }

    private static Optional<String> failure(Self self, NodeAction job) {
        return Plans.failure(self, job.getClass())
                .filter(f -> f.job().equals(job) && f.attempt() >= ATTEMPTS)
                .map(Observation.JobResult.Failed::reason);
    }

    /** The data was restored for the term that this node was granted: from here on it is the cluster's. */
    static LocalMemory accepted(Self self, Term term) {
        return isRestored(self, term) ? self.memory().mended() : self.memory();
    }

    /** The primary of that term took over by a restore: a person has said which commits are to go. */
    static boolean isByRestore(Self self, StandbyPlans.Upstream upstream) {
        return self.state()
                .node(upstream.grant().node())
                .flatMap(n -> n.restored(upstream.grant().term()))
                .isPresent();
    }

    private static boolean isRestored(Self self, Term term) {
        return self.node().flatMap((Node n) -> n.restored(term)).isPresent();
    }

    private static List<Fact> outcome(Self self) {
        return self
                .seen()
                .lastJob()
                .flatMap(j -> j instanceof Observation.JobResult.Done d ? d.outcome() : Optional.empty())
                .stream()
                .toList();
    }
}
