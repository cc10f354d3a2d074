package io.pgprimacy.core.cluster;

import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Heartbeat.NodeHeartbeat;
import io.pgprimacy.core.event.NodeTags;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.postgres.WalPosition;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the log says of one node.
 *
 * @param admitted sequence of the decision that made it a member, the last time; 0 where none did
 * @param suspended sequence of the decision that suspended it, the last time; 0 where none did
 * @param rebuildOrdered sequence of the last order to rebuild it; 0 when there was none
 * @param removalsOrdered of old data, by its location: sequence of the order
 */
public record Node(
        NodeId id,
        Membership membership,
        long admitted,
        long suspended,
        Optional<Fact.NodeJoined> joined,
        Optional<NodeHeartbeat> heartbeat,
        StatedFacts facts,
        long rebuildOrdered,
        SortedMap<String, Long> removalsOrdered) {
    public Node {
        removalsOrdered = Collections.unmodifiableSortedMap(new TreeMap<>(removalsOrdered));
    }

    static Node announced(NodeId id) {
        return new Node(
                id,
                Membership.ANNOUNCED,
                0,
                0,
                Optional.empty(),
                Optional.empty(),
                StatedFacts.NONE,
                0,
                new TreeMap<>());
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
        return rebuildOrdered > facts.rebuilt().map(Fact.Rebuilt::ordered).orElse(0L);
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
                rebuildOrdered,
                removalsOrdered);
    }

    Node withRebuildOrdered(long sequence) {
        return new Node(id, membership, admitted, suspended, joined, heartbeat, facts, sequence, removalsOrdered);
    }

    Node withRemovalOrdered(String location, long sequence) {
        SortedMap<String, Long> next = new TreeMap<>(removalsOrdered);
        next.put(location, sequence);
        return new Node(id, membership, admitted, suspended, joined, heartbeat, facts, rebuildOrdered, next);
    }

    /** Its data is the cluster's: no order to fill it from elsewhere stands any more. */
    Node withRestoredData() {
        return withRebuildOrdered(0);
    }

    Node withHeartbeat(NodeHeartbeat next) {
        return new Node(
                id, membership, admitted, suspended, joined, Optional.of(next), facts, rebuildOrdered, removalsOrdered);
    }

    Node with(Fact fact) {
        Optional<Fact.NodeJoined> nextJoined = fact instanceof Fact.NodeJoined f ? Optional.of(f) : joined;
        return new Node(
                id,
                membership,
                admitted,
                suspended,
                nextJoined,
                heartbeat,
                facts.with(fact),
                rebuildOrdered,
                removalsOrdered);
    }
}
