package io.pgprimacy.core.cluster;

import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.id.Term;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Of the facts that a node stated, of each kind the one with the highest term, and of equal terms the last.
 *
 * @param waiting WAL that it has saved and that is not in the repository yet
 * @param kept by its location, what restores have replaced and what is there still
 */
public record StatedFacts(
        Optional<Fact.StandbyPledged> pledge,
        Optional<Fact.PrimaryStopped> stopped,
        Optional<Fact.Promoted> promoted,
        Optional<Fact.SwitchoverPrepared> prepared,
        Optional<Fact.StandbyFollowing> following,
        Optional<Fact.DiscardedWalSaved> discarded,
        Optional<Fact.NodeQuarantined> quarantine,
        Optional<Fact.Rebuilt> rebuilt,
        Optional<Fact.DataRestored> restored,
        Optional<Fact.RestoreFailed> restoreFailed,
        Optional<Fact.RestartPending> restart,
        Optional<Fact.PostgresRestarted> restarted,
        Optional<Fact.PostgresReloaded> reloaded,
        Optional<Fact.WalArchiving> archiving,
        NodeBackups backups,
        NodeDrills drills,
        Optional<Fact.RestoreProgressed> restoring,
        SortedMap<Term, Fact.DiscardedWalSaved> waiting,
        SortedMap<String, Fact.OldDataKept> kept) {
    public StatedFacts {
        waiting = Collections.unmodifiableSortedMap(new TreeMap<>(waiting));
        kept = Collections.unmodifiableSortedMap(new TreeMap<>(kept));
    }

    static final StatedFacts NONE = new StatedFacts(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            NodeBackups.NONE,
            NodeDrills.NONE,
            Optional.empty(),
            new TreeMap<>(),
            new TreeMap<>());

    /** Facts that say nothing about what a node may or must do change nothing. */
    StatedFacts with(Fact fact) {
        return new StatedFacts(
                fact instanceof Fact.StandbyPledged f ? newer(pledge, f, Fact.StandbyPledged::term) : pledge,
                fact instanceof Fact.PrimaryStopped f ? newer(stopped, f, Fact.PrimaryStopped::term) : stopped,
                fact instanceof Fact.Promoted f ? newer(promoted, f, Fact.Promoted::term) : promoted,
                fact instanceof Fact.SwitchoverPrepared f
                        ? newer(prepared, f, Fact.SwitchoverPrepared::term)
                        : prepared,
                fact instanceof Fact.StandbyFollowing f ? newer(following, f, Fact.StandbyFollowing::term) : following,
                fact instanceof Fact.DiscardedWalSaved f
                        ? newer(discarded, f, Fact.DiscardedWalSaved::term)
                        : discarded,
                fact instanceof Fact.NodeQuarantined f ? newer(quarantine, f, Fact.NodeQuarantined::term) : quarantine,
                fact instanceof Fact.Rebuilt f && isNewer(rebuilt, f) ? Optional.of(f) : rebuilt,
                fact instanceof Fact.DataRestored f ? newer(restored, f, Fact.DataRestored::term) : restored,
                fact instanceof Fact.RestoreFailed f
                        ? newer(restoreFailed, f, Fact.RestoreFailed::term)
                        : restoreFailed,
                fact instanceof Fact.RestartPending f ? Optional.of(f) : restart,
                fact instanceof Fact.PostgresRestarted f && isNewer(restarted, f) ? Optional.of(f) : restarted,
                fact instanceof Fact.PostgresReloaded f && isNewer(reloaded, f) ? Optional.of(f) : reloaded,
                fact instanceof Fact.WalArchiving f ? newer(archiving, f, Fact.WalArchiving::term) : archiving,
                backups.with(fact),
                drills.with(fact),
                fact instanceof Fact.RestoreProgressed f
                        ? newer(restoring, f, Fact.RestoreProgressed::term)
                        : restoring,
                fact instanceof Fact.DiscardedWalSaved f ? waitingAfter(f) : waiting,
                keptAfter(fact));
    }

    private SortedMap<String, Fact.OldDataKept> keptAfter(Fact stated) {
        SortedMap<String, Fact.OldDataKept> after = new TreeMap<>(kept);
        if (stated instanceof Fact.OldDataKept f) {
            after.put(f.location(), f);
        } else if (stated instanceof Fact.OldDataRemoved f) {
            after.remove(f.location());
        }
        return after;
    }

    /** By term, as the log keeps them: a compacted one gives the same. */
    private SortedMap<Term, Fact.DiscardedWalSaved> waitingAfter(Fact.DiscardedWalSaved stated) {
        SortedMap<Term, Fact.DiscardedWalSaved> after = new TreeMap<>(waiting);
        if (stated.waiting().isPresent()) {
            after.put(stated.term(), stated);
        } else {
            after.remove(stated.term());
        }
        return after;
    }

    /** Whether that WAL has been stated as waiting, and not another one of the same term: a node may have saved twice. */
    public boolean awaits(Fact.DiscardedWalSaved stored) {
        return Optional.ofNullable(waiting.get(stored.term()))
                .filter(w -> w.location().equals(stored.location()))
                .isPresent();
    }

    /** What waits for a restart of PostgreSQL, by parameter. */
    public SortedMap<String, Fact.RestartPending.Waiting> pendingRestarts() {
        return restart.map(Fact.RestartPending::parameters).orElseGet(TreeMap::new);
    }

    private static boolean isNewer(Optional<Fact.PostgresRestarted> held, Fact.PostgresRestarted stated) {
        return held.map(h -> stated.ordered() > h.ordered()).orElse(true);
    }

    private static boolean isNewer(Optional<Fact.PostgresReloaded> held, Fact.PostgresReloaded stated) {
        return held.map(h -> stated.ordered() >= h.ordered()).orElse(true);
    }

    private static boolean isNewer(Optional<Fact.Rebuilt> held, Fact.Rebuilt stated) {
        return held.map(h -> stated.ordered() > h.ordered()
                        || (stated.ordered() == h.ordered() && !stated.term().isBefore(h.term())))
                .orElse(true);
    }

    private static <F> Optional<F> newer(Optional<F> held, F stated, Function<F, Term> termOf) {
        boolean stale =
                held.map(h -> termOf.apply(stated).isBefore(termOf.apply(h))).orElse(false);
        return stale ? held : Optional.of(stated);
    }
}
