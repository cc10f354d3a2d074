package io.pgprimacy.backup.restore;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.bundle.GroupIndex;
import io.pgprimacy.backup.crypto.DataKey;
import io.pgprimacy.backup.crypto.KeyWrapping;
import io.pgprimacy.backup.crypto.WrappedKey;
import io.pgprimacy.backup.format.BackupId;
import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.Json;
import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.backup.format.ManifestCodec;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/**
 * A backup whose manifest has been verified, with the keys of its whole chain.
 *
 * @param keys by the backups' numbers in the chain
 */
public record StoredBackup(Manifest manifest, List<DataKey> keys, ObjectSource source) {
    private static final int LARGEST_DOCUMENT = 16 * 1024 * 1024;

    public StoredBackup {
        keys = List.copyOf(keys);
    }

    public static StoredBackup open(BackupPlace place, KeyWrapping masters, ObjectSource source) throws IOException {
        DataKey own = key(place, masters, source);
        Manifest manifest = ManifestCodec.verify(place, document(place.manifest(), source), own);
        List<DataKey> keys = new ArrayList<>();
        for (BackupId id : manifest.chain()) {
            BackupPlace each = new BackupPlace(place.cluster(), place.incarnation(), id);
            keys.add(id.equals(place.id()) ? own : key(each, masters, source));
        }
        return new StoredBackup(manifest, keys, source);
    }

    public DataKey key() {
        return keys.getLast();
    }

    public GroupIndex index(int group) throws IOException {
        String name = manifest.place().index(group);
        return GroupIndex.read(key(), name, source.open(name));
    }

    private static DataKey key(BackupPlace place, KeyWrapping masters, ObjectSource source) throws IOException {
        for (String id : masters.ids()) {
            Optional<WrappedKey> wrapped = wrapped(place.key(id), source);
            if (wrapped.isPresent()) {
                if (!wrapped.get().masterKey().equals(id)) {
                    throw new RepositoryDamaged(
                            place.key(id) + " is wrapped by " + wrapped.get().masterKey());
                }
                return masters.unwrap(wrapped.get(), place.directory());
            }
        }
        throw new RepositoryDamaged("no key of " + place.directory()
                + " is wrapped by a master key that is known here: " + String.join(", ", masters.ids()));
    }

    /** Empty where there is no such object: the key may be wrapped by another master key. */
    private static Optional<WrappedKey> wrapped(String name, ObjectSource source) throws IOException {
        try {
            byte[] document = document(name, source);
            WrappedKey key = Json.mapper().readValue(document, WrappedKey.class);
            // Nothing but the wrapped bytes is sealed, so there must be exactly one way to write the rest.
            if (!Arrays.equals(document, Json.mapper().writeValueAsBytes(key))) {
                throw new RepositoryDamaged(name + " is not written as a wrapped key is");
            }
            return Optional.of(key);
        } catch (NoSuchObject e) {
            return Optional.empty();
        } catch (JacksonException e) {
            throw new RepositoryDamaged(name + " is not a wrapped key", e);
        }
    }

    private static byte[] document(String name, ObjectSource source) throws IOException {
        try (InputStream in = source.open(name)) {
            byte[] bytes = in.readNBytes(LARGEST_DOCUMENT + 1);
            if (bytes.length > LARGEST_DOCUMENT) {
                throw new RepositoryDamaged(name + " is longer than any document of its kind");
            }
            return bytes;
        }
    }
}
