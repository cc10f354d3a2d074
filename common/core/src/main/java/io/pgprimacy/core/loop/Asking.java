package io.pgprimacy.core.loop;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.cluster.Grant;
import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.Timing;
import io.pgprimacy.core.config.TimingProfile;
import io.pgprimacy.core.event.Heartbeat.LeaseClaim;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.lease.LeaseKeeper;
import io.pgprimacy.core.lease.LeaseKeeper.Claimed;
import io.pgprimacy.core.promise.PromiseAnswer;
import io.pgprimacy.core.promise.PromiseRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The asking side of S11: of all other members, but those that are suspended.
 *
 * <p>Fires when this node is primary, and the lease that it has read back is two heartbeats old.
 *
 * <p>Evidence: the promises of all other members for one round.
 *
 * <p>Safe because each that has promised waits, and nobody is chosen whom this node does not ask ({@code Ranking}). All others in
 * synchronous mode too: a person may have a failover made that accepts the loss of commits, and then a member that was not asked could
 * become primary while this one still finds a standby to acknowledge its commits.
 *
 * <p>Otherwise the lease ends when it ends, and who did not answer is said with the statement that this node has stopped.
 */
final class Asking {
    private final NodeId id;
    private final String incarnation;
    private final Peers peers;
    private final PromiseRounds rounds = new PromiseRounds();
    private Optional<Kept> kept = Optional.empty();

    /**
     * How promises have kept the lease since the log last did.
     *
     * @param since the first round that was complete was sent
     * @param by who promised in the last complete round
     */
    record Kept(Duration since, SortedSet<NodeId> by) {}

    Asking(NodeId id, String incarnation, Peers peers) {
        this.id = id;
        this.incarnation = incarnation;
        this.peers = peers;
    }

    /**
     * Begins a round where one is due.
     *
     * @param held what was read back, and is extended
     * @return the lease; extended at once where there is nobody to ask
     */
    LeaseKeeper ask(Claimed held, ClusterState state, LeaseKeeper lease, Duration length, Duration now) {
        Duration heartbeat = state.config()
                .map(ClusterConfig::timing)
                .map(Timing::heartbeat)
                .orElseGet(() -> TimingProfile.NORMAL.timing().heartbeat());
        boolean logRenews = rounds.isIdle() && now.minus(held.sentAt()).compareTo(Timing.times(heartbeat, 2, 1)) < 0;
        if (logRenews || !rounds.isDue(now, heartbeat)) {
            return lease;
        }
        LeaseClaim claim = new LeaseClaim(held.claim().term(), length);
        Claimed next = new Claimed(claim, now);
        SortedSet<NodeId> others = others(state);
        long round = rounds.begin(next, others, now);
        if (others.isEmpty()) {
            return extended(lease, next, others);
        }
        PromiseRequest request =
                new PromiseRequest(state.cluster(), id, incarnation, claim.term(), round, claim.length());
        others.forEach(member -> state.endpoint(member).ifPresent(at -> peers.ask(member, at, request)));
        return lease;
    }

    /** @return the lease; extended where this was the last promise that its round lacked, and the term is still this node's */
    LeaseKeeper answered(PromiseAnswer answer, ClusterState state, LeaseKeeper lease, Duration now) {
        if (!answer.incarnation().equals(incarnation)) {
            return lease;
        }
        return rounds.answered(answer, promised -> promised.containsAll(others(state)))
                .filter(c ->
                        state.primary().equals(Optional.of(new Grant(c.claim().term(), id))))
                .filter(c -> lease.allowsWrites(c.claim().term(), now))
                .map(c -> extended(lease, c, others(state)))
                .orElse(lease);
    }

    private LeaseKeeper extended(LeaseKeeper lease, Claimed claimed, SortedSet<NodeId> by) {
        LeaseKeeper next = lease.promised(claimed);
        if (!next.equals(lease)) {
            kept = Optional.of(new Kept(kept.map(Kept::since).orElse(claimed.sentAt()), by));
        }
        return next;
    }

    private SortedSet<NodeId> others(ClusterState state) {
        SortedSet<NodeId> others = new TreeSet<>();
        state.members().stream()
                .filter(n -> !n.isSuspended() && !n.id().equals(id))
                .map(Node::id)
                .forEach(others::add);
        return others;
    }

    /** The log renews again: what was asked for is not needed. Returns how promises have kept the lease meanwhile, if they have. */
    Optional<Kept> forget() {
        Optional<Kept> was = kept;
        rounds.forget();
        kept = Optional.empty();
        return was;
    }

    /** For people: what each member answered last. */
    String answers() {
        return rounds.answers();
    }
}
