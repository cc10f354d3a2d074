package io.pgprimacy.storage.repository;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.format.ObjectComparison;
import io.pgprimacy.backup.format.StoredObject;
import io.pgprimacy.backup.restore.Retries;
import io.pgprimacy.backup.wal.DiscardedPlace;
import io.pgprimacy.backup.wal.DiscardedSummary;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.storage.store.ObjectStore;
import io.pgprimacy.storage.store.StoreUnavailable;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Compares stored WAL that did not become history with what its summary says, while there is time. It is little, so nothing is remembered of it. */
final class DiscardedVerification {
    private static final int CHUNK = 64 * 1024;
    private static final int LARGEST_SUMMARY = 16 * 1024 * 1024;

    private final ObjectStore store;
    private final Documents documents;
    private final BackupStates states;

    DiscardedVerification(ObjectStore store) {
        this.store = store;
        this.documents = new Documents(store);
        this.states = new BackupStates(store);
    }

    /** Full names of what is not as it was stored. */
    List<String> run(ClusterId cluster, Pace pace) {
        List<DiscardedPlace> places = new ArrayList<>();
        states.incarnations(cluster)
                .forEach(life -> store.list(
                        DiscardedPlace.all(cluster, life),
                        found -> DiscardedPlace.ofSummary(found.name()).ifPresent(places::add)));
        List<String> damaged = new ArrayList<>();
        for (DiscardedPlace place : places) {
            if (!pace.isOver()) {
                verify(place, pace, damaged);
            }
        }
        return damaged;
    }

    private void verify(DiscardedPlace place, Pace pace, List<String> damaged) {
        try {
            byte[] document = documents.read(place.summary(), LARGEST_SUMMARY).orElse(new byte[0]);
            for (StoredObject object : DiscardedSummary.parse(place, document).objects()) {
                String name = place.directory() + object.name();
                if (!isGood(name, object, pace)) {
                    damaged.add(name);
                }
            }
        } catch (RepositoryDamaged e) {
            damaged.add(place.summary());
        }
    }

    private boolean isGood(String name, StoredObject expected, Pace pace) {
        try {
            return Retries.run(() -> {
                Optional<InputStream> found = store.open(name);
                if (found.isEmpty()) {
                    return false;
                }
                ObjectComparison comparison = new ObjectComparison(expected);
                byte[] chunk = new byte[CHUNK];
                try (InputStream in = found.get()) {
                    for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                        comparison.update(chunk, 0, read);
                        pace.pass(read);
                    }
                }
                pace.object();
                return comparison.finish().isEmpty();
            });
        } catch (IOException e) {
            throw new StoreUnavailable("cannot read " + name + ": " + e.getMessage(), e);
        }
    }
}
