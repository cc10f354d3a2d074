package io.pgprimacy.backup.restore;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.bundle.SecretObject;
import io.pgprimacy.backup.crypto.DataKey;
import io.pgprimacy.backup.crypto.KeyWrapping;
import io.pgprimacy.backup.format.ComparedInput;
import io.pgprimacy.backup.format.StoredObject;
import io.pgprimacy.backup.restore.BackupVerification.Damage;
import io.pgprimacy.backup.wal.DiscardedPlace;
import io.pgprimacy.backup.wal.DiscardedSummary;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Discarded WAL in the repository, with its key; its summary is verified. */
public final class StoredDiscardedWal {
    private final DiscardedSummary summary;
    private final DataKey key;
    private final ObjectSource source;

    private StoredDiscardedWal(DiscardedSummary summary, DataKey key, ObjectSource source) {
        this.summary = summary;
        this.key = key;
        this.source = source;
    }

    /** Throws {@link NoSuchObject} where it is not, or not wholly stored. */
    public static StoredDiscardedWal open(DiscardedPlace place, KeyWrapping masters, ObjectSource source)
            throws IOException {
        byte[] document = document(place, source);
        DataKey key = DataKeys.open(place.directory(), masters, source);
        return new StoredDiscardedWal(DiscardedSummary.verify(place, document, key), key, source);
    }

    /** As it lies in the bucket, unverified: enough for a list. */
    public static DiscardedSummary summary(DiscardedPlace place, ObjectSource source) throws IOException {
        return DiscardedSummary.parse(place, document(place, source));
    }

    /** The key under which it begins to be stored; empty where nobody has begun. */
    public static Optional<DataKey> key(DiscardedPlace place, KeyWrapping masters, ObjectSource source)
            throws IOException {
        return DataKeys.find(place.directory(), masters, source);
    }

    public DiscardedSummary summary() {
        return summary;
    }

    /** Hands over a segment while it is read; see {@link SecretObject#read}. */
    public long copy(String segment, OutputStream sink) throws IOException {
        String name = summary.wal().place().segment(segment);
        try (InputStream stored = source.open(name)) {
            return SecretObject.read(key, name, stored, sink);
        }
    }

    /** Reads everything that is stored at a place and compares its hashes; with the master keys it decrypts it, too. */
    public static List<Damage> verify(DiscardedPlace place, Optional<KeyWrapping> masters, ObjectSource source)
            throws IOException {
        List<Damage> damaged = new ArrayList<>();
        try {
            DiscardedSummary summary = summary(place, source);
            Optional<StoredDiscardedWal> opened = Optional.empty();
            if (masters.isPresent()) {
                opened = Optional.of(open(place, masters.get(), source));
            }
            for (StoredObject object : summary.objects()) {
                String name = place.directory() + object.name();
                verify(name, object, opened, source).ifPresent(what -> damaged.add(new Damage(name, what)));
            }
        } catch (RepositoryDamaged | NoSuchObject e) {
            damaged.add(new Damage(place.summary(), String.valueOf(e.getMessage())));
        }
        return damaged;
    }

    private static Optional<String> verify(
            String name, StoredObject expected, Optional<StoredDiscardedWal> opened, ObjectSource source)
            throws IOException {
        return Retries.run(() -> {
            try (InputStream stored = source.open(name)) {
                ComparedInput compared = new ComparedInput(stored, expected);
                Optional<String> unreadable =
                        opened.isPresent() ? unreadable(name, opened.get().key, compared) : Optional.empty();
                return compared.finish().map(Object::toString).or(() -> unreadable);
            } catch (NoSuchObject e) {
                return Optional.of("there is no such object");
            }
        });
    }

    private static Optional<String> unreadable(String name, DataKey key, InputStream stored) throws IOException {
        try {
            SecretObject.read(key, name, stored, OutputStream.nullOutputStream());
            return Optional.empty();
        } catch (RepositoryDamaged e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static byte[] document(DiscardedPlace place, ObjectSource source) throws IOException {
        return Retries.run(() -> {
            try (InputStream in = source.open(place.summary())) {
                return in.readNBytes(StoredBackup.LARGEST_DOCUMENT);
            }
        });
    }
}
