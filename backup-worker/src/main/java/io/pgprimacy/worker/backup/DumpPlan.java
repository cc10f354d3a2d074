package io.pgprimacy.worker.backup;

import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.worker.postgres.BackupSession;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * What is asked of this process where a logical backup is wanted.
 *
 * @param databases their names; none: all that accept connections
 * @param programs directory of pg_dump and pg_dumpall
 * @param token that the storage service asks for
 * @param masterKeys as text
 * @param bytesPerSecond that may be read; 0 for no limit
 * @param level of zstd
 */
public record DumpPlan(
        ClusterId cluster,
        Incarnation incarnation,
        NodeId node,
        List<String> databases,
        BackupSession.Address postgres,
        Path programs,
        URI storage,
        String token,
        String masterKeys,
        long bytesPerSecond,
        int level) {
    public DumpPlan {
        databases = List.copyOf(databases);
        if (bytesPerSecond < 0) {
            throw new IllegalArgumentException("the rate must not be negative");
        }
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return "logical backup of " + cluster + "/" + node + " to " + storage;
    }
}
