package io.pgprimacy.storage.repository;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.storage.repository.BackupStates.State;
import io.pgprimacy.storage.store.ObjectStore;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The records of what was verified, as they lie in the bucket; read again only when they have changed. */
public final class CheckRecords {
    private static final int LARGEST = 16 * 1024 * 1024;

    private final ObjectStore store;
    private final Documents documents;
    private final Map<BackupPlace, Cached> cache = new ConcurrentHashMap<>();

    private record Cached(String etag, CheckRecord record) {}

    public CheckRecords(ObjectStore store) {
        this.store = store;
        this.documents = new Documents(store);
    }

    /** As of now. Where it was damaged, nothing is known. */
    CheckRecord read(BackupPlace place) {
        String name = BackupStates.name(place, State.CHECKED);
        try {
            var document = documents.read(name, LARGEST);
            return document.isPresent() ? CheckRecord.decode(name, document.get()) : CheckRecord.none();
        } catch (RepositoryDamaged e) {
            return CheckRecord.none();
        }
    }

    /** @param etag as a listing has just shown it */
    CheckRecord read(BackupPlace place, String etag) {
        Cached cached = cache.get(place);
        if (cached == null || !cached.etag().equals(etag)) {
            cached = new Cached(etag, read(place));
            cache.put(place, cached);
        }
        return cached.record();
    }

    void write(BackupPlace place, CheckRecord record) {
        store.put(BackupStates.name(place, State.CHECKED), record.encode());
    }
}
