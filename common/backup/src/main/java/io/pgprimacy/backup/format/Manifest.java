package io.pgprimacy.backup.format;

import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.TimelineId;
import java.time.Instant;
import java.util.List;

/**
 * What a backup is: the object that is written last and makes it one. Small whatever the size of the database; the files stand in the
 * indexes, the objects in {@link #objects}.
 *
 * @param chain the backups it rests on, the full one first, itself last
 * @param node that it was taken from
 * @param walIncluded whether the groups hold the WAL of {@link #walRanges}, so that nothing else is needed to make the data consistent
 * @param groups how many there are: data/00000001 to that number, and as many indexes
 * @param objects the list of objects, itself an object
 */
public record Manifest(
        int format,
        BackupId id,
        ClusterId cluster,
        Incarnation incarnation,
        BackupType type,
        List<BackupId> chain,
        NodeId node,
        Source postgres,
        List<Tablespace> tablespaces,
        Position start,
        Position stop,
        List<WalRange> walRanges,
        boolean walIncluded,
        int groups,
        Totals totals,
        StoredObject objects) {

    public static final int FORMAT = 1;

    public Manifest {
        chain = List.copyOf(chain);
        tablespaces = List.copyOf(tablespaces);
        walRanges = List.copyOf(walRanges);
        if (format != FORMAT) {
            throw new IllegalArgumentException(
                    "backup " + id + " has format " + format + "; this version reads format " + FORMAT);
        }
        if (chain.isEmpty() || !chain.getLast().equals(id) || (type == BackupType.FULL) != (chain.size() == 1)) {
            throw new IllegalArgumentException("backup " + id + " of type " + type + " cannot have the chain " + chain);
        }
        if (groups < 1 || walRanges.isEmpty()) {
            throw new IllegalArgumentException("backup " + id + " needs at least one group and one WAL range");
        }
    }

    public BackupPlace place() {
        return new BackupPlace(cluster, incarnation, id);
    }

    /** The place of a backup of the chain. */
    public BackupPlace place(int backup) {
        return new BackupPlace(cluster, incarnation, chain.get(backup));
    }

    /** Pages whose checksum was wrong: to be restored only by somebody who says that he knows. */
    public boolean hasWrongPages() {
        return totals.wrongPages() > 0;
    }

    /**
     * The instance that was backed up.
     *
     * @param version {@code server_version_num}
     */
    public record Source(
            SystemIdentifier systemIdentifier,
            int version,
            long walSegmentSize,
            boolean dataChecksums,
            boolean walLogHints,
            String walLevel,
            TimelineId timeline) {}

    /** @param location where CREATE TABLESPACE has put it; a restore may put it elsewhere */
    public record Tablespace(long oid, String location) {
        public String path() {
            return "pg_tblspc/" + oid;
        }
    }

    public record Position(Lsn lsn, Instant time) {}

    /** WAL that a restore must replay before the data is consistent. */
    public record WalRange(TimelineId timeline, Lsn start, Lsn end) {}

    /**
     * @param bytes of the files
     * @param read bytes that were read of them
     * @param stored bytes of all objects of this backup
     */
    public record Totals(long files, long bytes, long read, long stored, long wrongPages) {}
}
