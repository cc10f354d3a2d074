package io.pgprimacy.worker.restore;

import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.core.postgres.WalPosition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.zip.CRC32C;

/** {@code global/pg_control} of a directory on which nothing runs. What is read here lies at the same place in every version of PostgreSQL. */
final class ControlFile {
    private static final int CHECKPOINT_AT = 32;
    private static final int TIMELINE_AT = 48;
    /** The checksum is the last field, so each version has it elsewhere: it is where the bytes before it have that checksum. */
    private static final int CHECKSUM_FROM = 200;

    private static final int CHECKSUM_TO = 508;
    private static final int PROCESS_BITS = 0xFFF;

    private ControlFile() {}

    static SystemIdentifier systemIdentifier(Path data) throws IOException {
        return new SystemIdentifier(Long.toUnsignedString(read(data).getLong(0)));
    }

    /** The last checkpoint; of a primary that was shut down clean, the last record of its WAL. */
    static WalPosition checkpoint(Path data) throws IOException {
        ByteBuffer control = read(data);
        return new WalPosition(
                new TimelineId(Integer.toUnsignedLong(control.getInt(TIMELINE_AT))),
                new Lsn(control.getLong(CHECKPOINT_AT)));
    }

    static void setSystemIdentifier(Path data, long identifier) throws IOException {
        byte[] content = Files.readAllBytes(file(data));
        int checksumAt = checksumAt(content);
        ByteBuffer control = littleEndian(content);
        control.putLong(0, identifier);
        control.putInt(checksumAt, checksum(content, checksumAt));
        Durable.write(file(data), content);
        Durable.sync(file(data).resolveSibling("."));
    }

    /** As initdb makes one: the time in the upper half, and in the lower what tells two of one second apart. */
    static long unusedIdentifier(Clock clock) {
        Instant now = clock.instant();
        long micros = now.getNano() / 1000;
        return (now.getEpochSecond() << 32)
                | (micros << 12)
                | ThreadLocalRandom.current().nextInt(PROCESS_BITS + 1);
    }

    private static ByteBuffer read(Path data) throws IOException {
        byte[] content = Files.readAllBytes(file(data));
        checksumAt(content);
        return littleEndian(content);
    }

    private static ByteBuffer littleEndian(byte[] content) {
        return ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int checksumAt(byte[] content) throws IOException {
        ByteBuffer control = littleEndian(content);
        for (int at = CHECKSUM_FROM; at <= CHECKSUM_TO && at + Integer.BYTES <= content.length; at += Integer.BYTES) {
            if (control.getInt(at) == checksum(content, at)) {
                return at;
            }
        }
        throw new IOException("global/pg_control has no checksum that is right");
    }

    private static int checksum(byte[] content, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(content, 0, length);
        return (int) checksum.getValue();
    }

    private static Path file(Path data) {
        return data.resolve("global").resolve("pg_control");
    }
}
