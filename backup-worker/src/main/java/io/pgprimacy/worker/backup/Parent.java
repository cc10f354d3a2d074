package io.pgprimacy.worker.backup;

import io.pgprimacy.backup.format.BackupType;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What a differential or incremental backup may rest upon. Fires when there is a backup of the same life of the same instance, taken under the
 * same settings, whose end lies in the history of what is backed up now. Evidence: the manifests, and the instance as it is. Safe because
 * everything that could change pages behind the parent's back changes one of these. Otherwise a full backup is taken, and it says why.
 */
sealed interface Parent {
    /** One full backup and six increments: each costs a restore its time, and is one more that must be whole. */
    int LONGEST_CHAIN = 7;

    record Found(Manifest manifest) implements Parent {}

    /** @param because in words */
    record None(String because) implements Parent {}

    /**
     * What is backed up now.
     *
     * @param history where each earlier timeline ended, as far as it is known
     */
    record Now(Manifest.Source source, Lsn start, SortedMap<TimelineId, Lsn> history) {}

    /** @param backups of the cluster, oldest first */
    static Parent choose(BackupType wanted, Incarnation incarnation, List<Manifest> backups, Now now) {
        if (wanted == BackupType.FULL) {
            return new None("a full backup was asked for");
        }
        Optional<Manifest> last = backups.stream()
                .filter(m -> m.incarnation().equals(incarnation) && !m.hasWrongPages())
                .filter(m -> wanted == BackupType.INCREMENTAL || m.type() == BackupType.FULL)
                .reduce((earlier, later) -> later);
        if (last.isEmpty()) {
            return new None("there is no sound backup to rest upon");
        }
        return judge(last.get(), now);
    }

    private static Parent judge(Manifest parent, Now now) {
        if (parent.chain().size() >= LONGEST_CHAIN) {
            return new None(
                    "the chain of " + parent.id() + " is " + parent.chain().size() + " backups long");
        }
        Manifest.Source before = parent.postgres();
        Manifest.Source same = new Manifest.Source(
                before.systemIdentifier(),
                before.version(),
                before.walSegmentSize(),
                before.dataChecksums(),
                before.walLogHints(),
                before.walLevel(),
                now.source().timeline());
        if (!same.equals(now.source())) {
            return new None(
                    "since " + parent.id() + " the instance became another: " + before + ", now " + now.source());
        }
        if (parent.stop().lsn().isAfter(now.start())) {
            // On a standby with little activity the start is the last restartpoint, which may be old.
            return new None(
                    parent.id() + " ends at " + parent.stop().lsn() + ", after this backup's start " + now.start());
        }
        if (!before.timeline().equals(now.source().timeline())) {
            Lsn end = now.history().get(before.timeline());
            if (end == null || parent.stop().lsn().isAfter(end)) {
                return new None(parent.id() + " ends on timeline " + before.timeline() + " at "
                        + parent.stop().lsn() + ", which is not in the history of timeline "
                        + now.source().timeline());
            }
        }
        return new Found(parent);
    }
}
