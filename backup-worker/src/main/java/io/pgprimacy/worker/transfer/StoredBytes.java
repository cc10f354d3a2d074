package io.pgprimacy.worker.transfer;

import io.pgprimacy.backup.format.StoredObject.Part;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;

/** An object before it is sent, in chunks: one that grows needs no second copy of itself. */
public final class StoredBytes extends OutputStream {
    private static final int CHUNK = 256 * 1024;

    private final List<byte[]> chunks = new ArrayList<>();
    private final MessageDigest digest;
    private int filled = CHUNK;
    private long length;

    public StoredBytes() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) {
        digest.update(bytes, offset, count);
        ByteBuffer rest = ByteBuffer.wrap(bytes, offset, count);
        while (rest.hasRemaining()) {
            if (filled == CHUNK) {
                chunks.add(new byte[CHUNK]);
                filled = 0;
            }
            int taken = Math.min(rest.remaining(), CHUNK - filled);
            rest.get(chunks.getLast(), filled, taken);
            filled += taken;
        }
        length += count;
    }

    /** To be asked once, after the last byte. */
    public Part describe() {
        return new Part(length, HexFormat.of().formatHex(digest.digest()));
    }

    /** What was written so far. */
    public InputStream content() {
        return new SequenceInputStream(Collections.enumeration(IntStream.range(0, chunks.size())
                .mapToObj(i -> new ByteArrayInputStream(chunks.get(i), 0, filled(i)))
                .toList()));
    }

    BodyPublisher publisher() {
        return Upload.of(IntStream.range(0, chunks.size())
                .mapToObj(i -> ByteBuffer.wrap(chunks.get(i), 0, filled(i)))
                .toList());
    }

    private int filled(int chunk) {
        return chunk == chunks.size() - 1 ? filled : CHUNK;
    }
}
