package io.pgprimacy.worker.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.function.Supplier;

/** Takes bytes that are stored, and compares them with those that would have been put in their place. */
public final class SameContent extends OutputStream {
    private final InputStream here;
    private final Supplier<? extends IOException> otherwise;

    /** @param otherwise what is thrown where they differ */
    public SameContent(InputStream here, Supplier<? extends IOException> otherwise) {
        this.here = here;
        this.otherwise = otherwise;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        byte[] own = here.readNBytes(length);
        if (!Arrays.equals(own, 0, own.length, bytes, offset, offset + length)) {
            throw otherwise.get();
        }
    }

    /** After the last byte of what is stored. */
    public void requireEnd() throws IOException {
        if (here.read() >= 0) {
            throw otherwise.get();
        }
    }
}
