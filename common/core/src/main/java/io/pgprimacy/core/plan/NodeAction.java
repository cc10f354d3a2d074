package io.pgprimacy.core.plan;

import io.pgprimacy.core.event.DataOrigin;
import io.pgprimacy.core.event.Endpoint;
import io.pgprimacy.core.event.RestoreGoal;
import io.pgprimacy.core.event.StopCause;
import io.pgprimacy.core.event.SyncStandbys;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * What an agent does to its PostgreSQL. Each one is idempotent: carried out again after a crash halfway it ends in the same
 * state. One runs at a time; only {@link Stop} is started while another runs, and ends it.
 */
public sealed interface NodeAction {
    /** Initialises an empty data directory. */
    record Initialise() implements NodeAction {}

    /**
     * Stops PostgreSQL and every process of it; nothing is left when it is done.
     *
     * @param immediate kill without a checkpoint; otherwise a fast shutdown, which ships all WAL to the standbys that are
     *     connected
     */
    record Stop(boolean immediate, StopCause cause) implements NodeAction {}

    /** Starts it as a standby without an upstream; the only way in which PostgreSQL is ever started (S6). */
    record StartFenced() implements NodeAction {}

    /** Takes the upstream away and waits until no WAL receiver is left. */
    record CutReceiver(Term term) implements NodeAction {}

    record Follow(NodeId node, Endpoint endpoint) implements NodeAction {}

    /**
     * Makes the standby accept writes.
     *
     * @param firstUnusedTimeline PostgreSQL picks the next number that it knows of; a promotion whose fact was lost may have used
     *     that one, and two timelines with one number cannot be told apart. So numbers below this are made known first.
     * @param sync in force before the first write
     */
    record Promote(Term term, long firstUnusedTimeline, SyncStandbys sync, long syncSequence) implements NodeAction {}

    record Checkpoint(Term term) implements NodeAction {}

    record ApplySync(SyncStandbys sync, long sequence) implements NodeAction {}

    /** One physical slot for each of {@code nodes}, and none of ours besides. */
    record EnsureSlots(SortedSet<NodeId> nodes) implements NodeAction {
        public EnsureSlots {
            nodes = java.util.Collections.unmodifiableSortedSet(nodes);
        }
    }

    record ApplyParameters(SortedMap<String, String> parameters) implements NodeAction {
        public ApplyParameters {
            parameters = java.util.Collections.unmodifiableSortedMap(parameters);
        }
    }

    /**
     * PostgreSQL reads its configuration again, and what is wrong with that is found out.
     *
     * @param ordered sequence of the order
     */
    record Reload(long ordered) implements NodeAction {}

    /** Copies the diverged WAL to where a person finds it. */
    record SaveDiscardedWal(Divergence divergence) implements NodeAction {}

    record Rewind(Term term, NodeId source, Endpoint endpoint) implements NodeAction {}

    /**
     * Fills the node anew; what was in the data directory is replaced only when the new data is complete.
     *
     * @param ordered sequence of the order, 0 where none was needed
     * @param keep where this node alone may hold commits: what is replaced is put aside under that term, of the restore by which they go or of the
     *     primary that it is filled from; empty: it goes
     */
    record Rebuild(Term term, NodeId source, Endpoint endpoint, long ordered, Optional<Term> keep)
            implements NodeAction {}

    /**
     * Restores into a new directory beside the data directory, which stays as it is.
     *
     * @param origin whose repository is read; empty: this cluster's own
     */
    record Restore(Term term, RestoreGoal goal, Optional<DataOrigin> origin) implements NodeAction {}

    /** Puts what was restored last in the place of the data directory, which is kept beside it until a person confirms the restore. */
    record TakeRestored(Term term) implements NodeAction {}

    /** Undoes {@link TakeRestored}: nobody has made what was restored the cluster's data. Fails where nothing was kept. */
    record PutBack(Term term) implements NodeAction {}

    /** The guard holds no deadline: right only while nothing here can accept writes. */
    record DisarmGuard() implements NodeAction {}

    /** For people: what the node is busy with. */
    static Optional<String> describe(NodeAction action) {
        return switch (action) {
            case Initialise a -> Optional.of("initialising the database cluster");
            case Stop a -> Optional.of("stopping PostgreSQL: " + a.cause().sentence());
            case StartFenced a -> Optional.of("starting PostgreSQL as a standby");
            case Promote a -> Optional.of("becoming primary of term " + a.term());
            case SaveDiscardedWal a -> Optional.of("saving diverged WAL");
            case Rewind a -> Optional.of("rewinding from " + a.source());
            case Rebuild a -> Optional.of("rebuilding from " + a.source());
            case Restore a -> Optional.of("restoring to " + a.goal().target());
            case TakeRestored a -> Optional.of("taking over what was restored");
            case PutBack a -> Optional.of("putting back the data that was there before the restore");
            case Checkpoint a -> Optional.of("making a checkpoint for the switchover");
            case CutReceiver a -> Optional.empty();
            case Follow a -> Optional.empty();
            case ApplySync a -> Optional.empty();
            case EnsureSlots a -> Optional.empty();
            case ApplyParameters a -> Optional.empty();
            case Reload a -> Optional.empty();
            case DisarmGuard a -> Optional.empty();
        };
    }
}
