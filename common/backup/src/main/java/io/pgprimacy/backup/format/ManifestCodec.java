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

    /** Reads it without verifying the seal: enough for a catalog, never for a restore. */
    public static Manifest parse(String name, byte[] document) throws RepositoryDamaged {
        try {
            Manifest manifest = Json.mapper().readValue(document, Manifest.class);
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
        if (!manifest.place().equals(place)) {
            throw new RepositoryDamaged(
                    place.manifest() + " is the manifest of " + manifest.place().directory());
        }
        return manifest;
    }
}
