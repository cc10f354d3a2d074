package io.pgprimacy.backup.restore;

import io.pgprimacy.backup.format.IndexEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/** Whether what a backup holds fits where it goes, disk by disk. */
final class Room {
    private final StoredBackup backup;
    private final Path data;
    private final SortedMap<String, Path> tablespaces;

    /** @param tablespaces their places by {@code pg_tblspc/OID} */
    Room(StoredBackup backup, Path data, SortedMap<String, Path> tablespaces) {
        this.backup = backup;
        this.data = data;
        this.tablespaces = tablespaces;
    }

    void require() throws IOException {
        long all = backup.manifest().totals().bytes();
        List<Path> places = new ArrayList<>(tablespaces.values());
        places.add(data);
        boolean plenty = true;
        for (Path place : places) {
            plenty &= all <= free(existing(place));
        }
        if (plenty) {
            return;
        }
        // Only the indexes tell how much goes where, and reading all of them takes a while.
        Map<Long, Long> needed = new TreeMap<>();
        for (Map.Entry<Path, Long> part : parts().entrySet()) {
            Path disk = existing(part.getKey());
            long bytes = needed.merge(
                    ((Number) Files.getAttribute(disk, "unix:dev")).longValue(), part.getValue(), Long::sum);
            if (free(disk) < bytes) {
                throw new RestoreRefused(
                        "the backup has " + bytes + " bytes for the disk of " + disk + ", which has room for "
                                + free(disk),
                        "make room, or restore to another file system");
            }
        }
    }

    /** The bytes for each place. */
    private SortedMap<Path, Long> parts() throws IOException {
        if (tablespaces.isEmpty()) {
            return new TreeMap<>(Map.of(data, backup.manifest().totals().bytes()));
        }
        SortedMap<Path, Long> parts = new TreeMap<>();
        for (int group = 1; group <= backup.manifest().groups(); group++) {
            int number = group;
            for (IndexEntry entry : Retries.run(() -> backup.index(number)).entries()) {
                if (entry instanceof IndexEntry.File file) {
                    parts.merge(placeOf(file.path()), file.size(), Long::sum);
                }
            }
        }
        return parts;
    }

    private Path placeOf(String file) {
        String[] names = file.split("/", 3);
        return names.length < 3 ? data : tablespaces.getOrDefault(names[0] + "/" + names[1], data);
    }

    private static long free(Path existing) throws IOException {
        return Files.getFileStore(existing).getUsableSpace();
    }

    private static Path existing(Path place) {
        Path existing = place;
        while (!Files.exists(existing)) {
            existing = Objects.requireNonNull(existing.getParent());
        }
        return existing;
    }
}
