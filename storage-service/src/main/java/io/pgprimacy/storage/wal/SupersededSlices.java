package io.pgprimacy.storage.wal;

import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.storage.store.ObjectStore;
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
 * Removes slices of segments that are stored whole. Only after the grace: a restore that began before the segment was whole may be about to
 * read them. Slices of a segment that never became whole, at a timeline's end, stay.
 */
public final class SupersededSlices {
    private static final Pattern SLICE =
            Pattern.compile("(clusters/[^/]+/\\d+/wal/[0-9A-F]{8}/)slices/([0-9A-F]{24})/[0-9a-f]{8}-[0-9a-f]{8}");

    private final ObjectStore store;
    private final Clock clock;
    private final Duration grace;

    public SupersededSlices(ObjectStore store, Clock clock, Duration grace) {
        this.store = store;
        this.clock = clock;
        this.grace = grace;
    }

    /** Returns how many were removed. */
    public int collect() {
        Instant limit = clock.instant().minus(grace);
        SortedMap<String, List<String>> bySegment = new TreeMap<>();
        store.list(BackupPlace.CLUSTERS, found -> sort(found, limit, bySegment));
        int removed = 0;
        for (var e : bySegment.entrySet()) {
            if (store.stat(e.getKey()).isPresent()) {
                e.getValue().forEach(store::remove);
                removed += e.getValue().size();
            }
        }
        return removed;
    }

    private static void sort(StoredSummary found, Instant limit, SortedMap<String, List<String>> bySegment) {
        Matcher matcher = SLICE.matcher(found.name());
        if (matcher.matches() && found.modified().isBefore(limit)) {
            bySegment
                    .computeIfAbsent(matcher.group(1) + "segments/" + matcher.group(2), _ -> new ArrayList<>())
                    .add(found.name());
        }
    }
}
