package io.pgprimacy.agent.postgres;

import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.TimelineId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * {@code global/pg_control}, read without a process of its own: starting {@code pg_controldata} takes longer than all else that a
 * primary does between its stop and saying so. Knows the layout that PostgreSQL 13 to 16 share on 64-bit little-endian machines
 * ({@code src/include/catalog/pg_control.h}); of any other, and where the checksum differs, it says nothing.
 */
final class ControlFile {
    private static final int LAYOUT = 1300;
    private static final int CHECKSUM_AT = 288;

    /** In the order of {@code DBState}, in the words of {@code pg_controldata}. */
    private static final List<String> STATES = List.of(
            "starting up",
            "shut down",
            "shut down in recovery",
            "shutting down",
            "in crash recovery",
            "in archive recovery",
            "in production");

    private ControlFile() {}

    static Optional<ControlData> read(Path dataDirectory) {
        try {
            byte[] bytes = Files.readAllBytes(dataDirectory.resolve("global").resolve("pg_control"));
            return isUnderstood(bytes) ? Optional.of(parse(littleEndian(bytes))) : Optional.empty();
        } catch (IOException e) {
            // Whoever asks has another way, which also explains better what is wrong.
            return Optional.empty();
        }
    }

    private static boolean isUnderstood(byte[] bytes) {
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN || bytes.length < CHECKSUM_AT + Integer.BYTES) {
            return false;
        }
        ByteBuffer file = littleEndian(bytes);
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, CHECKSUM_AT);
        boolean whole = (int) checksum.getValue() == file.getInt(CHECKSUM_AT);
        int state = file.getInt(16);
        return whole && file.getInt(8) == LAYOUT && state >= 0 && state < STATES.size();
    }

    private static ControlData parse(ByteBuffer file) {
        Lsn minimumRecoveryEnd = new Lsn(file.getLong(136));
        boolean walLogHints = file.get(176) != 0;
        int dataChecksums = file.getInt(252);
        return new ControlData(
                new SystemIdentifier(Long.toUnsignedString(file.getLong(0))),
                STATES.get(file.getInt(16)),
                new Lsn(file.getLong(32)),
                new Lsn(file.getLong(40)),
                new TimelineId(Integer.toUnsignedLong(file.getInt(48))),
                minimumRecoveryEnd.equals(Lsn.ZERO) ? Optional.empty() : Optional.of(minimumRecoveryEnd),
                file.getInt(228),
                dataChecksums != 0 || walLogHints);
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
