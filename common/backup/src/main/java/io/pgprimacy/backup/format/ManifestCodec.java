package io.pgprimacy.backup.format;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.crypto.DataKey;
import tools.jackson.core.JacksonException;

/** A manifest as bytes: a {@link SealedDocument}. */
public final class ManifestCodec {
    private ManifestCodec() {}

    public static byte[] encode(Manifest manifest, DataKey key) {
        return SealedDocument.encode(manifest, key);
    }

    public static byte[] encode(DumpManifest manifest, DataKey key) {
        return SealedDocument.encode(manifest, key);
    }

    /** Reads it without verifying the seal: enough for a catalog, never for a restore. */
    public static Manifest parse(String name, byte[] document) throws RepositoryDamaged {
        return read(name, document, Manifest.class);
    }

    /** The same of a logical backup's. */
    public static DumpManifest parseDump(String name, byte[] document) throws RepositoryDamaged {
        return read(name, document, DumpManifest.class);
    }

    private static <M> M read(String name, byte[] document, Class<M> type) throws RepositoryDamaged {
        try {
            M manifest = Json.mapper().readValue(document, type);
            if (manifest == null) {
                throw new RepositoryDamaged(name + " is null");
            }
            return manifest;
        } catch (JacksonException | IllegalArgumentException e) {
            throw new RepositoryDamaged(name + " is not a manifest that this version can read: " + e.getMessage(), e);
        }
    }

    public static Manifest verify(BackupPlace place, byte[] document, DataKey key) throws RepositoryDamaged {
        SealedDocument.verify(place.manifest(), document, key);
        Manifest manifest = parse(place.manifest(), document);
        requirePlace(place, manifest.place());
        return manifest;
    }

    /** The same of a logical backup's. */
    public static DumpManifest verifyDump(BackupPlace place, byte[] document, DataKey key) throws RepositoryDamaged {
        SealedDocument.verify(place.manifest(), document, key);
        DumpManifest manifest = parseDump(place.manifest(), document);
        requirePlace(place, manifest.place());
        return manifest;
    }

    private static void requirePlace(BackupPlace place, BackupPlace told) throws RepositoryDamaged {
        if (!told.equals(place)) {
            throw new RepositoryDamaged(place.manifest() + " is the manifest of " + told.directory());
        }
    }
}
