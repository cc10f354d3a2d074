package io.pgprimacy.backup.bundle;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.crypto.DataKey;
import io.pgprimacy.backup.crypto.FrameInput;
import io.pgprimacy.backup.crypto.FrameOutput;
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

    /** Writes the bytes that are to be stored; what it throws abandons the object. */
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /** @param object full name in the repository; it decrypts under that name only */
    public static void write(
            WalKeyId id, DataKey key, String object, SecureRandom random, int level, Content content, OutputStream sink)
            throws IOException {
        sink.write((LINE + id + '\n').getBytes(US_ASCII));
        FrameOutput frames = new FrameOutput(key, object, random, sink);
        try (var zstd = new ZstdOutputStreamNoFinalizer(frames, RecyclingBufferPool.INSTANCE, level)) {
            try {
                content.writeTo(zstd);
            } catch (IOException | RuntimeException e) {
                frames.abandon();
                throw e;
            }
        }
        frames.finish();
    }

    /**
     * Hands the content over while it is read, and returns its length. Throws {@link RepositoryDamaged} unless every byte of the object is as
     * it was written; until it has returned, what was handed over may lack its end.
     */
    public static long read(Keys keys, String object, InputStream stored, OutputStream sink) throws IOException {
        try (stored) {
            WalKeyId id = keyOf(object, stored.readNBytes(LENGTH));
            try (FrameInput frames = new FrameInput(key(keys, id, object), object, stored);
                    InputStream plain = new ZstdInputStreamNoFinalizer(frames, RecyclingBufferPool.INSTANCE)) {
                long length = plain.transferTo(sink);
                if (frames.read() >= 0) {
                    throw new RepositoryDamaged(object + " goes on after its end");
                }
                return length;
            } catch (ZstdIOException e) {
                throw new RepositoryDamaged(object + " cannot be decompressed", e);
            }
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
