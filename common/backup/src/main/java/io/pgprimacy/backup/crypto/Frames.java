package io.pgprimacy.backup.crypto;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * The layout that {@link FrameOutput} writes and {@link FrameInput} reads; {@code docs/reference/repository-format.md} specifies it.
 *
 * <p>This is the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015), as age and Tink have it: a frame's nonce is its number and
 * whether it is the last, so a frame that is missing, repeated, moved or the last by accident does not decrypt.
 */
final class Frames {
    static final int SIZE_LOG2 = 20;
    static final int SIZE = 1 << SIZE_LOG2;
    /**
     * Bytes that the cipher is given at once. HotSpot replaces AES-GCM by the processor's instructions only in methods that it has compiled well, and
     * counts calls for that: by whole frames it stayed at 65 MB/s for hundreds of megabytes, by these it comes to 2 GB/s and more after a few dozen.
     */
    static final int PIECE = 16 * 1024;

    static final int TAG = 16;
    static final int SALT = 32;
    static final int HEADER = 8;

    private static final byte[] START = {'P', 'G', 'P', 'F', 1, SIZE_LOG2, 0, 0};
    private static final int NONCE = 12;

    private Frames() {}

    /** Magic, version, size of the frames, two bytes for later; the salt follows. */
    static byte[] header() {
        return START.clone();
    }

    static Cipher cipher() {
        try {
            return Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot do AES-256-GCM", e);
        }
    }

    static void start(Cipher cipher, int mode, SecretKey key, long frame, boolean last)
            throws GeneralSecurityException {
        byte[] nonce = ByteBuffer.allocate(NONCE)
                .putShort((short) 0)
                .put((byte) 0)
                .putLong(frame)
                .put((byte) (last ? 1 : 0))
                .array();
        cipher.init(mode, key, new GCMParameterSpec(TAG * Byte.SIZE, nonce));
    }

    /** How long an object of so many plain bytes is. */
    static long storedLength(long plain) {
        long frames = Math.max(1, (plain + SIZE - 1) / SIZE);
        return HEADER + SALT + plain + frames * TAG;
    }
}
