package io.pgprimacy.worker.wal;

import io.pgprimacy.backup.wal.WalPages;
import io.pgprimacy.backup.wal.WalSegment;
import io.pgprimacy.core.postgres.SystemIdentifier;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A whole segment's file, piece by piece; no piece is given out whose pages are not those of the segment. */
final class CheckedSegment extends InputStream {
    private static final int PIECE = 1024 * 1024;

    private final InputStream file;
    private final WalSegment segment;
    private final SystemIdentifier system;
    private ByteBuffer piece = ByteBuffer.allocate(0);
    private long position;

    /** Throws {@link WalRefused} where the file has not the length of a segment. */
    static CheckedSegment open(Path file, WalSegment segment, SystemIdentifier system) throws IOException {
        long length = Files.size(file);
        if (length != segment.size()) {
            throw new WalRefused(file + " has " + length + " bytes, and a segment has " + segment.size());
        }
        return new CheckedSegment(Files.newInputStream(file), segment, system);
    }

    /** Of a file that is not here; one that is too short, or too long, is refused at its end. */
    CheckedSegment(InputStream file, WalSegment segment, SystemIdentifier system) {
        this.file = file;
        this.segment = segment;
        this.system = system;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (!piece.hasRemaining() && !next()) {
            return -1;
        }
        int taken = Math.min(length, piece.remaining());
        piece.get(bytes, offset, taken);
        return taken;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private boolean next() throws IOException {
        piece = ByteBuffer.wrap(file.readNBytes(PIECE));
        Optional<String> complaint = WalPages.complaint(segment, system, piece, position);
        if (complaint.isPresent()) {
            throw new WalRefused(complaint.get());
        }
        position += piece.remaining();
        if (position > segment.size() || (!piece.hasRemaining() && position < segment.size())) {
            throw new WalRefused(segment + " has " + position + " bytes, and a segment has " + segment.size());
        }
        return piece.hasRemaining();
    }
}
