package io.pgprimacy.backup.restore;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.bundle.GroupIndex;
import io.pgprimacy.backup.crypto.DataKey;
import io.pgprimacy.backup.crypto.KeyWrapping;
import io.pgprimacy.backup.format.BackupId;
import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.backup.format.ManifestCodec;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * A backup whose manifest has been verified, with the keys of its whole chain.
 *
 * @param keys by the backups' numbers in the chain
 */
public record StoredBackup(Manifest manifest, List<DataKey> keys, ObjectSource source) {
    static final int LARGEST_DOCUMENT = 16 * 1024 * 1024;

    public StoredBackup {
        keys = List.copyOf(keys);
    }

    public static StoredBackup open(BackupPlace place, KeyWrapping masters, ObjectSource source) throws IOException {
        DataKey own = DataKeys.open(place.directory(), masters, source);
        Manifest manifest = ManifestCodec.verify(place, document(place.manifest(), source), own);
        List<DataKey> keys = new ArrayList<>();
        for (BackupId id : manifest.chain()) {
            BackupPlace each = new BackupPlace(place.cluster(), place.incarnation(), id);
            keys.add(id.equals(place.id()) ? own : DataKeys.open(each.directory(), masters, source));
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

    static byte[] document(String name, ObjectSource source) throws IOException {
        try (InputStream in = source.open(name)) {
            byte[] bytes = in.readNBytes(LARGEST_DOCUMENT + 1);
            if (bytes.length > LARGEST_DOCUMENT) {
                throw new RepositoryDamaged(name + " is longer than any document of its kind");
            }
            return bytes;
        }
    }
}
