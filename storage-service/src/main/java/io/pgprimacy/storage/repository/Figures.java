package io.pgprimacy.storage.repository;

import io.pgprimacy.backup.format.BackupType;
import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.backup.wal.WalReport;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.storage.repository.BackupStates.Proof;
import io.pgprimacy.storage.repository.Catalog.Known;
import io.pgprimacy.storage.repository.Catalog.Listing;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one cluster's repository is worth, in numbers; of its WAL that of the newest incarnation.
 *
 * @param damaged backups with damaged objects, or whose manifest cannot be read
 * @param last end of the newest good backup of each type
 * @param proof the newest
 */
public record Figures(
        ClusterId cluster,
        int backups,
        int damaged,
        long bytes,
        SortedMap<BackupType, Instant> last,
        Optional<Instant> oldest,
        Optional<Proof> proof,
        Optional<Instant> verified,
        long walBytes,
        int walHoles,
        Optional<Instant> walNewest) {

    public Figures {
        last = Collections.unmodifiableSortedMap(new TreeMap<>(last));
    }

    /** @param wal empty where no incarnation has any */
    public static Figures of(ClusterId cluster, Listing listing, Optional<WalReport> wal) {
        SortedMap<BackupType, Instant> last = new TreeMap<>();
        listing.backups().stream()
                .filter(b -> !b.hasWrongPages())
                .forEach(b -> last.merge(b.type(), b.stop().time(), (x, y) -> x.isAfter(y) ? x : y));
        return new Figures(
                cluster,
                listing.backups().size(),
                (int) listing.states().stream()
                                .filter(k -> !k.damaged().isEmpty())
                                .count()
                        + listing.unreadable().size(),
                listing.backups().stream().mapToLong(b -> b.totals().stored()).sum(),
                last,
                listing.backups().stream()
                        .map(Manifest::stop)
                        .map(Manifest.Position::time)
                        .min(Comparator.naturalOrder()),
                listing.states().stream().flatMap(k -> k.proven().stream()).max(Comparator.comparing(Proof::at)),
                listing.states().stream()
                        .map(Known::verified)
                        .flatMap(Optional::stream)
                        .max(Comparator.naturalOrder()),
                wal.stream()
                        .flatMap(w -> w.timelines().stream())
                        .mapToLong(t -> t.bytes())
                        .sum(),
                wal.stream()
                        .flatMap(w -> w.timelines().stream())
                        .mapToInt(t -> t.holes().size())
                        .sum(),
                wal.stream()
                        .flatMap(w -> w.timelines().stream())
                        .map(WalReport.TimelineReport::newest)
                        .max(Comparator.naturalOrder()));
    }
}
