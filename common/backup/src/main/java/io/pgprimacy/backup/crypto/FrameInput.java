package io.pgprimacy.backup.crypto;

import io.pgprimacy.backup.RepositoryDamaged;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;

/**
 * Decrypts what {@link FrameOutput} wrote. Gives out only bytes whose frame was authenticated, and reports the end of the stream only
 * after the frame that was sealed as the last: a reader that gets to the end has read the whole object as it was written.
 */
public final class FrameInput extends InputStream {
    private final InputStream source;
    private final String object;
    private final SecretKey key;
    private final Cipher cipher = Frames.cipher();
    // One byte more than a frame: having it means that another frame follows.
    private final byte[] sealed = new byte[Frames.SIZE + Frames.TAG + 1];
    private final byte[] plain = new byte[Frames.SIZE + Frames.TAG];
    private int ahead;
    private int position;
    private int limit;
    private long frame;
    private boolean lastSeen;

    public FrameInput(DataKey key, String object, InputStream source) throws IOException {
        byte[] header = source.readNBytes(Frames.HEADER);
        byte[] salt = source.readNBytes(Frames.SALT);
        if (!Arrays.equals(header, Frames.header()) || salt.length < Frames.SALT) {
            throw new RepositoryDamaged(object + " does not begin as an encrypted object of format 1 does");
        }
        this.source = source;
        this.object = object;
        this.key = key.ofObject(object, header, salt);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (position == limit) {
            if (lastSeen) {
                return -1;
            }
            open();
        }
        int taken = Math.min(length, limit - position);
        System.arraycopy(plain, position, bytes, offset, taken);
        position += taken;
        return taken;
    }

    @Override
    public int available() {
        return limit - position;
    }

    @Override
    public void close() throws IOException {
        source.close();
    }

    private void open() throws IOException {
        int length = ahead + source.readNBytes(sealed, ahead, sealed.length - ahead);
        boolean last = length < sealed.length;
        int inFrame = last ? length : length - 1;
        try {
            Frames.start(cipher, Cipher.DECRYPT_MODE, key, frame, last);
            limit = cipher.doFinal(sealed, 0, inFrame, plain, 0);
        } catch (GeneralSecurityException e) {
            throw new RepositoryDamaged(
                    object + " is damaged, cut short, or not encrypted by this key: frame " + frame
                            + (last ? " (last)" : ""),
                    e);
        }
        position = 0;
        frame++;
        lastSeen = last;
        ahead = last ? 0 : 1;
        sealed[0] = sealed[sealed.length - 1];
    }
}
