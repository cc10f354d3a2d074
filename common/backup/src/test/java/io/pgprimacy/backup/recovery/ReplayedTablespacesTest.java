package io.pgprimacy.backup.recovery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayedTablespacesTest {
    @TempDir
    Path directory;

    private Path links;
    private Path location;
    private ReplayedTablespaces replayed;
    private byte[] segment;

    @BeforeEach
    void prepare() throws IOException {
        links = Files.createDirectories(directory.resolve("data").resolve("pg_tblspc"));
        location = Files.createDirectory(directory.resolve("space"));
        replayed = new ReplayedTablespaces(directory.resolve("data"), 150018);
        segment = withCreation(location);
    }

    @Test
    void where_nothing_of_that_version_lies_a_tablespace_may_be_made() throws IOException {
        Files.createDirectory(location.resolve("PG_14_202107181"));
        assertThatCode(() -> replayed.check(segment)).doesNotThrowAnyException();
        assertThatCode(() -> replayed.check(new byte[8192])).doesNotThrowAnyException();
    }

    @Test
    void what_lies_there_is_not_written_to_unless_this_data_leads_there() throws IOException {
        Files.createDirectory(location.resolve("PG_15_202209061"));
        assertThatThrownBy(() -> replayed.check(segment))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("where " + location.resolve("PG_15_202209061") + " is of something else");

        Files.createSymbolicLink(links.resolve("16384"), location);
        assertThatCode(() -> replayed.check(segment)).doesNotThrowAnyException();
    }

    /** As PostgreSQL writes it: header, kind and length of the data, oid, location. */
    private static byte[] withCreation(Path location) {
        byte[] path = (location + "\0").getBytes(UTF_8);
        int length = 24 + 2 + 4 + path.length;
        ByteBuffer record = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        record.putInt(0, length).put(17, (byte) 5).put(24, (byte) 0xFF).put(25, (byte) (4 + path.length));
        record.putInt(26, 16384).put(30, path);
        CRC32C checksum = new CRC32C();
        checksum.update(record.slice(24, length - 24));
        checksum.update(record.slice(0, 20));
        record.putInt(20, (int) checksum.getValue());
        ByteBuffer page = ByteBuffer.allocate(8192).order(ByteOrder.LITTLE_ENDIAN);
        page.putShort(2, (short) 0x0002).put(40, record, 0, length);
        return page.array();
    }
}
