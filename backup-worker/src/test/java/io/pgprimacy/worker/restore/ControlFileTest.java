package io.pgprimacy.worker.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.time.ZoneOffset;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlFileTest {
    @TempDir
    Path data;

    private Path file;

    @BeforeEach
    void directory() throws IOException {
        file = Files.createDirectory(data.resolve("global")).resolve("pg_control");
    }

    @ParameterizedTest
    @ValueSource(ints = {288, 292, 296})
    void theIdentifierIsExchangedAndTheChecksumIsRightWhereverItLies(int checksumAt) throws IOException {
        byte[] before = controlFile(checksumAt);
        Files.write(file, before);
        assertThat(ControlFile.systemIdentifier(data)).isEqualTo(new SystemIdentifier("7713636733217475316"));
        assertThat(ControlFile.checkpoint(data)).isEqualTo(new WalPosition(new TimelineId(3), Lsn.parse("0/2008F88")));

        ControlFile.setSystemIdentifier(data, 42);

        assertThat(ControlFile.systemIdentifier(data)).isEqualTo(new SystemIdentifier("42"));
        byte[] after = Files.readAllBytes(file);
        assertThat(littleEndian(after).getInt(checksumAt)).isEqualTo(checksum(after, checksumAt));
        littleEndian(before)
                .putLong(0, 42)
                .putInt(checksumAt, littleEndian(after).getInt(checksumAt));
        assertThat(after).as("nothing else").isEqualTo(before);
    }

    @Test
    void aFileThatIsDamagedIsNotMadeToLookWhole() throws IOException {
        byte[] damaged = controlFile(288);
        damaged[100] ^= 1;
        Files.write(file, damaged);

        assertThatThrownBy(() -> ControlFile.setSystemIdentifier(data, 42)).hasMessageContaining("checksum");
        assertThat(Files.readAllBytes(file)).isEqualTo(damaged);
    }

    @Test
    void anIdentifierTellsItsTimeAsInitdbsDo() {
        Instant now = Instant.parse("2026-11-29T16:50:11.250Z");
        long identifier = ControlFile.unusedIdentifier(Clock.fixed(now, ZoneOffset.UTC));

        assertThat(identifier >>> 32).isEqualTo(now.getEpochSecond());
        assertThat((identifier & 0xFFFFFFFFL) >>> 12).isEqualTo(250_000);
    }

    private static byte[] controlFile(int checksumAt) {
        byte[] content = new byte[8192];
        ByteBuffer control = littleEndian(content);
        control.putLong(0, 7713636733217475316L).putInt(8, 1300);
        control.putLong(32, 0x2008F88).putInt(48, 3).putInt(checksumAt - 4, 1);
        control.putInt(checksumAt, checksum(content, checksumAt));
        return content;
    }

    private static ByteBuffer littleEndian(byte[] content) {
        return ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int checksum(byte[] content, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(content, 0, length);
        return (int) checksum.getValue();
    }
}
