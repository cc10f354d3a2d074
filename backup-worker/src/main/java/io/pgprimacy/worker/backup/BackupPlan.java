package io.pgprimacy.worker.backup;

import io.pgprimacy.backup.format.BackupType;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.worker.postgres.BackupSession;
import java.net.URI;
import java.nio.file.Path;

/**
 * What is asked of this process.
 *
 * @param type that is wanted; where there is nothing to rest upon it becomes a full one
 * @param source whence the files come
 * @param dataDirectory where this process finds it, if it does
 * @param token that the storage service asks for
 * @param masterKeys as text
 * @param bytesPerSecond that may be read; 0 for no limit
 * @param level of zstd
 */
public record BackupPlan(
        BackupType type,
        ClusterId cluster,
        Incarnation incarnation,
        NodeId node,
        BackupSession.Address postgres,
        SourceChoice source,
        Path dataDirectory,
        URI storage,
        String token,
        String masterKeys,
        int workers,
        long bytesPerSecond,
        int level) {
    public BackupPlan {
        if (workers < 1 || bytesPerSecond < 0) {
            throw new IllegalArgumentException("a backup needs at least one worker, and a rate that is not negative");
        }
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return "backup of " + cluster + "/" + node + " to " + storage;
    }
}
