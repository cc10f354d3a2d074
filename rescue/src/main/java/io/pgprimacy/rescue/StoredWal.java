package io.pgprimacy.rescue;

import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.restore.RestoreRefused;
import io.pgprimacy.backup.wal.WalInventory;
import io.pgprimacy.backup.wal.WalPlace;
import io.pgprimacy.backup.wal.WalTerm;
import io.pgprimacy.backup.wal.WalTermCodec;
import io.pgprimacy.core.id.ClusterId;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** The WAL archive of one incarnation, as the bucket shows it at one moment. */
record StoredWal(WalInventory inventory, List<WalTerm> terms) {

    /** Throws {@link RestoreRefused} where there is none. */
    static StoredWal in(Bucket bucket, ClusterId cluster, Incarnation incarnation) throws IOException {
        WalPlace place = new WalPlace(cluster, incarnation);
        List<WalTerm> terms = new ArrayList<>();
        for (String name : bucket.list(place.terms())) {
            terms.add(read(bucket, place, name));
        }
        if (terms.isEmpty()) {
            throw new RestoreRefused(
                    "there is no WAL archive of incarnation " + incarnation + " of cluster " + cluster,
                    "restore without --to: a backup holds the WAL that it needs itself");
        }
        WalInventory inventory = new WalInventory(place, terms.getFirst().walSegmentSize());
        bucket.list(place.directory(), inventory::add);
        return new StoredWal(inventory, List.copyOf(terms));
    }

    private static WalTerm read(Bucket bucket, WalPlace place, String name) throws IOException {
        try (InputStream in = bucket.open(name)) {
            return WalTermCodec.decode(place, name, in.readAllBytes());
        }
    }
}
