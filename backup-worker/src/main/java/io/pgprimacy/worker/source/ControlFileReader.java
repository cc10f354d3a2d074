package io.pgprimacy.worker.source;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Reads {@code global/pg_control} whole. PostgreSQL writes it in one piece but a reader may see half of that, and a torn control file makes
 * the backup worthless; so it is read until its own checksum is right.
 */
public final class ControlFileReader {
    private static final int ATTEMPTS = 100;
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final int VERSION_AT = 8;
    /** PostgreSQL 13 to 16, and where their checksum is. */
    private static final int KNOWN_VERSION = 1300;

    private static final int CHECKSUM_AT = 288;

    private ControlFileReader() {}

    public static byte[] read(Path dataDirectory) throws IOException {
        Path file = dataDirectory.resolve("global").resolve("pg_control");
        byte[] before = new byte[0];
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            byte[] content = Files.readAllBytes(file);
            // Of versions whose layout is not known here: two readings that agree.
            if (isKnown(content) ? isWhole(content) : Arrays.equals(before, content)) {
                return content;
            }
            before = content;
            pause();
        }
        throw new IOException(file + " has a wrong checksum, " + ATTEMPTS + " times");
    }

    /** Of one that was read by somebody else: false where it shows that it was torn. */
    public static boolean isSound(byte[] content) {
        return !isKnown(content) || isWhole(content);
    }

    private static boolean isKnown(byte[] content) {
        return content.length > CHECKSUM_AT + Integer.BYTES
                && littleEndian(content).getInt(VERSION_AT) == KNOWN_VERSION;
    }

    private static boolean isWhole(byte[] content) {
        CRC32C crc = new CRC32C();
        crc.update(content, 0, CHECKSUM_AT);
        return littleEndian(content).getInt(CHECKSUM_AT) == (int) crc.getValue();
    }

    private static ByteBuffer littleEndian(byte[] content) {
        return ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void pause() throws InterruptedIOException {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the backup was cancelled");
        }
    }
}
