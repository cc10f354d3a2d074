package io.pgprimacy.backup.restore;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.bundle.GroupIndex;
import io.pgprimacy.backup.format.IndexEntry;
import io.pgprimacy.backup.format.Manifest;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Restores a backup, with its whole chain, into an empty data directory: groups in parallel, each file verified against the CRC32C that
 * it had when it was read from the source. Memory is bounded by the number of workers. Leaves a {@code backup_manifest} for
 * {@code pg_verifybackup}; writes no recovery settings.
 */
public final class DataDirectoryRestore {
    private final StoredBackup backup;
    private final Settings settings;
    private final RestoreTarget target;
    private final AtomicLong files = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    /**
     * @param moved new locations of tablespaces by their oid; others go where they were
     * @param acceptSuspect whether to restore a backup with pages whose checksum was wrong
     */
    public record Settings(Path data, Map<Long, Path> moved, int workers, boolean acceptSuspect) {
        public Settings {
            moved = Map.copyOf(moved);
            if (workers < 1) {
                throw new IllegalArgumentException("a restore needs a worker");
            }
        }
    }

    /** Told from the workers' threads. */
    @FunctionalInterface
    public interface Progress {
        void restored(long files, long bytes);
    }

    public record Outcome(long files, long bytes) {}

    /** Throws {@link RestoreRefused} where it must not begin; nothing has been touched then. */
    public DataDirectoryRestore(StoredBackup backup, Settings settings) throws IOException {
        Manifest manifest = backup.manifest();
        if (manifest.hasWrongPages() && !settings.acceptSuspect()) {
            throw new RestoreRefused(
                    "backup " + manifest.id() + " has " + manifest.totals().wrongPages()
                            + " pages whose checksum was wrong",
                    "restore an older backup, or say that you accept a suspect one");
        }
        this.backup = backup;
        this.settings = settings;
        this.target = new RestoreTarget(backup, settings.data(), settings.moved());
    }

    public Outcome run(Progress progress) throws IOException {
        target.prepare();
        PostgresManifest manifest =
                new PostgresManifest(new BufferedOutputStream(Files.newOutputStream(target.backupManifest())));
        try (FileSyncs syncs = new FileSyncs()) {
            restoreGroups(manifest, syncs, progress);
            syncs.finish();
        }
        manifest.finish(backup.manifest().walRanges());
        try (var written = FileChannel.open(target.backupManifest(), StandardOpenOption.WRITE)) {
            written.force(true);
        }
        target.complete();
        return new Outcome(files.get(), bytes.get());
    }

    /** Groups are handed out one by one, so that no more than the workers' are in memory. */
    private void restoreGroups(PostgresManifest manifest, FileSyncs syncs, Progress progress) throws IOException {
        AtomicInteger next = new AtomicInteger(1);
        ExecutorService workers = Executors.newFixedThreadPool(settings.workers());
        try {
            var running = new ExecutorCompletionService<Void>(workers);
            for (int i = 0; i < settings.workers(); i++) {
                running.submit(() -> {
                    int last = backup.manifest().groups();
                    for (int group = next.getAndIncrement(); group <= last; group = next.getAndIncrement()) {
                        restoreGroup(group, manifest, syncs, progress);
                    }
                    return null;
                });
            }
            for (int i = 0; i < settings.workers(); i++) {
                running.take().get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException trouble ? trouble : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the restore was interrupted");
        } finally {
            // The others' files are of no use once one has failed.
            workers.shutdownNow();
            workers.close();
        }
    }

    private void restoreGroup(int number, PostgresManifest manifest, FileSyncs syncs, Progress progress)
            throws IOException {
        GroupIndex index = Retries.run(() -> backup.index(number));
        GroupRestore group = new GroupRestore(backup, target, syncs);
        for (IndexEntry entry : index.entries()) {
            switch (entry) {
                case IndexEntry.Directory directory -> target.makeDirectory(directory.path(), directory.mode());
                case IndexEntry.File file -> {
                    if (!RestoreTarget.leavesOut(file.path())) {
                        group.want(file);
                    }
                }
            }
        }
        group.restore();
        for (IndexEntry.File file : group.wanted()) {
            if (!file.path().startsWith("pg_wal/")) {
                synchronized (manifest) {
                    manifest.add(file.path(), file.size(), file.modified(), Crc.parse(file.crc32c()));
                }
            }
            progress.restored(files.incrementAndGet(), bytes.addAndGet(file.size()));
        }
    }

    /** CRC32C as the index writes it. */
    static final class Crc {
        private Crc() {}

        static int parse(String hex) throws RepositoryDamaged {
            try {
                return Integer.parseUnsignedInt(hex, 16);
            } catch (NumberFormatException e) {
                throw new RepositoryDamaged("'" + hex + "' is not a CRC32C", e);
            }
        }
    }
}
