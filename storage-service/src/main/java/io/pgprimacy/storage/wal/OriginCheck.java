package io.pgprimacy.storage.wal;

import io.pgprimacy.backup.format.BackupId;
import io.pgprimacy.backup.format.BackupType;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.backup.recovery.RecoveryTarget;
import io.pgprimacy.backup.restore.RestoreRefused;
import io.pgprimacy.backup.wal.WalPlace;
import io.pgprimacy.backup.wal.WalReport;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.storage.repository.Catalog;
import io.pgprimacy.storage.repository.Incarnations;
import io.pgprimacy.storage.repository.Refusal;
import io.pgprimacy.storage.repository.Refusal.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Whether a cluster can begin with what is stored, told by the bucket alone: no log is there that knows of timelines, and their histories are
 * encrypted. So it says no to what certainly cannot be; which WAL leads to the target, whoever restores finds out before anything is written.
 */
public final class OriginCheck {
    /** S3 tells whole seconds: what was stored within one may hold a commit of its end. */
    private static final Duration STORES_ROUND_DOWN_BY = Duration.ofSeconds(1);

    private final Catalog catalog;
    private final WalCatalog wal;
    private final Incarnations incarnations;

    public OriginCheck(Catalog catalog, WalCatalog wal, Incarnations incarnations) {
        this.catalog = catalog;
        this.wal = wal;
        this.incarnations = incarnations;
    }

    /**
     * @param incarnation empty: the newest
     * @param backup the only one to begin with; empty: the last one before the target
     */
    public record Wanted(RecoveryTarget target, Optional<Incarnation> incarnation, Optional<String> backup) {}

    /**
     * @param backup the last one before the target
     * @param stored bytes of it and of those that it rests upon
     * @param from the first moment that one can recover to
     * @param until when WAL was last stored
     * @param end of the newest WAL
     */
    public record Origin(
            Incarnation incarnation,
            BackupId backup,
            BackupType type,
            Instant backupEnded,
            long stored,
            Instant from,
            Instant until,
            Lsn end) {}

    private record Window(List<Manifest> backups, Instant until, Lsn end) {
        Instant from() {
            return backups.getFirst().stop().time();
        }

        String sentence() {
            return "one can recover from " + from() + " ("
                    + backups.getFirst().stop().lsn() + ") to " + until + " (" + end + ")";
        }
    }

    /** Throws {@link RestoreRefused} where the target is outside of what is stored, {@link Refusal} where nothing is. */
    public Origin of(ClusterId cluster, Wanted wanted) {
        List<Incarnation> lives = incarnations.list(cluster);
        if (lives.isEmpty()) {
            throw new Refusal(Reason.UNKNOWN, "the repository holds nothing of a cluster " + cluster);
        }
        Incarnation life = wanted.incarnation().orElseGet(() -> newest(cluster, lives));
        Window window = window(cluster, life);
        Manifest chosen = window.backups().stream()
                .filter(b -> wanted.backup().map(n -> b.id().value().equals(n)).orElse(true))
                .filter(b -> isBefore(b, wanted.target()))
                .reduce((_, later) -> later)
                .orElseThrow(() -> new RestoreRefused(
                        wanted.backup()
                                .map(n -> "there is no backup " + n + " before "
                                        + wanted.target().describe())
                                .orElse(wanted.target().describe() + " is before the end of the first backup"),
                        window.sentence()));
        refuseLater(wanted, window);
        return new Origin(
                life,
                chosen.id(),
                chosen.type(),
                chosen.stop().time(),
                window.backups().stream()
                        .filter(b -> chosen.chain().contains(b.id()))
                        .mapToLong(b -> b.totals().stored())
                        .sum(),
                window.from(),
                window.until(),
                window.end());
    }

    /** One in which WAL was archived and no backup taken holds commits that no earlier one has: whoever does without them says so. */
    private Incarnation newest(ClusterId cluster, List<Incarnation> lives) {
        Incarnation newest = lives.reversed().stream()
                .filter(life -> !backups(cluster, life).isEmpty()
                        || !wal.report(new WalPlace(cluster, life)).timelines().isEmpty())
                .findFirst()
                .orElseThrow(() ->
                        new Refusal(Reason.UNKNOWN, "the repository holds no backup and no WAL of cluster " + cluster));
        List<Incarnation> withBackups =
                lives.stream().filter(life -> !backups(cluster, life).isEmpty()).toList();
        if (!withBackups.isEmpty() && !withBackups.contains(newest)) {
            throw new RestoreRefused(
                    "incarnation " + newest + " of cluster " + cluster + " has WAL and no sound backup",
                    "incarnation " + withBackups.getLast()
                            + " has one, and nothing of what was committed since: name it with --incarnation to restore that");
        }
        return newest;
    }

    private Window window(ClusterId cluster, Incarnation life) {
        List<Manifest> backups = backups(cluster, life);
        if (backups.isEmpty()) {
            throw new Refusal(
                    Reason.UNKNOWN,
                    "the repository holds no sound backup of incarnation " + life + " of cluster " + cluster);
        }
        List<WalReport.TimelineReport> timelines =
                wal.report(new WalPlace(cluster, life)).timelines();
        Instant stored = timelines.stream()
                .map(WalReport.TimelineReport::newest)
                .max(Comparator.naturalOrder())
                .orElse(Instant.EPOCH);
        Lsn end = timelines.stream()
                .filter(t -> !t.coverage().isEmpty())
                .map(t -> t.coverage().getLast().end())
                .reduce(Lsn.ZERO, Lsn::max);
        Manifest last = backups.getLast();
        return new Window(
                backups,
                stored.isBefore(last.stop().time()) ? last.stop().time() : stored,
                Lsn.max(end, last.stop().lsn()));
    }

    private List<Manifest> backups(ClusterId cluster, Incarnation life) {
        return catalog.sound(cluster).stream()
                .filter(b -> b.incarnation().equals(life))
                .sorted(Comparator.comparing(b -> b.stop().time()))
                .toList();
    }

    private static boolean isBefore(Manifest backup, RecoveryTarget target) {
        return switch (target) {
            case RecoveryTarget.Time time -> !backup.stop().time().isAfter(time.time());
            case RecoveryTarget.At at -> !backup.stop().lsn().isAfter(at.lsn());
            case RecoveryTarget.Latest _, RecoveryTarget.Xid _, RecoveryTarget.Name _ -> true;
        };
    }

    private static void refuseLater(Wanted wanted, Window window) {
        switch (wanted.target()) {
            case RecoveryTarget.At at
            when at.lsn().isAfter(window.end()) ->
                throw new RestoreRefused(at.lsn() + " is after the newest WAL", window.sentence());
            case RecoveryTarget.Time time
            when time.time().isAfter(window.until().plus(STORES_ROUND_DOWN_BY)) ->
                throw new RestoreRefused(
                        time.time() + " is after the newest WAL", window.sentence() + "; latest recovers all of it");
            case RecoveryTarget.Xid _, RecoveryTarget.Name _
            when wanted.backup().isEmpty() && window.backups().size() > 1 ->
                throw new RestoreRefused(
                        wanted.target().describe() + " does not say after which backup it was",
                        "name the last backup before it with --backup: "
                                + String.join(
                                        ", ",
                                        window.backups().stream()
                                                .map(b -> b.id().value())
                                                .toList()));
            case RecoveryTarget.At _,
                    RecoveryTarget.Time _,
                    RecoveryTarget.Latest _,
                    RecoveryTarget.Xid _,
                    RecoveryTarget.Name _ -> {}
        }
    }
}
