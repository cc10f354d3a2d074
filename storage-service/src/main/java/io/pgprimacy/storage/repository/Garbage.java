package io.pgprimacy.storage.repository;

import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.storage.store.ObjectStore;
import io.pgprimacy.storage.store.PendingUpload;
import io.pgprimacy.storage.store.StoredSummary;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Collects what was never committed: directories of backups without a manifest, and uploads that were never completed, once nothing has
 * been put there for the grace. A backup that is being taken puts something all the time, and {@link BackupUploads#commit} refuses one that
 * was silent for half of the grace, so the two cannot meet.
 */
public final class Garbage {
    private static final Pattern OF_A_BACKUP = Pattern.compile("(clusters/[^/]+/\\d+/backups/[^/]+/).+");

    private final ObjectStore store;
    private final Clock clock;
    private final Duration grace;

    public Garbage(ObjectStore store, Clock clock, Duration grace) {
        this.store = store;
        this.clock = clock;
        this.grace = grace;
    }

    /** What was removed. */
    public record Collected(List<String> directories, int objects, int uploads) {}

    private static final class Directory {
        private final List<String> objects = new ArrayList<>();
        private Instant newest = Instant.MIN;
        private boolean committed;
    }

    public Collected collect() {
        Instant limit = clock.instant().minus(grace);
        SortedMap<String, Directory> directories = new TreeMap<>();
        store.list(BackupPlace.CLUSTERS, found -> sort(found, directories));
        List<PendingUpload> uploads = store.pendingUploads(BackupPlace.CLUSTERS);
        uploads.forEach(upload -> touch(upload, directories));
        List<String> collected = new ArrayList<>();
        int objects = 0;
        for (var e : directories.entrySet()) {
            Directory directory = e.getValue();
            boolean old = directory.newest.isBefore(limit);
            // Asked again: the listing may be older than a commit that came just after it.
            if (!directory.committed
                    && old
                    && store.stat(e.getKey() + "manifest.json").isEmpty()) {
                directory.objects.forEach(store::remove);
                collected.add(e.getKey());
                objects += directory.objects.size();
            }
        }
        int aborted = 0;
        for (PendingUpload upload : uploads) {
            if (upload.begun().isBefore(limit)) {
                store.abortUpload(upload.name(), upload.uploadId());
                aborted++;
            }
        }
        return new Collected(List.copyOf(collected), objects, aborted);
    }

    private static void sort(StoredSummary found, SortedMap<String, Directory> directories) {
        Matcher matcher = OF_A_BACKUP.matcher(found.name());
        if (matcher.matches()) {
            Directory directory = directories.computeIfAbsent(matcher.group(1), _ -> new Directory());
            directory.objects.add(found.name());
            directory.newest = max(directory.newest, found.modified());
            directory.committed |= BackupPlace.ofManifest(found.name()).isPresent();
        }
    }

    private static void touch(PendingUpload upload, SortedMap<String, Directory> directories) {
        Matcher matcher = OF_A_BACKUP.matcher(upload.name());
        if (matcher.matches()) {
            Directory directory = directories.computeIfAbsent(matcher.group(1), _ -> new Directory());
            directory.newest = max(directory.newest, upload.begun());
        }
    }

    private static Instant max(Instant one, Instant other) {
        return one.isBefore(other) ? other : one;
    }
}
