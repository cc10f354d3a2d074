package io.pgprimacy.worker.discarded;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.bundle.SecretObject;
import io.pgprimacy.backup.crypto.DataKey;
import io.pgprimacy.backup.crypto.KeyWrapping;
import io.pgprimacy.backup.format.Json;
import io.pgprimacy.backup.format.StoredObject;
import io.pgprimacy.backup.format.StoredObject.Part;
import io.pgprimacy.backup.restore.NoSuchObject;
import io.pgprimacy.backup.restore.StoredDiscardedWal;
import io.pgprimacy.backup.wal.DiscardedPlace;
import io.pgprimacy.backup.wal.DiscardedSummary;
import io.pgprimacy.backup.wal.DiscardedWal;
import io.pgprimacy.worker.transfer.DiscardedStore;
import io.pgprimacy.worker.transfer.SameContent;
import io.pgprimacy.worker.transfer.StoredBytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Stores WAL that an agent has put aside: its key, its segments, and last its summary.
 *
 * <p>A crash in between leaves objects without a summary. Whoever comes next finds them, because the place is named by what the WAL is, goes on
 * under the same key, and reads back what is there: the same content is as good as having put it, another is refused, and nothing is overwritten.
 */
public final class DiscardedUpload {
    private static final int LEVEL = 1;

    private final Path directory;
    private final DiscardedWal wal;
    private final DiscardedPlace place;
    private final KeyWrapping masters;
    private final DiscardedStore store;
    private final SecureRandom random = new SecureRandom();

    /** @param directory that holds the segments */
    public DiscardedUpload(Path directory, DiscardedWal wal, KeyWrapping masters, DiscardedStore store) {
        this.directory = directory;
        this.wal = wal;
        this.place = wal.place();
        this.masters = masters;
        this.store = store;
    }

    /** Throws {@link RepositoryDamaged} where something else is stored in its place. */
    public DiscardedSummary run() throws IOException {
        Optional<StoredDiscardedWal> stored = stored();
        if (stored.isPresent()) {
            return compare(stored.get());
        }
        DataKey key = key();
        List<StoredObject> objects = new ArrayList<>();
        for (String segment : wal.segments()) {
            objects.add(new StoredObject("segments/" + segment, List.of(put(segment, key))));
        }
        DiscardedSummary summary = new DiscardedSummary(DiscardedSummary.FORMAT, wal, objects);
        store.commit(summary.encode(key));
        return summary;
    }

    private Optional<StoredDiscardedWal> stored() throws IOException {
        try {
            return Optional.of(StoredDiscardedWal.open(place, masters, store));
        } catch (NoSuchObject e) {
            return Optional.empty();
        }
    }

    /** Byte by byte: what is said to be stored is what makes it right to overwrite the data. */
    private DiscardedSummary compare(StoredDiscardedWal stored) throws IOException {
        if (!stored.summary().wal().isOfTheSame(wal)) {
            throw new RepositoryDamaged(place.summary() + " is there, and says something else");
        }
        for (String segment : wal.segments()) {
            try (InputStream here = Files.newInputStream(directory.resolve(segment))) {
                SameContent compared = new SameContent(here, () -> differs(place.segment(segment)));
                stored.copy(segment, compared);
                compared.requireEnd();
            }
        }
        return stored.summary();
    }

    /**
     * Stored before anything is encrypted with it. Where an earlier attempt has stored one, that is the key, also when the master keys have been rotated
     * since: beside a second one nothing that it has put could be read.
     */
    private DataKey key() throws IOException {
        Optional<DataKey> begun = StoredDiscardedWal.key(place, masters, store);
        return begun.isPresent() ? begun.get() : begin();
    }

    private DataKey begin() throws IOException {
        DataKey next = DataKey.generate(random);
        StoredBytes wrapped = new StoredBytes();
        byte[] document = Json.mapper().writeValueAsBytes(masters.wrap(next, place.directory()));
        wrapped.write(document, 0, document.length);
        String name = place.key(masters.currentId());
        if (store.put(name, wrapped, wrapped.describe())) {
            return next;
        }
        // By this very put, for instance, tried again after its answer was lost.
        return StoredDiscardedWal.key(place, masters, store)
                .orElseThrow(() -> new IOException(name + " is there, and cannot be read"));
    }

    private Part put(String segment, DataKey key) throws IOException {
        String name = place.segment(segment);
        Path file = directory.resolve(segment);
        StoredBytes object = new StoredBytes();
        SecretObject.write(key, name, random, LEVEL, out -> Files.copy(file, out), object);
        Part described = object.describe();
        return store.put(name, object, described) ? described : readBack(name, file, key);
    }

    /** Ciphertext differs each time, so what is there is described as it is. */
    private Part readBack(String name, Path file, DataKey key) throws IOException {
        StoredBytes there = new StoredBytes();
        try (InputStream stored = store.open(name)) {
            stored.transferTo(there);
        }
        try (InputStream here = Files.newInputStream(file)) {
            SameContent compared = new SameContent(here, () -> differs(name));
            SecretObject.read(key, name, there.content(), compared);
            compared.requireEnd();
        }
        return there.describe();
    }

    private static RepositoryDamaged differs(String name) {
        return new RepositoryDamaged(name + " is stored already, with another content");
    }
}
