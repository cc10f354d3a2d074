package io.pgprimacy.storage.repository;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.DumpManifest;
import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.backup.format.ManifestCodec;
import io.pgprimacy.backup.restore.Retries;
import io.pgprimacy.storage.store.ObjectStore;
import io.pgprimacy.storage.store.StoreUnavailable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Reads small objects whole. */
final class Documents {
    static final int LARGEST_MANIFEST = 16 * 1024 * 1024;

    private final ObjectStore store;

    Documents(ObjectStore store) {
        this.store = store;
    }

    /**
     * Empty where there is none; damaged where it is longer than any of its kind. The store's own attempts end with the first byte, so a body
     * that breaks off later is read again.
     */
    Optional<byte[]> read(String name, int most) throws RepositoryDamaged {
        try {
            return Retries.run(() -> readOnce(name, most));
        } catch (RepositoryDamaged e) {
            throw e;
        } catch (IOException e) {
            throw new StoreUnavailable("cannot read " + name + ": " + e.getMessage(), e);
        }
    }

    private Optional<byte[]> readOnce(String name, int most) throws IOException {
        Optional<InputStream> found = store.open(name);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = found.get()) {
            byte[] content = in.readNBytes(most + 1);
            if (content.length > most) {
                throw new RepositoryDamaged(name + " is longer than any object of its kind");
            }
            return Optional.of(content);
        }
    }

    Optional<Manifest> manifest(BackupPlace place) throws RepositoryDamaged {
        Optional<byte[]> document = read(place.manifest(), LARGEST_MANIFEST);
        if (document.isEmpty()) {
            return Optional.empty();
        }
        Manifest manifest = ManifestCodec.parse(place.manifest(), document.get());
        requirePlace(place, manifest.place());
        return Optional.of(manifest);
    }

    /** Of a logical backup. */
    Optional<DumpManifest> dump(BackupPlace place) throws RepositoryDamaged {
        Optional<byte[]> document = read(place.manifest(), LARGEST_MANIFEST);
        if (document.isEmpty()) {
            return Optional.empty();
        }
        DumpManifest manifest = ManifestCodec.parseDump(place.manifest(), document.get());
        requirePlace(place, manifest.place());
        return Optional.of(manifest);
    }

    private static void requirePlace(BackupPlace place, BackupPlace told) throws RepositoryDamaged {
        if (!told.equals(place)) {
            throw new RepositoryDamaged("it is the manifest of " + told.directory());
        }
    }
}
