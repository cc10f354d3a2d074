package io.pgprimacy.worker.restore;

import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.backup.recovery.RecoveryPlan;
import io.pgprimacy.backup.recovery.RecoveryTarget;
import io.pgprimacy.backup.restore.RestoreRefused;
import io.pgprimacy.backup.restore.WalArchive;
import io.pgprimacy.backup.wal.Ancestry;
import io.pgprimacy.backup.wal.RecoveryPath;
import io.pgprimacy.backup.wal.WalInventory;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.worker.transfer.RepositoryClient;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which backup, and which WAL. Of the archive no more is listed than what comes after that backup. */
final class Selection {
    private static final Lsn HISTORIES_ONLY = Lsn.parse("7FFFFFFF/FFFFFFFF");

    private static final int LOOKS = 40;
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final RepositoryClient repository;
    private final WalArchive archive;

    Selection(RepositoryClient repository, WalArchive archive) {
        this.repository = repository;
        this.archive = archive;
    }

    /** What the primary has just written may not be stored yet: the archive lags by about a second, and longer after a promotion. */
    RecoveryPlan standby(RestorePlan.Goal.Standby goal) throws IOException {
        for (int look = 0; look < LOOKS && !isStored(goal); look++) {
            pause();
        }
        RecoveryPlan plan = latest(goal, Optional.empty());
        if (plan.reach().isBefore(goal.until())) {
            throw new RestoreRefused(
                    "the archive reaches to " + plan.reach() + ", and the primary has written up to " + goal.until(),
                    "fill the node from the primary");
        }
        return plan;
    }

    /** Where nothing at all is archived, nothing is waited for. */
    private boolean isStored(RestorePlan.Goal.Standby goal) throws IOException {
        WalInventory stored = repository.wal(goal.until().plus(-1)).inventory();
        return stored.timelines().isEmpty()
                || stored.timeline(goal.timeline())
                        .flatMap(t -> t.endFrom(goal.until().plus(-1)))
                        .filter(end -> !end.isBefore(goal.until()))
                        .isPresent();
    }

    /** The same backup, and what has been archived meanwhile: that much less is asked of the primary. */
    RecoveryPlan again(RestorePlan.Goal.Standby goal, RecoveryPlan chosen) throws IOException {
        return latest(goal, Optional.of(chosen.backup().id().value()));
    }

    private RecoveryPlan latest(RestorePlan.Goal.Standby goal, Optional<String> backup) throws IOException {
        return choose(new RecoveryTarget.Latest(), true, backup, Optional.of(goal.timeline()));
    }

    private static void pause() throws InterruptedIOException {
        try {
            Thread.sleep(LOOK);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    RecoveryPlan moment(RestorePlan.Goal.Moment goal) throws IOException {
        return choose(goal.target(), goal.inclusive(), goal.backup(), Optional.empty());
    }

    private RecoveryPlan choose(
            RecoveryTarget target, boolean inclusive, Optional<String> named, Optional<TimelineId> wanted)
            throws IOException {
        List<Manifest> backups = repository.soundBackups();
        if (backups.isEmpty()) {
            throw new RestoreRefused("there is no sound backup", "pgprimacy backups shows what there is");
        }
        WalInventory histories = repository.wal(HISTORIES_ONLY).inventory();
        TimelineId timeline = wanted.orElseGet(() -> newest(histories, backups));
        Ancestry ancestry = archive.ancestry(histories, timeline);
        Optional<Manifest> first = backups.stream()
                .filter(b -> named.map(n -> b.id().value().equals(n)).orElse(true))
                .filter(b ->
                        ancestry.includes(RecoveryPlan.timelineOf(b), b.stop().lsn()))
                .filter(b -> isBefore(b, target))
                .max(Comparator.comparing(b -> b.stop().lsn()));
        Lsn from = first.map(b -> b.start().lsn()).orElse(HISTORIES_ONLY);
        return RecoveryPlan.choose(
                target,
                inclusive,
                new RecoveryPath(repository.wal(from).inventory(), ancestry),
                backups,
                named.or(() -> first.filter(b -> !needsName(target)).map(b -> b.id().value())));
    }

    private static boolean needsName(RecoveryTarget target) {
        return target instanceof RecoveryTarget.Xid || target instanceof RecoveryTarget.Name;
    }

    private static boolean isBefore(Manifest backup, RecoveryTarget target) {
        return switch (target) {
            case RecoveryTarget.Time time -> !backup.stop().time().isAfter(time.time());
            case RecoveryTarget.At at -> !backup.stop().lsn().isAfter(at.lsn());
            case RecoveryTarget.Latest _, RecoveryTarget.Xid _, RecoveryTarget.Name _ -> true;
        };
    }

    private static TimelineId newest(WalInventory histories, List<Manifest> backups) {
        TimelineId ofBackups = backups.stream()
                .map(RecoveryPlan::timelineOf)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        return histories.timelines().isEmpty()
                        || histories.timelines().lastKey().compareTo(ofBackups) < 0
                ? ofBackups
                : histories.timelines().lastKey();
    }
}
