package io.pgprimacy.core.plan;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.cluster.Phase;
import io.pgprimacy.core.event.DataOrigin;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.RestoreGoal;
import io.pgprimacy.core.event.StopCause;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the node does whose data is restored.
 *
 * <p>Safe because the term is pledged, so that nothing older is served here again; and the data is marked as unusable before it is exchanged: it may
 * lack commits that this node has confirmed, so it counts in no failover until a decision has made it the cluster's.
 */
final class RestorePlans {
    private static final int ATTEMPTS = 2;
    private static final Pattern MARK = Pattern.compile("it was restored for term (\\d+), and nobody has made");
    private static final String BEFORE = "; what was there before: ";

    private RestorePlans() {}

    /** @param origin whose repository is read; empty: this cluster's own */
    static NodePlan plan(Self self, Term term, RestoreGoal goal, Optional<DataOrigin> origin) {
        LocalMemory memory = self.memory().withPledged(term);
        if (isRestored(self, term)) {
            return Plans.remember(memory, "its data is restored; the term is awaited");
        }
        NodeAction restore = new NodeAction.Restore(term, goal, origin);
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
            LocalMemory marked = memory.withUnusable(Optional.of(mark(term) + before(memory, term)));
            return Plans.act(marked, take, "what was restored takes the place of its data");
        }
        return Plans.act(memory, restore, "its data is restored to " + goal.target());
    }

    /** Of a cluster that was given up before it began; nothing was in the place of what is restored, so there is nothing to be put back. */
    static Optional<NodePlan> withdrawn(Self self) {
        return self.state().phase() instanceof Phase.Forming
                        && self.seen()
                                .job()
                                .map(NodeAction.Restore.class::isInstance)
                                .orElse(false)
                ? Optional.of(
                        Plans.act(self, new NodeAction.Stop(false, StopCause.REVOKED), "the restore is wanted no more"))
                : Optional.empty();
    }

    /** A restore that nobody waits for any more keeps this node from everything else; so does what it has left. */
    static Optional<NodePlan> giveUp(Self self) {
        boolean running =
                self.seen().job().map(NodeAction.Restore.class::isInstance).orElse(false);
        return running
                ? Optional.of(
                        Plans.act(self, new NodeAction.Stop(false, StopCause.REVOKED), "the restore is wanted no more"))
                : markedFor(self.memory()).flatMap(term -> putBack(self, term));
    }

    /** The data that was there before counts again, for what it was. */
    private static Optional<NodePlan> putBack(Self self, Term term) {
        NodeAction putBack = new NodeAction.PutBack(term);
        if (Plans.isDone(self, putBack)) {
            String mark = mark(term) + BEFORE;
            Optional<String> before =
                    self.memory().unusable().filter(u -> u.startsWith(mark)).map(u -> u.substring(mark.length()));
            return Optional.of(
                    Plans.remember(self.memory().withUnusable(before), "the data is what it was before the restore"));
        }
        if (failure(self, putBack).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(
                self.seen().processes()
                        ? Plans.act(
                                self,
                                new NodeAction.Stop(false, StopCause.REVOKED),
                                "the restore was given up: its data is put back")
                        : Plans.act(self, putBack, "the restore was given up: its data is put back"));
    }

    /**
     * What could not be put back when the restore was given up is tried again for as long as a failover waits for candidates: it may be the data that
     * the cluster needs. It holds nothing else up.
     */
    static NodePlan andPutBack(Self self, NodePlan plan) {
        boolean awaited = self.state().phase() instanceof Phase.FailingOver
                && plan.action().isEmpty()
                && !self.seen().processes();
        return markedFor(plan.memory())
                .filter(_ -> awaited)
                .map(term -> new NodePlan(
                        plan.memory(), plan.facts(), Optional.of(new NodeAction.PutBack(term)), plan.because()))
                .orElse(plan);
    }

    private static Optional<String> failure(Self self, NodeAction job) {
        return Plans.failure(self, job.getClass())
                .filter(f -> f.job().equals(job) && f.attempt() >= ATTEMPTS)
                .map(Observation.JobResult.Failed::reason);
    }

    /** Data that was restored for a term which this node was then granted is the cluster's, also where that term has been revoked since. */
    static LocalMemory accepted(NodeId id, ClusterState state, LocalMemory memory) {
        boolean granted = state.node(id)
                .flatMap(n -> n.facts().restored())
                .filter(r -> isMarked(memory, r.term()))
                .map(r -> id.equals(state.grants().get(r.term())))
                .orElse(false);
        return granted ? memory.mended() : memory;
    }

    /** The primary of that term took over by a restore: a person has said which commits are to go. */
    static boolean isByRestore(Self self, StandbyPlans.Upstream upstream) {
        return self.state()
                .node(upstream.grant().node())
                .flatMap(n -> n.restored(upstream.grant().term()))
                .isPresent();
    }

    /**
     * Until the restore of which term is confirmed what a rebuild replaces is to stay. A restore whose data could not be put back may never have got
     * as far as to replace anything: then what is here is the data of before, with WAL that nobody else may have (S9).
     */
    static Optional<Term> keep(Self self, StandbyPlans.Upstream upstream) {
        return markedFor(self.memory()).or(() -> mayHoldLastCommits(self, upstream));
    }

    /**
     * Where another node was restored than the one that was primary before, the last commits before it may be here alone, and the archive a moment
     * behind.
     */
    private static Optional<Term> mayHoldLastCommits(Self self, StandbyPlans.Upstream upstream) {
        Term restored = upstream.grant().term();
        SortedMap<Term, NodeId> before = self.state().grants().headMap(restored);
        return isByRestore(self, upstream)
                        && !before.isEmpty()
                        && before.lastEntry().getValue().equals(self.id())
                ? Optional.of(restored)
                : Optional.empty();
    }

    private static boolean isRestored(Self self, Term term) {
        return self.node().flatMap((Node n) -> n.restored(term)).isPresent();
    }

    /** While automation is paused a person's restore goes on. */
    static boolean isBecomingPrimary(Self self) {
        return self.ownGrant().map(g -> isRestored(self, g.term())).orElse(false)
                && !self.state().isPromotionConfirmed();
    }

    private static boolean isMarked(LocalMemory memory, Term term) {
        return markedFor(memory).equals(Optional.of(term));
    }

    /** The restore whose data is in place here, and that nobody has made the cluster's yet. */
    static Optional<Term> markedFor(LocalMemory memory) {
        return memory.unusable()
                .map(MARK::matcher)
                .filter(Matcher::lookingAt)
                .map(found -> new Term(Long.parseLong(found.group(1))));
    }

    private static String mark(Term term) {
        return "it was restored for term " + term + ", and nobody has made that the cluster's data";
    }

    /** What was wrong with the data that is kept. */
    private static String before(LocalMemory memory, Term term) {
        return memory.unusable()
                .map(u -> u.startsWith(mark(term)) ? u.substring(mark(term).length()) : BEFORE + u)
                .orElse("");
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
