package io.pgprimacy.backup.wal;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.crypto.DataKey;
import io.pgprimacy.backup.format.Json;
import io.pgprimacy.backup.format.SealedDocument;
import io.pgprimacy.backup.format.StoredObject;
import java.util.List;
import tools.jackson.core.JacksonException;

/**
 * What is stored of discarded WAL; a {@link SealedDocument} in the bucket.
 *
 * @param objects one for each of its segments, in their order, named relative to its directory
 */
public record DiscardedSummary(int format, DiscardedWal wal, List<StoredObject> objects) {
    public static final int FORMAT = 1;

    public DiscardedSummary {
        objects = List.copyOf(objects);
        List<String> expected =
                wal.segments().stream().map(s -> "segments/" + s).toList();
        if (!objects.stream().map(StoredObject::name).toList().equals(expected)) {
            throw new IllegalArgumentException("the objects of " + wal.place().directory() + " are not " + expected);
        }
    }

    public long stored() {
        return objects.stream().mapToLong(StoredObject::length).sum();
    }

    public byte[] encode(DataKey key) {
        return SealedDocument.encode(this, key);
    }

    /** Without verifying the seal: enough for a list. */
    public static DiscardedSummary parse(DiscardedPlace place, byte[] document) throws RepositoryDamaged {
        try {
            DiscardedSummary summary = Json.mapper().readValue(document, DiscardedSummary.class);
            if (summary == null || summary.format() != FORMAT) {
                throw new RepositoryDamaged(place.summary() + " is not of format " + FORMAT);
            }
            if (!summary.wal().place().equals(place)) {
                throw new RepositoryDamaged(
                        place.summary() + " is about " + summary.wal().place().directory());
            }
            return summary;
        } catch (JacksonException | IllegalArgumentException e) {
            throw new RepositoryDamaged(
                    place.summary() + " is not a summary that this version can read: " + e.getMessage(), e);
        }
    }

    public static DiscardedSummary verify(DiscardedPlace place, byte[] document, DataKey key) throws RepositoryDamaged {
        SealedDocument.verify(place.summary(), document, key);
        return parse(place, document);
    }
}
