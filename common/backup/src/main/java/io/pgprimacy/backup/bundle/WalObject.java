package io.pgprimacy.backup.bundle;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.crypto.DataKey;
import io.pgprimacy.backup.wal.WalKeyId;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;

/**
 * One object of the WAL archive: a line that names its key, then frames; in them one zstd stream, and that is the bytes themselves. The line is
 * not authenticated by itself: with another key in it, or any other change, nothing behind it decrypts.
 */
public final class WalObject {
    private static final String LINE = "pgprimacy wal 1 ";
    private static final int LENGTH = LINE.length() + WalKeyId.LENGTH + 1;

    private WalObject() {}

    /** The key of an object, by its id. */
    @FunctionalInterface
    public interface Keys {
        DataKey key(WalKeyId id) throws IOException;
    }

    /** @param object full name in the repository; it decrypts under that name only */
    public static void write(
            WalKeyId id,
            DataKey key,
            String object,
            SecureRandom random,
            int level,
            SecretObject.Content content,
            OutputStream sink)
            throws IOException {
        sink.write((LINE + id + '\n').getBytes(US_ASCII));
        SecretObject.write(key, object, random, level, content, sink);
    }

    /** See {@link SecretObject#read}. */
    public static long read(Keys keys, String object, InputStream stored, OutputStream sink) throws IOException {
        try (stored) {
            WalKeyId id = keyOf(object, stored.readNBytes(LENGTH));
            return SecretObject.read(key(keys, id, object), object, stored, sink);
        }
    }

    /** A changed bit in the name of the key is damage of the object, not of the key that is not there. */
    private static DataKey key(Keys keys, WalKeyId id, String object) throws IOException {
        try {
            return keys.key(id);
        } catch (RepositoryDamaged e) {
            throw new RepositoryDamaged(object + " cannot be decrypted: " + e.getMessage(), e);
        }
    }

    private static WalKeyId keyOf(String object, byte[] line) throws RepositoryDamaged {
        String text = new String(line, US_ASCII);
        if (text.length() != LENGTH || !text.startsWith(LINE) || !text.endsWith("\n")) {
            throw new RepositoryDamaged(object + " does not begin as an object of the WAL archive does");
        }
        try {
            return new WalKeyId(text.substring(LINE.length(), LENGTH - 1));
        } catch (IllegalArgumentException e) {
            throw new RepositoryDamaged(object + " does not say which key it is encrypted with", e);
        }
    }
}
