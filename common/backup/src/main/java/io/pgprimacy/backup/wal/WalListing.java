package io.pgprimacy.backup.wal;

import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.postgres.Lsn;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Names of an archive's objects, for who restores.
 *
 * @param objects every history, and segments and slices from some position on
 */
public record WalListing(ClusterId cluster, Incarnation incarnation, long segmentSize, List<Entry> objects) {
    public WalListing {
        objects = List.copyOf(objects);
    }

    /** @param name below the archive's directory */
    public record Entry(String name, long length, Instant modified) {}

    /** Collects what belongs into a listing. */
    public static final class Draft {
        private final WalPlace place;
        private final long segmentSize;
        private final Lsn from;
        private final List<Entry> objects = new ArrayList<>();

        /** @param from segments that end at or before it are left out */
        public Draft(WalPlace place, long segmentSize, Lsn from) {
            this.place = place;
            this.segmentSize = segmentSize;
            this.from = from;
        }

        /** @param name in the repository */
        public void add(String name, long length, Instant modified) {
            String below = name.substring(place.directory().length());
            boolean wanted = WalInventory.segmentOf(below, segmentSize)
                    .map(segment -> segment.end().isAfter(from))
                    .orElse(below.endsWith("/history"));
            if (wanted) {
                objects.add(new Entry(below, length, modified));
            }
        }

        public WalListing toListing() {
            return new WalListing(place.cluster(), place.incarnation(), segmentSize, objects);
        }
    }

    public WalInventory inventory() {
        WalPlace place = new WalPlace(cluster, incarnation);
        WalInventory inventory = new WalInventory(place, segmentSize);
        objects.forEach(o -> inventory.add(place.directory() + o.name(), o.length(), o.modified()));
        return inventory;
    }
}
