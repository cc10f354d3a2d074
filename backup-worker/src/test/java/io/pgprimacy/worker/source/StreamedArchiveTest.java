package io.pgprimacy.worker.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgprimacy.backup.page.PageFormat;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.worker.source.SourceFile.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;

class StreamedArchiveTest {
    private static final Instant MODIFIED = Instant.parse("2026-11-30T12:00:00Z");

    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final TarArchiveOutputStream tar = new TarArchiveOutputStream(sent);
    private final SortedMap<String, String> seen = new TreeMap<>();
    private final SortedMap<String, Kind> kinds = new TreeMap<>();

    @Test
    void filesAreToldFromWhatPostgresqlAddsAndFromWhatIsNotWanted() throws IOException {
        add("backup_label", "START WAL LOCATION");
        add("tablespace_map", "16384 /srv/a");
        addDirectory("base/5/");
        add("base/5/1259", "relation");
        add("base/5/1259_vm", "map");
        add("base/5/16400.2", "segment");
        add("PG_VERSION", "15");
        add("standby.signal", "");
        add("backup_label.old", "old");
        add("base/5/standby.signal", "of no meaning there");
        add("global/pg_control", "control");
        addDirectory("./pg_wal/archive_status/");
        add("pg_wal/000000010000000000000002", "wal");
        add("pg_wal/archive_status/000000010000000000000002.done", "");
        walk(OptionalLong.empty());
        assertThat(seen.toString())
                .isEqualTo(
                        "{PG_VERSION=15, backup_label=whole START WAL LOCATION, base/5=rwxr-x---, base/5/1259=relation, "
                                + "base/5/1259_vm=map, base/5/16400.2=segment, base/5/standby.signal=of no meaning there, "
                                + "global/pg_control=whole control, pg_wal/000000010000000000000002=wal, pg_wal/archive_status=rwxr-x---, "
                                + "tablespace_map=whole 16384 /srv/a}");
        assertThat(kinds)
                .containsEntry("base/5/1259", Kind.MAIN_FORK)
                .containsEntry("base/5/1259_vm", Kind.OTHER_FORK)
                .containsEntry("base/5/16400.2", Kind.MAIN_FORK)
                .containsEntry("PG_VERSION", Kind.PLAIN);
    }

    @Test
    void aTablespacesFilesAreBelowItsLink() throws IOException {
        addDirectory("PG_15_202209061/5/");
        add("PG_15_202209061/5/16401", "relation");
        add("backup_label", "whatever that is");
        walk(OptionalLong.of(16384));
        assertThat(seen)
                .containsOnlyKeys(
                        "pg_tblspc/16384/PG_15_202209061/5",
                        "pg_tblspc/16384/PG_15_202209061/5/16401",
                        "pg_tblspc/16384/backup_label");
        assertThat(kinds).containsEntry("pg_tblspc/16384/PG_15_202209061/5/16401", Kind.MAIN_FORK);
    }

    @Test
    void aNameThatLeadsOutsideIsRefusedBeforeAnythingRestsUponIt() throws IOException {
        add("base/../../x", "");
        assertThatThrownBy(() -> walk(OptionalLong.empty())).hasMessageContaining("base/../../x");
    }

    @Test
    void whatBreaksOffWithinAFileIsNoFile() throws IOException {
        add("PG_VERSION", "15");
        add("postgresql.conf", "x".repeat(5000));
        tar.finish();
        byte[] cut = Arrays.copyOf(sent.toByteArray(), 2048);
        assertThatThrownBy(() -> StreamedArchive.walk(OptionalLong.empty(), new ByteArrayInputStream(cut), visitor()))
                .isInstanceOf(IOException.class);
    }

    /** PostgreSQL has read it twice already. */
    @Test
    void aPageThatIsDamagedIsNamedAtOnceAndTheRestIsRead() throws IOException {
        byte[] pages = new byte[3 * PageFormat.SIZE];
        new Random(1).nextBytes(pages);
        // Of before the backup.
        for (int page = 0; page < 3; page++) {
            Arrays.fill(pages, page * PageFormat.SIZE, page * PageFormat.SIZE + 8, (byte) 0);
        }
        add("base/5/16400.1", pages);
        tar.finish();
        StreamedArchive.walk(OptionalLong.empty(), new ByteArrayInputStream(sent.toByteArray()), new ArchiveVisitor() {
            @Override
            public void file(SourceFile file) throws IOException {
                ByteArrayOutputStream read = new ByteArrayOutputStream();
                try (PageReader reader = new PageReader(file, new Lsn(0x5000), true)) {
                    reader.read((bytes, length, firstPage) -> read.write(bytes, 0, length));
                    long first = PageFormat.PAGES_IN_SEGMENT;
                    assertThat(reader.wrongPages()).containsExactly(first, first + 1, first + 2);
                    assertThat(reader.modified()).isEqualTo(MODIFIED);
                    assertThat(PosixFilePermissions.toString(reader.mode())).isEqualTo("rw-r-----");
                }
                assertThat(read.toByteArray()).isEqualTo(pages);
                seen.put(file.path(), "read");
            }
        });
        assertThat(seen).containsOnlyKeys("base/5/16400.1");
    }

    private void walk(OptionalLong tablespace) throws IOException {
        tar.finish();
        StreamedArchive.walk(tablespace, new ByteArrayInputStream(sent.toByteArray()), visitor());
    }

    private StreamedArchive.Visitor visitor() {
        return new ArchiveVisitor();
    }

    private class ArchiveVisitor implements StreamedArchive.Visitor {
        @Override
        public void whole(String path, byte[] content) {
            seen.put(path, "whole " + new String(content, UTF_8));
        }

        @Override
        public void directory(String path, Set<PosixFilePermission> mode) {
            seen.put(path, PosixFilePermissions.toString(mode));
        }

        @Override
        public void file(SourceFile file) throws IOException {
            byte[] content = new byte[(int) file.size()];
            try (OpenFile open = file.content().open()) {
                open.read(0, content, content.length);
            }
            seen.put(file.path(), new String(content, UTF_8));
            kinds.put(file.path(), file.kind());
        }

        @Override
        public void leftOut(String path, String why) {
            seen.put(path, why);
        }
    }

    private void add(String name, String content) throws IOException {
        add(name, content.getBytes(UTF_8));
    }

    private void add(String name, byte[] content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        entry.setMode(0100640);
        entry.setModTime(MODIFIED.toEpochMilli());
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private void addDirectory(String name) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setMode(040750);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }
}
