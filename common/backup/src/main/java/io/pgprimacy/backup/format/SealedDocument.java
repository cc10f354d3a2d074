package io.pgprimacy.backup.format;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.crypto.DataKey;
import io.pgprimacy.backup.crypto.Seal;
import java.util.Arrays;

/**
 * JSON whose last line is its seal, in the manner of PostgreSQL's own backup_manifest. The seal covers every byte up to and including the
 * newline before that line, so it needs no canonical form of JSON.
 */
public final class SealedDocument {
    private static final String SEAL_BEGIN = "\"seal\" : \"";
    private static final String SEAL_END = "\"}\n";

    private SealedDocument() {}

    /** @param content what becomes a JSON object with at least one member */
    public static byte[] encode(Object content, DataKey key) {
        String json = Json.indented().writeValueAsString(content).stripTrailing();
        // Without the closing brace: the seal is the last member.
        byte[] covered = (json.substring(0, json.length() - 1).stripTrailing() + ",\n").getBytes(UTF_8);
        byte[] seal = (SEAL_BEGIN + Seal.of(key, covered) + SEAL_END).getBytes(UTF_8);
        byte[] document = Arrays.copyOf(covered, covered.length + seal.length);
        System.arraycopy(seal, 0, document, covered.length, seal.length);
        return document;
    }

    /** Throws {@link RepositoryDamaged} where it is not what was sealed with that key. */
    public static void verify(String name, byte[] document, DataKey key) throws RepositoryDamaged {
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
            throw new RepositoryDamaged(name + " was changed after it was written: its seal is wrong");
        }
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
