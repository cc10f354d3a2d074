package io.pgprimacy.backup.bundle;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import io.pgprimacy.backup.crypto.DataKey;
import io.pgprimacy.backup.crypto.FrameOutput;
import io.pgprimacy.backup.format.DumpManifest.Dump;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Writes what one program says as objects, each compressed by zstd and encrypted in frames; a new one begins where the last one has become
 * long. Nothing of it counts before {@link #finish}; closing without that abandons it.
 */
public final class DumpWriter extends OutputStream {
    /**
     * Of what goes into one object. An upload of this length keeps to small parts, so memory does not grow with the database, and who verifies
     * or restores begins again with one object, not with all.
     */
    public static final long LONGEST = 4L << 30;

    private final Objects objects;
    private final DataKey key;
    private final SecureRandom random;
    private final int level;
    private final long longest;
    private final int first;
    private final MessageDigest digest;
    private int count;
    private long inObject;
    private long total;
    private @Nullable FrameOutput frames;
    private @Nullable OutputStream zstd;

    /** Where the objects go. */
    public interface Objects {
        /** Full name in the repository. */
        String name(int number);

        /** Takes the encrypted bytes; closed once they are whole. */
        OutputStream begin(int number) throws IOException;

        /** The object is closed. */
        void stored(int number) throws IOException;
    }

    /**
     * @param first number of its first object
     * @param longest in bytes as they are written here
     */
    public DumpWriter(Objects objects, DataKey key, SecureRandom random, int level, int first, long longest) {
        this.objects = objects;
        this.key = key;
        this.random = random;
        this.level = level;
        this.first = first;
        this.longest = longest;
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        digest.update(bytes, offset, length);
        int from = offset;
        int left = length;
        while (left > 0) {
            if (inObject == longest) {
                end();
            }
            int taken = (int) Math.min(left, longest - inObject);
            open().write(bytes, from, taken);
            from += taken;
            left -= taken;
            inObject += taken;
            total += taken;
        }
    }

    /** Everything is stored; of the program that wrote it, how it ended. */
    public Dump finish(int exitStatus) throws IOException {
        open();
        end();
        return new Dump(first, count, total, HexFormat.of().formatHex(digest.digest()), exitStatus);
    }

    private OutputStream open() throws IOException {
        OutputStream out = zstd;
        if (out == null) {
            int number = first + count;
            FrameOutput sealed = new FrameOutput(key, objects.name(number), random, objects.begin(number));
            out = new ZstdOutputStreamNoFinalizer(sealed, RecyclingBufferPool.INSTANCE, level);
            frames = sealed;
            zstd = out;
        }
        return out;
    }

    private void end() throws IOException {
        if (zstd != null && frames != null) {
            zstd.close();
            frames.finish();
            zstd = null;
            frames = null;
            objects.stored(first + count);
            count++;
            inObject = 0;
        }
    }

    /** Gives the compressor's memory back; what is not finished stays unsealed. */
    @Override
    public void close() throws IOException {
        if (frames != null && zstd != null) {
            frames.abandon();
            zstd.close();
        }
    }
}
