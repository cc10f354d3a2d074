package io.pgprimacy.storage.wal;

import io.pgprimacy.backup.wal.WalInventory;
import io.pgprimacy.backup.wal.WalListing;
import io.pgprimacy.backup.wal.WalPlace;
import io.pgprimacy.backup.wal.WalReport;
import io.pgprimacy.backup.wal.WalTerm;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.storage.store.ObjectStore;
import java.util.List;

/** What WAL there is, read from the bucket alone. */
public final class WalCatalog {
    /** Of a place under which nothing was declared, and so nothing stored. */
    private static final long USUAL_SEGMENT_SIZE = 16 * 1024 * 1024;

    private final ObjectStore store;
    private final WalTerms terms;

    public WalCatalog(ObjectStore store, WalTerms terms) {
        this.store = store;
        this.terms = terms;
    }

    public WalReport report(WalPlace place) {
        List<WalTerm> declared = terms.list(place);
        long segmentSize =
                declared.isEmpty() ? USUAL_SEGMENT_SIZE : declared.getFirst().walSegmentSize();
        WalInventory inventory = new WalInventory(place, segmentSize);
        store.list(place.directory(), found -> inventory.add(found.name(), found.length(), found.modified()));
        return WalReport.of(inventory, declared);
    }

    /** @param from segments that end at or before it are left out */
    public WalListing listing(WalPlace place, Lsn from) {
        List<WalTerm> declared = terms.list(place);
        WalListing.Draft listing = new WalListing.Draft(
                place,
                declared.isEmpty() ? USUAL_SEGMENT_SIZE : declared.getFirst().walSegmentSize(),
                from);
        store.list(place.directory(), found -> listing.add(found.name(), found.length(), found.modified()));
        return listing.toListing();
    }
}
