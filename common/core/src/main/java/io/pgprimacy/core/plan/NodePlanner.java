package io.pgprimacy.core.plan;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.cluster.Membership;
import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.cluster.Phase;
import io.pgprimacy.core.event.Heartbeat;
import io.pgprimacy.core.event.StopCause;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.lease.LeaseKeeper;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What one node must do now. Level-triggered: derived on every pass from committed state, durable memory and what is seen, so that
 * nothing is lost when an agent restarts.
 */
public final class NodePlanner {
    private NodePlanner() {}

    /**
     * @param promises what the other members answered last when this node asked for promises, for people
     * @param now on the uptime clock
     * @param phaseAge since this node read the decision that began the present phase
     */
    public static NodePlan plan(
            NodeId id,
            ClusterState state,
            LocalMemory memory,
            LeaseKeeper lease,
            String promises,
            Observation seen,
            Duration now,
            Duration phaseAge) {
        if (state.term().isBefore(memory.termSeen()) || state.sequence() < memory.sequenceSeen()) {
            return regressed(new Self(id, state, memory, lease, promises, seen, now, phaseAge));
        }
        Optional<String> revoked = lostRevocation(state);
        if (revoked.isPresent()) {
            return withdraw(new Self(id, state, memory, lease, promises, seen, now, phaseAge), revoked.get());
        }
        LocalMemory known = RestorePlans.accepted(id, state, memory)
                .withTermSeen(state.term())
                .withSequenceSeen(state.sequence());
        Self self = new Self(id, state, known, lease, promises, seen, now, phaseAge);
        Optional<NodePlan> fencing = FencingPlans.plan(self);
        if (fencing.isPresent()) {
            return fencing.get();
        }
        if (state.phase() instanceof Phase.Forming || !self.isMember()) {
            return RestorePlans.withdrawn(self).orElseGet(() -> outside(self));
        }
        if (state.phase() instanceof Phase.Founding f && f.node().equals(id)) {
            return RestorePlans.plan(self, f.term(), f.data().goal(), Optional.of(f.data()));
        }
        if (state.paused() && seen.job().isEmpty() && !isSettled(self)) {
            return Plans.idle(self, "automation is paused");
        }
        return self.ownGrant().isPresent() && self.memory().relinquished().isBefore(state.term())
                ? PrimaryPlans.plan(self)
                : ForeignPlans.plan(self).orElseGet(() -> StandbyPlans.plan(self));
    }

    /** A log that ends before what this node has acted on was cut short or exchanged: nothing in it may be obeyed (S1). */
    private static NodePlan regressed(Self self) {
        String because = "the log ends with decision " + self.state().sequence() + " in term "
                + self.state().term() + ", but this node has read decision "
                + self.memory().sequenceSeen() + " and seen term "
                + self.memory().termSeen()
                + "; it is not the log that this node knows: see docs/how-to/lost-log.md";
        return withdraw(self, because);
    }

    /**
     * Another member has seen a later term: the decision that revoked what this log still grants was lost with its end, and this node had not read
     * it. Whoever reads on sees that before its own next heartbeat comes back.
     */
    private static Optional<String> lostRevocation(ClusterState state) {
        for (Node member : state.members()) {
            Optional<Term> seen = member.heartbeat().map(Heartbeat.NodeHeartbeat::termSeen);
            if (seen.isPresent() && seen.get().isAfter(state.term())) {
                return Optional.of(member.id() + " has seen term " + seen.get() + ", but the log ends in term "
                        + state.term() + "; it lacks what revoked the terms before: see docs/how-to/lost-log.md");
            }
        }
        return Optional.empty();
    }

    private static NodePlan withdraw(Self self, String because) {
        return self.memory().mayBePrimary() && self.seen().processes()
                ? Plans.act(self, new NodeAction.Stop(true, StopCause.REVOKED), because)
                : Plans.idle(self, because);
    }

    /** A stranger's PostgreSQL is never touched; a former member's is stopped. */
    private static NodePlan outside(Self self) {
        boolean removed =
                self.node().map(n -> n.membership() == Membership.REMOVED).orElse(false);
        return removed && self.seen().processes()
                ? Plans.act(
                        self, new NodeAction.Stop(false, StopCause.REVOKED), "this node was removed from the cluster")
                : Plans.idle(self, "this node is not a member" + refusal(self.node()));
    }

    private static String refusal(Optional<Node> node) {
        return node.map(n -> " (" + n.membership().name().toLowerCase(java.util.Locale.ROOT) + ")")
                .orElse("");
    }

    /** While paused, what runs is kept running and connected; nothing is started, stopped or mended. */
    private static boolean isSettled(Self self) {
        return RestorePlans.isBecomingPrimary(self)
                || self.seen().isRunningPrimary()
                || self.seen().view() instanceof io.pgprimacy.core.event.PostgresView.Standby
                || !(self.state().phase() instanceof Phase.Serving);
    }

    static SortedSet<NodeId> otherMembers(Self self) {
        SortedSet<NodeId> others = new TreeSet<>();
        for (Node member : self.state().members()) {
            others.add(member.id());
        }
        others.remove(self.id());
        return others;
    }
}
