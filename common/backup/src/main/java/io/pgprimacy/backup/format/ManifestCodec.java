package io.pgprimacy.backup.format;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.crypto.DataKey;
import io.pgprimacy.backup.crypto.Seal;
import java.util.Arrays;
import tools.jackson.core.JacksonException;

/**
 * A manifest as bytes: JSON whose last line is its seal, in the manner of PostgreSQL's own backup_manifest. The seal covers every byte up
 * to and including the newline before that line, so it needs no canonical form of JSON.
 */
public final class ManifestCodec {
    private static final String SEAL_BEGIN = "\"seal\" : \"";
    private static final String SEAL_END = "\"}\n";

    private ManifestCodec() {}

    public static byte[] encode(Manifest manifest, DataKey key) {
        String json = Json.indented().writeValueAsString(manifest).stripTrailing();
        // Without the closing brace: the seal is the last member.
        byte[] covered = (json.substring(0, json.length() - 1).stripTrailing() + ",\n").getBytes(UTF_8);
        byte[] seal = (SEAL_BEGIN + Seal.of(key, covered) + SEAL_END).getBytes(UTF_8);
        byte[] document = Arrays.copyOf(covered, covered.length + seal.length);
        System.arraycopy(seal, 0, document, covered.length, seal.length);
        return document;
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
        int covered = lastLine(document);
        String last = new String(document, covered, document.length - covered, UTF_8);
        boolean shaped = last.startsWith(SEAL_BEGIN)
                && last.endsWith(SEAL_END)
                && last.length() >= SEAL_BEGIN.length() + SEAL_END.length();
        if (!shaped
                || !Seal.matches(
                        key,
                        Arrays.copyOf(document, covered),
                        last.substring(SEAL_BEGIN.length(), last.length() - SEAL_END.length()))) {
            throw new RepositoryDamaged(place.manifest() + " was changed after it was written: its seal is wrong");
        }
        Manifest manifest = parse(place.manifest(), document);
        if (!manifest.place().equals(place)) {
            throw new RepositoryDamaged(
                    place.manifest() + " is the manifest of " + manifest.place().directory());
        }
        return manifest;
    }

    private static int lastLine(byte[] document) {
        for (int i = document.length - 2; i > 0; i--) {
            if (document[i - 1] == '\n') {
                return i;
            }
        }
        return 0;
    }
}
