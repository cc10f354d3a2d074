package io.pgprimacy.backup.retention;

import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.format.Manifest.WalRange;
import io.pgprimacy.core.postgres.Lsn;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * From where on WAL stays, in each life of a cluster. What lies wholly before that goes, on all timelines: only the beginning of the archive ever
 * goes, so retention never makes a hole.
 *
 * <p>Safe because it is the first position that anything needs: the plan, for the backups that stay; a backup that goes but is still there, because
 * it may be pinned until it is being removed; a backup that does not hold its own WAL. Where no backup is good nothing is known, and all WAL stays;
 * so does that of a life after the last good backup.
 */
public record WalHorizon(Optional<Incarnation> lastNeeded, SortedMap<Incarnation, Lsn> starts) {

    public WalHorizon {
        starts = new TreeMap<>(starts);
    }

    /** @param listed all backups that there are */
    public static WalHorizon now(RetentionPlan plan, Collection<BackupFacts> listed) {
        SortedMap<Incarnation, Lsn> starts = needs(plan);
        plan.going()
                .forEach(goes ->
                        lower(starts, goes.backup().incarnation(), goes.backup().startLsn()));
        for (BackupFacts backup : listed) {
            ownWal(backup).forEach(lsn -> lower(starts, backup.incarnation(), lsn));
        }
        return new WalHorizon(lastNeeded(plan), starts);
    }

    /** Once everything is gone that the plan lets go. */
    public static WalHorizon eventually(RetentionPlan plan) {
        SortedMap<Incarnation, Lsn> starts = needs(plan);
        for (BackupFacts backup : plan.staying()) {
            ownWal(backup).forEach(lsn -> lower(starts, backup.incarnation(), lsn));
        }
        return new WalHorizon(lastNeeded(plan), starts);
    }

    /** Whether WAL that ends there, its last byte before {@code end}, is needed by nothing. */
    public boolean goes(Incarnation incarnation, Lsn end) {
        if (lastNeeded.isEmpty() || incarnation.compareTo(lastNeeded.get()) > 0) {
            return false;
        }
        Lsn start = starts.get(incarnation);
        return start == null || !end.isAfter(start);
    }

    private static Optional<Incarnation> lastNeeded(RetentionPlan plan) {
        return plan.wal().stream().map(WalNeed::incarnation).reduce((a, b) -> a.compareTo(b) < 0 ? b : a);
    }

    private static SortedMap<Incarnation, Lsn> needs(RetentionPlan plan) {
        SortedMap<Incarnation, Lsn> starts = new TreeMap<>();
        for (WalNeed need : plan.wal()) {
            Lsn from =
                    switch (need) {
                        case WalNeed.Since since -> since.from();
                        case WalNeed.Between between -> between.range().start();
                    };
            lower(starts, need.incarnation(), from);
        }
        return starts;
    }

    private static List<Lsn> ownWal(BackupFacts backup) {
        List<Lsn> starts = new ArrayList<>();
        if (!backup.walIncluded()) {
            backup.walRanges().stream().map(WalRange::start).forEach(starts::add);
        }
        return starts;
    }

    private static void lower(SortedMap<Incarnation, Lsn> starts, Incarnation incarnation, Lsn to) {
        starts.merge(incarnation, to, (a, b) -> a.isBefore(b) ? a : b);
    }
}
