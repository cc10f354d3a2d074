package io.pgprimacy.agent.config;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where this node's backups go. The files are read by the agent alone, which hands their content to the worker.
 *
 * @param url of the storage service
 * @param tokenFile what it asks for
 * @param masterKeysFile what backups are sealed with; never leaves the database's hosts
 * @param workerLib directory with the jars of the backup worker
 * @param backupWorkers groups of files that a backup reads at once
 * @param backupRate megabytes a second that a backup may read; 0 for no limit
 * @param backupSource whence the files come: {@code files} reads the data directory, {@code stream} has PostgreSQL send them, {@code auto} streams where they cannot be read
 * @param backupLearns the first backup leaves behind what the worker's JVM has learned
 * @param walArchive the WAL is archived while this node is primary
 * @param drillDirectory in which drills restore, in a directory of this node's own; empty: beside the data directory
 */
public record StorageConfig(
        URI url,
        Path tokenFile,
        Path masterKeysFile,
        Path workerLib,
        int backupWorkers,
        int backupRate,
        BackupSource backupSource,
        boolean backupLearns,
        boolean walArchive,
        Optional<Path> drillDirectory) {
    private static final int MOST_WORKERS = 64;

    public StorageConfig {
        if (backupWorkers < 1 || backupWorkers > MOST_WORKERS) {
            throw new ConfigurationFailure(
                    "storage.backup.workers is " + backupWorkers, "It is 1 to " + MOST_WORKERS + ".");
        }
        if (backupRate < 0) {
            throw new ConfigurationFailure(
                    "storage.backup.rate.mb is negative: " + backupRate, "0 means that there is no limit.");
        }
    }

    static URI url(String text) {
        URI url = URI.create(text);
        boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
        if (!http || url.getHost() == null) {
            throw new IllegalArgumentException(text + " is no http or https address");
        }
        return url;
    }

    static Path readable(String text) {
        Path file = Path.of(text);
        if (!Files.isReadable(file)) {
            throw new IllegalArgumentException(file + " cannot be read");
        }
        return file;
    }

    static Path directory(String text) {
        Path directory = Path.of(text);
        if (!Files.isDirectory(directory)) {
            throw new IllegalArgumentException(directory + " is not a directory");
        }
        return directory;
    }
}
