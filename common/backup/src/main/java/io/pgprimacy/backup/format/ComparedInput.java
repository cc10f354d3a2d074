package io.pgprimacy.backup.format;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/**
 * A stored object on its way to whoever reads it, compared with what it should be as it passes. Closing it does nothing, so that a reader
 * that has had enough, and closes, leaves the rest for {@link #finish}; whoever opened the stream closes it.
 */
public final class ComparedInput extends FilterInputStream {
    private final ObjectComparison comparison;

    public ComparedInput(InputStream in, StoredObject expected) {
        super(in);
        this.comparison = new ObjectComparison(expected);
    }

    /** Reads what is left, and tells how the whole differs; empty where it does not. */
    public Optional<ObjectComparison.Difference> finish() throws IOException {
        transferTo(OutputStream.nullOutputStream());
        return comparison.finish();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = super.read(bytes, offset, length);
        if (read > 0) {
            comparison.update(bytes, offset, read);
        }
        return read;
    }

    /** By reading: what is skipped would not be compared. */
    @Override
    public long skip(long count) throws IOException {
        return readNBytes((int) Math.min(count, 64 * 1024)).length;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    @Override
    public void close() {}
}
