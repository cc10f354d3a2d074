package io.pgprimacy.core.plan;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.cluster.Phase;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.event.StopCause;
import io.pgprimacy.core.event.SyncStandbys;
import io.pgprimacy.core.id.Term;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the node does that was granted the newest term.
 *
 * <p>Safe because PostgreSQL is let accept writes only under a lease that was read back and with the guard holding its deadline
 * (S5, S6), and the term is durable before the promotion: an agent that dies in between still knows what it let loose.
 */
final class PrimaryPlans {
    private static final int PROMOTION_ATTEMPTS = 3;

    private PrimaryPlans() {}

    static NodePlan plan(Self self) {
        Term term = self.state().term();
        boolean let = self.memory().primaryOf().equals(term);
        return switch (self.seen().view()) {
            case PostgresView.Primary p ->
                let || isAdopted(self) ? serve(self, p, term) : StandbyPlans.stopUngranted(self.memory());
            case PostgresView.Standby s -> promote(self, term);
            case PostgresView.Empty e ->
                isFirst(self)
                        ? Plans.act(self, new NodeAction.Initialise(), "the first node is initialised")
                        : Plans.idle(self, "the data directory is empty");
            case PostgresView.Stopped s -> start(self);
            case PostgresView.Starting s -> Plans.idle(self, "PostgreSQL is starting");
            case PostgresView.Unresponsive u -> Plans.idle(self, "PostgreSQL does not answer");
        };
    }

    private static boolean isAdopted(Self self) {
        return self.state().grants().size() == 1 && self.state().origin().isEmpty();
    }

    /** Data that was restored and is gone again is not replaced by an empty database. */
    private static boolean isFirst(Self self) {
        return self.state().grants().size() == 1
                && self.state().origin().isEmpty()
                && self.state().systemIdentifier().isEmpty();
    }

    /** The guard kills whatever runs beyond its deadline, and comes to hold a later one once the lease has been read back. */
    private static NodePlan start(Self self) {
        boolean wouldBeKilled =
                self.seen().guardHolds().map(d -> d.compareTo(self.now()) <= 0).orElse(false);
        if (wouldBeKilled) {
            return Plans.idle(self, "the guard's deadline has passed, and the lease has not been read back since");
        }
        return Plans.applyParameters(self, self.memory(), List.of())
                .orElseGet(() -> Plans.act(
                        self, new NodeAction.StartFenced(), "PostgreSQL is started as a standby, to be promoted"));
    }

    private static NodePlan promote(Self self, Term term) {
        Optional<String> obstacle = lostDecisions(self).or(() -> promise(self));
        if (obstacle.isPresent()) {
            return Plans.idle(self, obstacle.get());
        }
        if (!self.lease().allowsWrites(term, self.now())) {
            return Plans.idle(self, "the lease of term " + term + " has not been read back yet");
        }
        boolean guarded =
                self.seen().guardHolds().map(d -> d.compareTo(self.now()) > 0).orElse(false);
        if (!guarded) {
            return Plans.idle(self, "the guard does not hold a deadline yet");
        }
        Optional<Observation.JobResult.Failed> failed = Plans.failure(self, NodeAction.Promote.class);
        if (failed.isPresent() && failed.get().attempt() >= PROMOTION_ATTEMPTS) {
            return Plans.act(
                    self.memory().withPrimaryOf(term),
                    new NodeAction.Stop(true, StopCause.CRASHED),
                    "the promotion failed " + failed.get().attempt() + " times: "
                            + failed.get().reason());
        }
        ClusterState state = self.state();
        return Plans.act(
                self.memory().withPrimaryOf(term),
                new NodeAction.Promote(term, state.unusedTimeline(), state.sync(), state.syncSequence()),
                "this node becomes primary of term " + term);
    }

    /**
     * A grant may be one that a log lost to which it was sent, and that landed late in what has replaced it: in the place of another decision, which
     * others have read. Nobody else would decide by such a log.
     */
    private static Optional<String> lostDecisions(Self self) {
        return self.state().lostDecisions().map(lost -> lost.sentence(self.state()));
    }

    /** S11: waited out even where a decision names this node, unless whoever it was given to has stopped. */
    private static Optional<String> promise(Self self) {
        return self.memory()
                .promise()
                .filter(p -> self.now().compareTo(p.until()) < 0)
                .filter(p -> !self.state()
                        .node(p.to())
                        .map(n -> n.hasStoppedAsPrimaryOf(p.term()))
                        .orElse(false))
                .map(p -> "it has promised " + p.to() + ", primary of term " + p.term() + ", to stand back for another "
                        + p.until().minus(self.now()).toMillis() + " ms");
    }

    private static NodePlan serve(Self self, PostgresView.Primary view, Term term) {
        LocalMemory memory = self.memory().withPrimaryOf(term);
        List<Fact> facts = new ArrayList<>();
        if (self.state().systemIdentifier().isEmpty()
                && self.seen().systemIdentifier().isPresent()) {
            facts.add(new Fact.ClusterInitialized(
                    self.id(), self.seen().systemIdentifier().get()));
        }
        if (!self.state().isPromotionConfirmed()) {
            facts.add(promoted(self, view, term));
        }
        if (isNewSetEnforced(self, view)) {
            facts.add(new Fact.SyncStandbysApplied(self.id(), term, self.state().syncSequence()));
        }
        Optional<NodeAction> action = dueAction(self, facts);
        if (action.isPresent()) {
            return new NodePlan(memory, facts, action, "the primary carries out what was decided");
        }
        return Plans.upkeep(self, memory, facts)
                .orElseGet(() -> new NodePlan(memory, facts, Optional.empty(), "this node is primary of term " + term));
    }

    private static Fact.Promoted promoted(Self self, PostgresView.Primary view, Term term) {
        return new Fact.Promoted(
                self.id(),
                term,
                view.timeline(),
                self.seen().switches().stream()
                        .filter(s -> s.timeline().equals(view.timeline()))
                        .findFirst());
    }

    private static Optional<NodeAction> dueAction(Self self, List<Fact> facts) {
        ClusterState state = self.state();
        long applied =
                self.seen().syncApplied().map(Observation.AppliedSync::sequence).orElse(-1L);
        if (applied < state.syncSequence()) {
            return Optional.of(new NodeAction.ApplySync(state.sync(), state.syncSequence()));
        }
        if (state.phase() instanceof Phase.SwitchingOver s
                && !s.stopping()
                && s.from().equals(self.id())
                && !self.node().map(n -> n.hasPrepared(s.term())).orElse(false)) {
            NodeAction checkpoint = new NodeAction.Checkpoint(s.term());
            if (Plans.isDone(self, checkpoint)) {
                facts.add(new Fact.SwitchoverPrepared(self.id(), s.term()));
                return Optional.empty();
            }
            return Optional.of(checkpoint);
        }
        return Optional.empty();
    }

    /**
     * PostgreSQL has the new set, and enough of its standbys hold all that was written before: from here on every acknowledged
     * commit, older ones too, is on that many of them, so the older sets may be forgotten.
     */
    private static boolean isNewSetEnforced(Self self, PostgresView.Primary view) {
        Optional<Observation.AppliedSync> applied = self.seen().syncApplied();
        if (self.state().syncClaims().size() < 2
                || applied.isEmpty()
                || applied.get().sequence() != self.state().syncSequence()) {
            return false;
        }
        SyncStandbys sync = self.state().sync();
        long holders = view.downstreams().stream()
                .filter(d -> sync.standbys().stream().anyMatch(id -> id.value().equals(d.applicationName())))
                .filter(d -> !d.flushed().isBefore(applied.get().at()))
                .count();
        return holders >= sync.acknowledgements();
    }
}
