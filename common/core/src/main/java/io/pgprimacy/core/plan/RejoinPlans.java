package io.pgprimacy.core.plan;

import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.RejoinPolicy;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.event.StopCause;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.plan.StandbyPlans.Upstream;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineHistory;
import io.pgprimacy.core.postgres.WalPosition;
import java.util.List;
import java.util.Optional;

/**
 * Brings a node back whose data is missing, unusable, diverged, or was ordered to be replaced.
 *
 * <p>Safe because diverged WAL is in the log as saved before anything is overwritten (S9), and a rewind that began is remembered
 * before it begins: data that it left half-written is never started.
 *
 * <p>Otherwise the node is quarantined, with the operator's next step named.
 */
final class RejoinPlans {
    private static final int SAVE_ATTEMPTS = 2;
    private static final int START_ATTEMPTS = 2;
    private static final int REBUILD_ATTEMPTS = 10;

    private RejoinPlans() {}

    /** Empty where there is nothing to mend. */
    static Optional<NodePlan> plan(Self self, LocalMemory memory, Upstream upstream) {
        long ordered = self.node()
                .filter(Node::mustBeRebuilt)
                .map(n -> n.orders().rebuild())
                .orElse(0L);
        if (self.state().paused()) {
            return Optional.empty();
        }
        if (ordered > 0 && isRebuilt(self, ordered)) {
            return Optional.of(new NodePlan(memory, outcome(self), Optional.empty(), "the data is in place again"));
        }
        if (memory.divergence().isPresent()) {
            return Optional.of(mend(self, memory, upstream, memory.divergence().get(), ordered));
        }
        if (memory.unusable().isPresent()) {
            return Optional.of(rebuild(self, memory, upstream, ordered));
        }
        if (ordered > 0) {
            return Optional.of(replace(self, memory, upstream, ordered));
        }
        return self.seen().view() instanceof PostgresView.Empty
                ? Optional.of(rebuild(self, memory, upstream, ordered))
                : Optional.empty();
    }

    /** The order is fulfilled when the log says so; until then the outcome is stated again and nothing else is done. */
    private static boolean isRebuilt(Self self, long ordered) {
        return self.seen()
                .lastJob()
                .map(j -> j instanceof Observation.JobResult.Done
                        && j.job() instanceof NodeAction.Rebuild r
                        && r.ordered() == ordered)
                .orElse(false);
    }

    private static List<Fact> outcome(Self self) {
        return self
                .seen()
                .lastJob()
                .flatMap(j -> j instanceof Observation.JobResult.Done d ? d.outcome() : Optional.empty())
                .stream()
                .toList();
    }

    /**
     * Data that a person wants replaced is looked through first: it may hold diverged WAL (S9). Where it cannot even be started nobody knows what it
     * holds, and it stays beside the new data until a person has seen to it.
     */
    private static NodePlan replace(Self self, LocalMemory memory, Upstream upstream, long ordered) {
        return switch (self.seen().view()) {
            case PostgresView.Standby s -> replaceStandby(self, memory, upstream, s);
            case PostgresView.Stopped s -> {
                Optional<Observation.JobResult.Failed> failed = Plans.failure(self, NodeAction.StartFenced.class);
                yield failed.isPresent() && failed.get().attempt() >= START_ATTEMPTS
                        ? rebuild(
                                self,
                                memory,
                                upstream,
                                ordered,
                                Optional.of(upstream.grant().term()))
                        : Plans.startFenced(self, memory, "it is started to tell where its WAL ends, then replaced");
            }
            case PostgresView.Starting s -> Plans.remember(memory, "PostgreSQL is starting");
            case PostgresView.Primary p -> StandbyPlans.stopUngranted(memory);
            case PostgresView.Empty e -> rebuild(self, memory, upstream, ordered);
            case PostgresView.Unresponsive u -> rebuild(self, memory, upstream, ordered);
        };
    }

    /** What is found is remembered also when nothing has diverged: the next primary may have less of it than this one. */
    private static NodePlan replaceStandby(Self self, LocalMemory memory, Upstream upstream, PostgresView.Standby s) {
        if (!s.upstream().equals(PostgresView.Upstream.CUT)) {
            NodeAction cut = new NodeAction.CutReceiver(upstream.grant().term());
            return Plans.act(memory, cut, "its data is looked through before it is replaced");
        }
        if (!s.exact()) {
            return Plans.remember(memory, "it replays WAL of before its start");
        }
        Divergence found = StandbyPlans.divergence(self, upstream, s)
                .orElseGet(() ->
                        new Divergence(upstream.grant().term(), s.timeline(), s.received(), s.received(), true, false));
        return Plans.remember(memory.withDivergence(Optional.of(found)), "the data to be replaced was looked through");
    }

    private static NodePlan mend(
            Self self, LocalMemory memory, Upstream upstream, Divergence divergence, long ordered) {
        if (!divergence.term().equals(upstream.grant().term())) {
            return measureAgain(self, memory, upstream, divergence);
        }
        if (RestorePlans.isByRestore(self, upstream)) {
            // What goes is what the person named; the archive has it, and the directory that was kept aside.
            return rebuild(self, memory, upstream, ordered);
        }
        RejoinPolicy policy = self.state().config().map(ClusterConfig::rejoin).orElse(RejoinPolicy.QUARANTINE);
        if (policy == RejoinPolicy.QUARANTINE && ordered == 0) {
            return quarantine(
                    memory,
                    "its WAL from " + divergence.from() + " to " + divergence.to() + " on timeline "
                            + divergence.timeline()
                            + " is not part of the cluster's history, and the policy is quarantine");
        }
        if (self.seen().processes()) {
            return Plans.act(memory, new NodeAction.Stop(false, StopCause.REVOKED), "its WAL has diverged");
        }
        if (!isSaved(self, divergence)) {
            return save(self, memory, divergence, ordered);
        }
        boolean rewinds = policy == RejoinPolicy.REWIND
                && ordered == 0
                && !divergence.rewindFailed()
                && divergence.from().isAfter(Lsn.ZERO);
        return rewinds ? rewind(self, memory, upstream, divergence) : rebuild(self, memory, upstream, ordered);
    }

    /** A newer primary has another history; what is discarded is measured against that one, and saved where that is more. */
    private static NodePlan measureAgain(Self self, LocalMemory memory, Upstream upstream, Divergence old) {
        TimelineHistory history = self.history();
        Lsn from = history.parting(old.timeline(), upstream.timeline()).orElse(Lsn.ZERO);
        boolean fits = memory.unusable().isEmpty()
                && history.isOnHistoryOf(new WalPosition(old.timeline(), old.to()), upstream.timeline());
        boolean saved = isSaved(self, old) && !from.isBefore(old.from());
        Optional<Divergence> next = fits
                ? Optional.empty()
                : Optional.of(new Divergence(
                        upstream.grant().term(), old.timeline(), from, old.to(), saved, old.rewindFailed()));
        return Plans.remember(memory.withDivergence(next), "the primary has changed meanwhile");
    }

    private static boolean isSaved(Self self, Divergence divergence) {
        return divergence.saved()
                || self.node()
                        .map(n -> n.hasSavedDiscardedWal(divergence.term()))
                        .orElse(false);
    }

    /** Where a person has ordered it, saving is tried for as long as it takes: there is nobody else to ask. */
    private static NodePlan save(Self self, LocalMemory memory, Divergence divergence, long ordered) {
        NodeAction save = new NodeAction.SaveDiscardedWal(divergence);
        Optional<Observation.JobResult.Failed> failed = Plans.failure(self, NodeAction.SaveDiscardedWal.class);
        if (failed.isPresent() && failed.get().attempt() >= SAVE_ATTEMPTS && ordered == 0) {
            return quarantine(
                    memory,
                    "its diverged WAL could not be saved: " + failed.get().reason());
        }
        if (Plans.isDone(self, save)) {
            return new NodePlan(memory, outcome(self), Optional.empty(), "the diverged WAL is saved");
        }
        return Plans.act(memory, save, "the diverged WAL is saved before anything is overwritten");
    }

    private static NodePlan rewind(Self self, LocalMemory memory, Upstream upstream, Divergence divergence) {
        Optional<Observation.JobResult.Failed> failed = Plans.failure(self, NodeAction.Rewind.class);
        if (failed.isPresent()) {
            Fact fact = new Fact.RewindFailed(
                    self.id(), divergence.term(), failed.get().reason());
            return Plans.state(
                    memory.withDivergence(Optional.of(divergence.withRewindFailed())),
                    fact,
                    "pg_rewind failed: " + failed.get().reason());
        }
        return Plans.act(
                memory.withUnusable(Optional.of("a rewind began")),
                new NodeAction.Rewind(upstream.grant().term(), upstream.grant().node(), upstream.endpoint()),
                "the node is rewound to where its history parts");
    }

    private static NodePlan rebuild(Self self, LocalMemory memory, Upstream upstream, long ordered) {
        return rebuild(self, memory, upstream, ordered, RestorePlans.keep(self, upstream));
    }

    private static NodePlan rebuild(
            Self self, LocalMemory memory, Upstream upstream, long ordered, Optional<Term> keep) {
        Optional<Observation.JobResult.Failed> failed = Plans.failure(self, NodeAction.Rebuild.class);
        if (failed.isPresent() && failed.get().attempt() >= REBUILD_ATTEMPTS && ordered == 0) {
            return quarantine(memory, "it could not be rebuilt: " + failed.get().reason());
        }
        if (self.seen().processes()) {
            return Plans.act(memory, new NodeAction.Stop(false, StopCause.REVOKED), "its data is replaced");
        }
        if (self.seen().guardHolds().isPresent()) {
            return Plans.act(memory, new NodeAction.DisarmGuard(), "no primary runs here");
        }
        return Plans.act(
                memory,
                new NodeAction.Rebuild(
                        upstream.grant().term(), upstream.grant().node(), upstream.endpoint(), ordered, keep),
                "the node is filled anew from " + upstream.grant().node());
    }

    private static NodePlan quarantine(LocalMemory memory, String reason) {
        return Plans.remember(memory.withQuarantine(Optional.of(reason)), reason);
    }
}
