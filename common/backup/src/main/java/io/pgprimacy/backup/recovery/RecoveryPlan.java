package io.pgprimacy.backup.recovery;

import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.backup.restore.RestoreRefused;
import io.pgprimacy.backup.wal.RecoveryPath;
import io.pgprimacy.backup.wal.WalInventory;
import io.pgprimacy.backup.wal.WalSegment;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How a target is reached: from which backup, along which timelines, and how far the WAL leads. Made of what the bucket says, before anything is
 * written.
 *
 * @param reach where the WAL ends, or has its first hole
 * @param complete whether there is no hole between the backup and the newest WAL
 */
public record RecoveryPlan(
        RecoveryTarget target, boolean inclusive, Manifest backup, RecoveryPath path, Lsn reach, boolean complete) {
    /** S3 tells whole seconds: what was stored within one may hold a commit of its end. */
    private static final Duration STORES_ROUND_DOWN_BY = Duration.ofSeconds(1);

    /**
     * Throws {@link RestoreRefused}, with what there is to recover to, where the target is not in it.
     *
     * @param backups of the incarnation that can be restored
     * @param named the only one to consider
     */
    public static RecoveryPlan choose(
            RecoveryTarget target,
            boolean inclusive,
            RecoveryPath path,
            List<Manifest> backups,
            Optional<String> named) {
        TimelineId timeline = path.ancestry().timeline();
        List<Manifest> leading = backups.stream()
                .filter(b -> named.map(n -> b.id().value().equals(n)).orElse(true))
                .filter(b -> path.ancestry().includes(timelineOf(b), b.stop().lsn()))
                .sorted(Comparator.comparing((Manifest b) -> b.stop().lsn()))
                .toList();
        if (leading.isEmpty()) {
            throw new RestoreRefused(
                    named.map(n -> "backup " + n + " does not lead to timeline " + timeline)
                            .orElse("no backup leads to timeline " + timeline),
                    "name another timeline, or another backup: " + ids(backups));
        }
        Window window = Window.of(path, leading);
        Manifest backup = leading.stream()
                .filter(b -> isBefore(b, target))
                .reduce((_, later) -> later)
                .orElseThrow(() -> new RestoreRefused(
                        target.describe() + " is before the end of the first backup", window.sentence()));
        boolean needsName = target instanceof RecoveryTarget.Xid || target instanceof RecoveryTarget.Name;
        if (needsName && named.isEmpty() && leading.size() > 1) {
            throw new RestoreRefused(
                    target.describe() + " does not say after which backup it was",
                    "name the last backup before it with --backup: " + ids(leading));
        }
        Lsn reach = path.reach(timelineOf(backup), backup.stop().lsn());
        RecoveryPlan plan = new RecoveryPlan(target, inclusive, backup, path, reach, !reach.isBefore(window.end()));
        plan.refuseOutside(window);
        return plan;
    }

    private void refuseOutside(Window window) {
        switch (target) {
            case RecoveryTarget.At at -> {
                if (at.lsn().isAfter(reach)) {
                    throw new RestoreRefused(
                            at.lsn() + " is after the WAL that can be replayed, which ends at " + reach,
                            window.sentence());
                }
            }
            case RecoveryTarget.Time time -> {
                if (time.time().isAfter(window.newest().plus(STORES_ROUND_DOWN_BY))) {
                    throw new RestoreRefused(
                            time.time() + " is after the newest WAL, which was stored at " + window.newest(),
                            window.sentence() + "; latest recovers all of it");
                }
            }
            case RecoveryTarget.Latest _ -> {
                if (!complete) {
                    throw new RestoreRefused(
                            "WAL is missing from " + reach + " on, and there is more after the hole",
                            "recover to " + reach + ", or from a backup after the hole; " + window.sentence());
                }
            }
            case RecoveryTarget.Xid _, RecoveryTarget.Name _ -> {
                // Where they are, only the WAL itself tells: PostgreSQL looks while it replays.
            }
        }
    }

    /** What PostgreSQL asks for first. */
    public Optional<WalSegment> firstSegment() {
        Manifest.WalRange begin = backup.walRanges().getFirst();
        return path.onNewest(WalSegment.containing(
                begin.timeline(), begin.start(), path.inventory().segmentSize()));
    }

    public static TimelineId timelineOf(Manifest backup) {
        return backup.walRanges().getLast().timeline();
    }

    private static boolean isBefore(Manifest backup, RecoveryTarget target) {
        return switch (target) {
            case RecoveryTarget.Time time -> !backup.stop().time().isAfter(time.time());
            case RecoveryTarget.At at -> !backup.stop().lsn().isAfter(at.lsn());
            case RecoveryTarget.Latest _, RecoveryTarget.Xid _, RecoveryTarget.Name _ -> true;
        };
    }

    private static String ids(List<Manifest> backups) {
        return String.join(", ", backups.stream().map(b -> b.id().value()).toList());
    }

    /** What can be recovered to. */
    private record Window(Manifest first, Lsn end, Instant newest) {

        static Window of(RecoveryPath path, List<Manifest> leading) {
            Manifest last = leading.getLast();
            Optional<WalInventory.Timeline> timeline =
                    path.inventory().timeline(path.ancestry().timeline());
            Lsn end = timeline.map(t -> t.coverage().isEmpty()
                            ? Lsn.ZERO
                            : t.coverage().getLast().end())
                    .orElse(Lsn.ZERO);
            Instant newest = timeline.map(WalInventory.Timeline::newest).orElse(Instant.EPOCH);
            return new Window(
                    leading.getFirst(),
                    Lsn.max(end, last.stop().lsn()),
                    newest.isBefore(last.stop().time()) ? last.stop().time() : newest);
        }

        String sentence() {
            return "on this timeline one can recover from " + first.stop().time() + " ("
                    + first.stop().lsn() + ") to " + newest + " (" + end + ")";
        }
    }
}
