package io.pgprimacy.backup.bundle;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * A tar stream whose headers the library makes, while the content passes as it comes: the library's own stream would copy it in records of
 * 512 bytes.
 */
final class TarOutput extends OutputStream {
    private static final int RECORD = 512;
    private static final byte[] NOTHING = new byte[RECORD];

    private final OutputStream out;
    private boolean begun;
    /** What the entry still has to get. */
    private long left;
    /** What fills its last record. */
    private int padding;

    TarOutput(OutputStream out) {
        this.out = out;
    }

    void begin(TarArchiveEntry entry) throws IOException {
        if (begun) {
            throw new IOException("an entry has not ended, and " + entry.getName() + " begins");
        }
        out.write(header(entry));
        begun = true;
        left = entry.getSize();
        padding = (int) (-left & (RECORD - 1));
    }

    /** Of one entry, with the records before it where it needs such. Never closed, as that would end the archive. */
    private static byte[] header(TarArchiveEntry entry) throws IOException {
        ByteArrayOutputStream header = new ByteArrayOutputStream(RECORD);
        TarArchiveOutputStream tar = new TarArchiveOutputStream(header, RECORD, StandardCharsets.UTF_8.name());
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
        tar.putArchiveEntry(entry);
        return header.toByteArray();
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (length > left) {
            throw new IOException("an entry gets " + (length - left) + " bytes more than its size");
        }
        out.write(bytes, offset, length);
        left -= length;
    }

    void end() throws IOException {
        if (!begun || left > 0) {
            throw new IOException(begun ? "an entry lacks " + left + " bytes of its size" : "no entry has begun");
        }
        out.write(NOTHING, 0, padding);
        begun = false;
    }

    /** The mark of the archive's end: two records of nothing. */
    @Override
    public void close() throws IOException {
        if (begun) {
            throw new IOException("an entry has not ended, and the archive ends");
        }
        out.write(NOTHING);
        out.write(NOTHING);
        out.close();
    }
}
