package io.pgprimacy.worker.wal;

import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.wal.WalPlace;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.worker.postgres.BackupSession;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What is asked of this process.
 *
 * @param term under which the node is primary
 * @param timeline that it writes
 * @param others that may have WAL which this node does not have
 * @param dataDirectory where this process finds it
 * @param gate the directory of the gate's script and markers
 * @param token that the storage service asks for
 * @param masterKeys as text
 * @param slices from the beginning of one to that of the next
 * @param level of zstd
 */
public record KeeperPlan(
        ClusterId cluster,
        Incarnation incarnation,
        long term,
        TimelineId timeline,
        BackupSession.Address postgres,
        List<BackupSession.Address> others,
        Path dataDirectory,
        Path gate,
        URI storage,
        String token,
        String masterKeys,
        Duration slices,
        int level) {
    private static final Duration SHORTEST = Duration.ofMillis(50);

    public KeeperPlan {
        others = List.copyOf(others);
        if (slices.compareTo(SHORTEST) < 0) {
            throw new IllegalArgumentException(
                    "slices every " + slices.toMillis() + " ms: the least is " + SHORTEST.toMillis());
        }
        if (term < 0) {
            throw new IllegalArgumentException("there is no term " + term);
        }
    }

    WalPlace place() {
        return new WalPlace(cluster, incarnation);
    }

    Path pgWal() {
        return dataDirectory.resolve("pg_wal");
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return "WAL of " + cluster + " under term " + term + " on timeline " + timeline + " to " + storage;
    }
}
