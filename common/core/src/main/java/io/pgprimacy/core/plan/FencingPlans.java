package io.pgprimacy.core.plan;

import io.pgprimacy.core.cluster.Grant;
import io.pgprimacy.core.cluster.Phase;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.StopCause;
import io.pgprimacy.core.id.Term;
import java.util.List;
import java.util.Optional;

/**
 * Fires when PostgreSQL may be accepting writes here without the right to, or has stopped doing so.
 *
 * <p>Evidence: the durable memory of the term under which it was let accept writes, the grant in force, the lease.
 *
 * <p>Safe because stopping needs nobody's leave, and the statement that it stopped is made only when no process is left and the
 * term is durably given up.
 *
 * <p>Otherwise the other plans have the word.
 */
final class FencingPlans {
    private FencingPlans() {}

    static Optional<NodePlan> plan(Self self) {
        if (!self.memory().mayBePrimary()) {
            return restate(self);
        }
        Term term = self.memory().primaryOf();
        boolean granted = self.state().isPrimary(self.id(), term);
        if (self.seen().processes()) {
            return granted ? fenceAtDeadline(self, term) : Optional.of(fenceRevoked(self));
        }
        if (granted && self.state().paused()) {
            return Optional.of(Plans.idle(self, "PostgreSQL is stopped; automation is paused"));
        }
        if (self.seen().job().map(NodeAction.Promote.class::isInstance).orElse(false)) {
            return Optional.empty();
        }
        if (self.seen().job().map(NodeAction.Stop.class::isInstance).orElse(false)) {
            // It was told to stop; said before that job has ended, it would look like a crash.
            return Optional.of(Plans.idle(self, "PostgreSQL is stopping"));
        }
        LocalMemory given = self.memory().withRelinquished(term);
        return Optional.of(
                Plans.state(given, stopped(self, term), "PostgreSQL has stopped; term " + term + " is given up"));
    }

    private static Optional<NodePlan> fenceAtDeadline(Self self, Term term) {
        boolean due = self.lease()
                .heldFor(term)
                .map(held -> self.now().compareTo(held.agentFencesAt()) >= 0)
                .orElse(false);
        return due
                ? Optional.of(Plans.act(
                        self,
                        new NodeAction.Stop(true, StopCause.LEASE_NOT_RENEWED),
                        "the lease could not be renewed in time"))
                : Optional.empty();
    }

    /** A switchover's stop may take its time within the lease, so that all WAL reaches the target. */
    private static NodePlan fenceRevoked(Self self) {
        boolean handsOver = self.state().phase() instanceof Phase.SwitchingOver s
                && s.stopping()
                && s.from().equals(self.id())
                && self.lease().allowsWrites(self.memory().primaryOf(), self.now());
        return handsOver
                ? Plans.act(self, new NodeAction.Stop(false, StopCause.SWITCHOVER), "this node hands over")
                : Plans.act(
                        self,
                        new NodeAction.Stop(true, StopCause.REVOKED),
                        "term " + self.memory().primaryOf() + " was revoked");
    }

    /** An agent that died between giving up a term and having that in the log says it again. */
    private static Optional<NodePlan> restate(Self self) {
        Term given = self.memory().relinquished();
        boolean mine = self.state().lastGrant().equals(Optional.of(new Grant(given, self.id())));
        boolean stated = self.node().map(n -> n.hasStoppedAsPrimaryOf(given)).orElse(false);
        if (!mine || stated) {
            return Optional.empty();
        }
        return Optional.of(new NodePlan(
                self.memory(), List.of(stopped(self, given)), Optional.empty(), "term " + given + " was given up"));
    }

    private static Fact.PrimaryStopped stopped(Self self, Term term) {
        StopCause cause = self.seen()
                .lastJob()
                .map(Observation.JobResult::job)
                .filter(NodeAction.Stop.class::isInstance)
                .map(j -> ((NodeAction.Stop) j).cause())
                .orElseGet(() -> crashedOrKilled(self));
        return new Fact.PrimaryStopped(
                self.id(),
                term,
                self.seen().processes() ? Optional.empty() : self.seen().shutdownCheckpoint(),
                self.seen().lastFlushed(),
                cause,
                cause == StopCause.LEASE_NOT_RENEWED ? self.promises() : "");
    }

    private static StopCause crashedOrKilled(Self self) {
        boolean deadlinePassed =
                self.seen().guardHolds().map(d -> self.now().compareTo(d) > 0).orElse(false);
        if (deadlinePassed) {
            return StopCause.KILLED_BY_GUARD;
        }
        return self.seen().lastFlushed().isPresent() ? StopCause.CRASHED : StopCause.FOUND_STOPPED;
    }
}
