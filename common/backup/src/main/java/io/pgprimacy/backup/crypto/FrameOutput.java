package io.pgprimacy.backup.crypto;

import java.io.IOException;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;

/**
 * Encrypts a stream into frames. The object is whole only once {@link #finish} has returned: closing alone abandons it, so that a failure
 * halfway, unwinding through close(), cannot seal half an object as a whole one. Holds two frames in memory, whatever the length.
 */
public final class FrameOutput extends OutputStream {
    private final OutputStream sink;
    private final SecretKey key;
    private final Cipher cipher = Frames.cipher();
    private final byte[] plain = new byte[Frames.SIZE];
    private final byte[] sealed = new byte[Frames.SIZE + Frames.TAG];
    private int filled;
    private long frame;
    private boolean finished;
    private boolean abandoned;

    /** @param object full name in the repository; it decrypts under that name only */
    public FrameOutput(DataKey key, String object, SecureRandom random, OutputStream sink) throws IOException {
        byte[] salt = new byte[Frames.SALT];
        random.nextBytes(salt);
        byte[] header = Frames.header();
        this.sink = sink;
        this.key = key.ofObject(object, header, salt);
        sink.write(header);
        sink.write(salt);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (finished) {
            throw new IOException("the object is finished");
        }
        if (abandoned) {
            return;
        }
        int from = offset;
        int left = length;
        while (left > 0) {
            // A full frame goes out only when more follows: until then it may be the last one.
            if (filled == plain.length) {
                seal(false);
            }
            int taken = Math.min(left, plain.length - filled);
            System.arraycopy(bytes, from, plain, filled, taken);
            filled += taken;
            from += taken;
            left -= taken;
        }
    }

    /** Seals the last frame and closes the sink. */
    public void finish() throws IOException {
        if (abandoned) {
            throw new IOException("the object was abandoned");
        }
        if (!finished) {
            finished = true;
            seal(true);
            sink.close();
        }
    }

    /** What a compressor still writes while it is taken down goes nowhere: the sink may be what failed. */
    public void abandon() {
        abandoned = !finished;
    }

    /** Does nothing: see {@link #finish}. */
    @Override
    public void close() {}

    private void seal(boolean last) throws IOException {
        try {
            Frames.start(cipher, Cipher.ENCRYPT_MODE, key, frame, last);
            int taken = 0;
            int length = 0;
            while (filled - taken > Frames.PIECE) {
                length += cipher.update(plain, taken, Frames.PIECE, sealed, length);
                taken += Frames.PIECE;
            }
            length += cipher.doFinal(plain, taken, filled - taken, sealed, length);
            sink.write(sealed, 0, length);
        } catch (GeneralSecurityException e) {
            throw new IOException("frame " + frame + " cannot be encrypted", e);
        }
        frame++;
        filled = 0;
    }
}
