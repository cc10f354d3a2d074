package io.pgprimacy.core.cluster;

import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Heartbeat.NodeHeartbeat;
import io.pgprimacy.core.event.NodeTags;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.postgres.WalPosition;
import java.util.Optional;

/**
 * What the log says of one node.
 *
 * @param admitted sequence of the decision that made it a member, the last time; 0 where none did
 * @param suspended sequence of the decision that suspended it, the last time; 0 where none did
 */
public record Node(
        NodeId id,
        Membership membership,
        long admitted,
        long suspended,
        Optional<Fact.NodeJoined> joined,
        Optional<NodeHeartbeat> heartbeat,
        StatedFacts facts,
        StandingOrders orders) {
    static Node announced(NodeId id) {
        return new Node(
                id,
                Membership.ANNOUNCED,
                0,
                0,
                Optional.empty(),
                Optional.empty(),
                StatedFacts.NONE,
                StandingOrders.NONE);
    }

    public boolean isMember() {
        return membership == Membership.MEMBER || isSuspended();
    }

    public boolean isSuspended() {
        return membership == Membership.SUSPENDED;
    }

    /** Silence is counted anew when a log comes back to life; a heartbeat that knows of the suspension was sent after it. */
    public boolean isBackFromSuspension() {
        return isSuspended() && heartbeat.map(h -> h.sequence() >= suspended).orElse(false);
    }

    public NodeTags tags() {
        return joined.map(Fact.NodeJoined::tags).orElse(NodeTags.DEFAULT);
    }

    public Optional<PostgresView> view() {
        return heartbeat.map(NodeHeartbeat::postgres);
    }

    public Optional<WalPosition> position() {
        return view().flatMap(PostgresView::knownPosition);
    }

    public Optional<Fact.StandbyPledged> pledge() {
        return facts.pledge();
    }

    public Optional<Fact.PrimaryStopped> stopped() {
        return facts.stopped();
    }

    public Optional<Fact.Promoted> promoted() {
        return facts.promoted();
    }

    public boolean hasPledged(Term term) {
        return pledge().map(p -> p.term().equals(term)).orElse(false);
    }

    public boolean hasStoppedAsPrimaryOf(Term term) {
        return stopped().map(s -> !s.term().isBefore(term)).orElse(false);
    }

    public boolean hasPromoted(Term term) {
        return promoted().map(p -> p.term().equals(term)).orElse(false);
    }

    public boolean hasPrepared(Term term) {
        return facts.prepared().map(p -> p.term().equals(term)).orElse(false);
    }

    public boolean hasFollowed(Term term) {
        return facts.following().map(f -> f.term().equals(term)).orElse(false);
    }

    public boolean hasSavedDiscardedWal(Term term) {
        return facts.discarded().map(d -> d.term().equals(term)).orElse(false);
    }

    /** What it stated of the data that was restored for that term. */
    public Optional<Fact.DataRestored> restored(Term term) {
        return facts.restored().filter(r -> r.term().equals(term));
    }

    /** The quarantine, unless the node was rebuilt or restored in the same or a later term. */
    public Optional<Fact.NodeQuarantined> standingQuarantine() {
        return facts.quarantine()
                .filter(q ->
                        facts.rebuilt().map(r -> r.term().isBefore(q.term())).orElse(true))
                .filter(q ->
                        facts.restored().map(r -> r.term().isBefore(q.term())).orElse(true));
    }

    public boolean mustBeRebuilt() {
        return orders.rebuild() > facts.rebuilt().map(Fact.Rebuilt::ordered).orElse(0L);
    }

    public boolean mustBeRestarted() {
        return orders.restart()
                > facts.restarted().map(Fact.PostgresRestarted::ordered).orElse(0L);
    }

    public boolean mustBeReloaded() {
        return orders.reload() > 0
                && orders.reload()
                        > facts.reloaded().map(Fact.PostgresReloaded::ordered).orElse(0L);
    }

    Node withMembership(Membership next, long sequence) {
        return new Node(
                id,
                next,
                next == Membership.MEMBER ? sequence : admitted,
                next == Membership.SUSPENDED ? sequence : suspended,
                joined,
                heartbeat,
                facts,
                next == Membership.MEMBER || next == Membership.SUSPENDED ? orders : orders.withReload(0));
    }

    Node withRebuildOrdered(long sequence) {
        return with(orders.withRebuild(sequence));
    }

    Node withRestartOrdered(long sequence) {
        return with(orders.withRestart(sequence));
    }

    Node withReloadOrdered(long sequence) {
        return with(orders.withReload(sequence));
    }

    Node withRemovalOrdered(String location, long sequence) {
        return with(orders.withRemoval(location, sequence));
    }

    private Node with(StandingOrders next) {
        return new Node(id, membership, admitted, suspended, joined, heartbeat, facts, next);
    }

    /** Its data is the cluster's: no order to fill it from elsewhere stands any more. */
    Node withRestoredData() {
        return withRebuildOrdered(0);
    }

    Node withHeartbeat(NodeHeartbeat next) {
        return new Node(id, membership, admitted, suspended, joined, Optional.of(next), facts, orders);
    }

    Node with(Fact fact) {
        Optional<Fact.NodeJoined> nextJoined = fact instanceof Fact.NodeJoined f ? Optional.of(f) : joined;
        return new Node(id, membership, admitted, suspended, nextJoined, heartbeat, facts.with(fact), orders);
    }
}
