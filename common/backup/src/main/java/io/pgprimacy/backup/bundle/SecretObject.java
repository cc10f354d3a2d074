package io.pgprimacy.backup.bundle;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.crypto.DataKey;
import io.pgprimacy.backup.crypto.FrameInput;
import io.pgprimacy.backup.crypto.FrameOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;

/** Bytes as they lie in the store where they are no bundle of files: frames, in them one zstd stream, and that is the bytes themselves. */
public final class SecretObject {
    private SecretObject() {}

    /** Writes the bytes that are to be stored; what it throws abandons the object. */
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /** @param object full name in the repository; it decrypts under that name only */
    public static void write(
            DataKey key, String object, SecureRandom random, int level, Content content, OutputStream sink)
            throws IOException {
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
    public static long read(DataKey key, String object, InputStream stored, OutputStream sink) throws IOException {
        try (FrameInput frames = new FrameInput(key, object, stored);
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
