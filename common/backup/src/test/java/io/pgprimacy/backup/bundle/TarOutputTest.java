package io.pgprimacy.backup.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;

class TarOutputTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final TarOutput tar = new TarOutput(written);

    @Test
    void isByteForByteWhatTheLibraryWrites() throws IOException {
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        List<TarArchiveEntry> entries = List.of(
                file("base/5/1259", 8192),
                file("empty", 0),
                file("one", 1),
                file("full/record", 512),
                file("long/" + "n".repeat(300), 700),
                file("nicht/ascii/ä€", 3),
                directory("base/5/"),
                link("pg_tblspc/1", "/somewhere/" + "l".repeat(200)));
        try (TarArchiveOutputStream library = new TarArchiveOutputStream(expected, 512, UTF_8.name())) {
            library.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            library.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            library.setAddPaxHeadersForNonAsciiNames(true);
            for (TarArchiveEntry entry : entries) {
                library.putArchiveEntry(entry);
                library.write(content(entry));
                library.closeArchiveEntry();
            }
        }
        for (TarArchiveEntry entry : entries) {
            tar.begin(entry);
            tar.write(content(entry));
            tar.end();
        }
        tar.close();
        assertThat(written.toByteArray()).isEqualTo(expected.toByteArray());
    }

    @Test
    void anEntryGetsAsManyBytesAsItsHeaderSays() throws IOException {
        tar.begin(file("a", 10));
        tar.write(new byte[9]);
        assertThatThrownBy(tar::end).hasMessage("an entry lacks 1 bytes of its size");
        assertThatThrownBy(() -> tar.write(new byte[2])).hasMessage("an entry gets 1 bytes more than its size");
    }

    @Test
    void whatHasNotEndedIsNoArchive() throws IOException {
        tar.begin(file("a", 1));
        assertThatThrownBy(tar::close).hasMessage("an entry has not ended, and the archive ends");
        assertThatThrownBy(() -> tar.begin(file("b", 1))).hasMessage("an entry has not ended, and b begins");
    }

    private static byte[] content(TarArchiveEntry entry) {
        byte[] content = new byte[(int) entry.getSize()];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i * 31);
        }
        return content;
    }

    private static TarArchiveEntry file(String path, long size) {
        TarArchiveEntry entry = new TarArchiveEntry(path, true);
        entry.setSize(size);
        entry.setMode(0600);
        entry.setModTime(1_700_000_000_123L);
        return entry;
    }

    private static TarArchiveEntry directory(String path) {
        TarArchiveEntry entry = new TarArchiveEntry(path, true);
        entry.setModTime(0);
        return entry;
    }

    private static TarArchiveEntry link(String path, String target) {
        TarArchiveEntry entry = new TarArchiveEntry(path, TarConstants.LF_SYMLINK, true);
        entry.setLinkName(target);
        entry.setModTime(0);
        return entry;
    }
}
