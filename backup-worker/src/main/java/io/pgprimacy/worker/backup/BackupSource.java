package io.pgprimacy.worker.backup;

import io.pgprimacy.backup.restore.StoredBackup;
import io.pgprimacy.worker.postgres.BackupSession.Started;
import io.pgprimacy.worker.postgres.BackupSession.Stopped;
import io.pgprimacy.worker.transfer.StorageClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** How PostgreSQL's files reach this process. It begins the backup on the server's side, has everything stored, and ends it there. */
interface BackupSource extends AutoCloseable {
    /**
     * What was stored.
     *
     * @param tablespaces locations by oid
     * @param leftOut links and special files, with the reason
     */
    record Copied(Stopped stopped, int groups, SortedMap<Long, Path> tablespaces, List<String> leftOut) {
        public Copied {
            leftOut = List.copyOf(leftOut);
        }
    }

    Started start(String label) throws IOException;

    /** What the backup may rest upon, where one that is not full was asked for. */
    Parent parent(Started started, StorageClient client) throws IOException;

    /** Files, then the control file, then what PostgreSQL says at the stop, and the WAL from the start to that. */
    Copied copy(GroupWriter.Shared shared, Started started, Optional<StoredBackup> parent) throws IOException;

    @Override
    void close();
}
