package io.pgprimacy.backup.retention;

import io.pgprimacy.backup.format.BackupId;
import io.pgprimacy.backup.format.BackupType;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.core.postgres.Lsn;
import java.time.Instant;
import java.util.List;

/**
 * What retention needs to know of one backup.
 *
 * @param chain the backups it rests on, the full one first, itself last
 * @param startLsn where recovery from it begins
 * @param walRanges WAL without which its data is not consistent
 * @param walIncluded whether it holds that WAL itself
 * @param wrongPages whose checksum was wrong when it was taken
 * @param damaged whether an object of its own is not what was stored
 * @param pinned whether somebody said that it must stay
 */
public record BackupFacts(
        Incarnation incarnation,
        BackupId id,
        BackupType type,
        List<BackupId> chain,
        Instant started,
        Instant stopped,
        Lsn startLsn,
        List<Manifest.WalRange> walRanges,
        boolean walIncluded,
        long wrongPages,
        boolean damaged,
        boolean pinned)
        implements Comparable<BackupFacts> {

    public BackupFacts {
        chain = List.copyOf(chain);
        walRanges = List.copyOf(walRanges);
    }

    public static BackupFacts of(Manifest manifest, boolean damaged, boolean pinned) {
        return new BackupFacts(
                manifest.incarnation(),
                manifest.id(),
                manifest.type(),
                manifest.chain(),
                manifest.start().time(),
                manifest.stop().time(),
                manifest.start().lsn(),
                manifest.walRanges(),
                manifest.walIncluded(),
                manifest.totals().wrongPages(),
                damaged,
                pinned);
    }

    /** By age: later lives of the cluster after earlier ones. */
    @Override
    public int compareTo(BackupFacts other) {
        int byLife = incarnation.compareTo(other.incarnation);
        return byLife != 0 ? byLife : id.compareTo(other.id);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BackupFacts facts && compareTo(facts) == 0;
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return id.value();
    }
}
