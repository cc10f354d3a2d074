package io.pgprimacy.worker.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.worker.source.SourceFile.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    private static final String VERSION = "PG_15_202209061";

    @TempDir
    Path directory;

    private final SortedMap<Long, Path> tablespaces = new TreeMap<>();
    private final SortedMap<String, SourceFile> files = new TreeMap<>();
    private final Set<String> directories = new TreeSet<>();
    private final Map<String, String> leftOut = new TreeMap<>();

    @Test
    void whatPostgresMakesAnewIsAnEmptyDirectory() throws IOException {
        for (String name : new String[] {
            "pg_notify", "pg_replslot/slot", "pg_stat_tmp", "pg_subtrans", "pg_snapshots", "pg_serial", "pg_dynshmem"
        }) {
            write(name + "/content");
        }
        write("pg_wal/000000010000000000000001");
        write("pg_wal/archive_status/000000010000000000000001.ready");
        walk();
        assertThat(files).isEmpty();
        assertThat(directories)
                .containsExactlyInAnyOrder(
                        "pg_notify",
                        "pg_replslot",
                        "pg_stat_tmp",
                        "pg_subtrans",
                        "pg_snapshots",
                        "pg_serial",
                        "pg_dynshmem",
                        "pg_wal",
                        "pg_wal/archive_status");
    }

    @Test
    void whatIsNotThereCannotBeRead() throws IOException {
        DataDirectory root = new DataDirectory(data(), tablespaces, VERSION);
        assertThat(root.whyUnreadable()).hasValue(data().resolve("base") + " is not there");
        write("base/1/1259");
        write("pg_wal/archive_status/x");
        write("global/pg_control");
        assertThat(root.whyUnreadable()).isEmpty();
        tablespaces.put(16384L, directory.resolve("elsewhere"));
        assertThat(root.whyUnreadable()).hasValue(directory.resolve("elsewhere").resolve(VERSION) + " is not there");
        assertThat(new DataDirectory(directory.resolve("no/where"), tablespaces, VERSION).whyUnreadable())
                .hasValue(directory.resolve("no/where") + " is not there");
    }

    @Test
    void namesAreLeftOutWherePostgresGivesThemAMeaningAndNowhereElse() throws IOException {
        for (String name : new String[] {
            "postmaster.pid",
            "postmaster.opts",
            "backup_label",
            "backup_label.old",
            "tablespace_map",
            "backup_manifest",
            "standby.signal",
            "recovery.signal",
            "current_logfiles.tmp",
            "postgresql.auto.conf.tmp",
            "global/pg_control",
            "global/pg_internal.init",
            "base/5/pg_internal.init.4711",
            "base/5/pgsql_tmp4711.0",
            "base/pgsql_tmp/pgsql_tmp4711.0"
        }) {
            write(name);
        }
        Set<String> kept = new TreeSet<>(Set.of(
                "PG_VERSION",
                "postgresql.conf",
                "global/1262",
                "global/pg_filenode.map",
                "base/5/PG_VERSION",
                "log/standby.signal",
                "mine/backup_label",
                "mine/pg_internal.init",
                "pg_xact/0000"));
        for (String name : kept) {
            write(name);
        }
        walk();
        assertThat(files.keySet()).isEqualTo(kept);
    }

    @Test
    void ofUnloggedRelationsOnlyTheInitForkIsKeptAndOfTemporaryOnesNothing() throws IOException {
        for (String name : new String[] {
            "100", "100.1", "100_fsm", "100_vm", "100_init", "200", "200_vm", "t3_300", "t3_300_fsm", "t3_300.1"
        }) {
            write("base/5/" + name);
        }
        // Outside of a database's directory such names mean nothing.
        write("mine/t3_300");
        walk();
        assertThat(files.keySet()).containsExactly("base/5/100_init", "base/5/200", "base/5/200_vm", "mine/t3_300");
    }

    @Test
    void onlyMainForksOfDatabasesMayBeStoredByPages() throws IOException {
        for (String name : new String[] {
            "base/5/1259",
            "base/5/1259.3",
            "base/5/1259_vm",
            "base/5/1259_fsm",
            "base/5/1259_init",
            "base/5/PG_VERSION",
            "global/1262",
            "pg_xact/0000"
        }) {
            write(name);
        }
        // An init fork makes its relation unlogged.
        Files.delete(directory.resolve("data/base/5/1259_init"));
        walk();
        assertThat(files.get("base/5/1259").kind()).isEqualTo(Kind.MAIN_FORK);
        assertThat(files.get("base/5/1259.3").segment()).isEqualTo(3);
        assertThat(files.get("base/5/1259_vm").kind()).isEqualTo(Kind.OTHER_FORK);
        assertThat(files.get("base/5/1259_fsm").kind()).isEqualTo(Kind.OTHER_FORK);
        assertThat(files.get("global/1262").kind()).isEqualTo(Kind.OTHER_FORK);
        assertThat(files.get("base/5/PG_VERSION").kind()).isEqualTo(Kind.PLAIN);
        assertThat(files.get("pg_xact/0000").kind()).isEqualTo(Kind.PLAIN);
    }

    @Test
    void ofATablespaceOnlyThisVersionsDirectoryIsTaken() throws IOException {
        Path space = directory.resolve("space");
        write(space.resolve(VERSION).resolve("5/16400"));
        write(space.resolve("PG_14_202107181/5/1"));
        write(space.resolve("somebody's/file"));
        link("pg_tblspc/16399", space);
        tablespaces.put(16399L, space);
        walk();
        assertThat(files.keySet()).containsExactly("pg_tblspc/16399/" + VERSION + "/5/16400");
        assertThat(files.firstEntry().getValue().kind()).isEqualTo(Kind.MAIN_FORK);
    }

    @Test
    void aTablespaceInsideOfTheDataDirectoryIsTakenOnce() throws IOException {
        Path space = data().resolve("inside");
        write(space.resolve(VERSION).resolve("5/16400"));
        link("pg_tblspc/16399", space);
        tablespaces.put(16399L, space);
        walk();
        assertThat(files.keySet()).containsExactly("pg_tblspc/16399/" + VERSION + "/5/16400");
    }

    @Test
    void linksToFilesAreFollowedAndLinksToDirectoriesAreNamed() throws IOException {
        Path outside = directory.resolve("etc/server.key");
        write(outside);
        link("server.key", outside);
        link("log", Files.createDirectories(directory.resolve("var-log")));
        link("pg_wal", Files.createDirectories(directory.resolve("fast-disk")));
        link("dangling", directory.resolve("nowhere"));
        walk();
        assertThat(files.keySet()).containsExactly("server.key");
        assertThat(leftOut).containsOnlyKeys("log");
        assertThat(directories).contains("pg_wal");
    }

    private void walk() throws IOException {
        new DataDirectory(data(), tablespaces, VERSION).walk(new DataDirectory.Visitor() {
            @Override
            public void directory(String path, Set<PosixFilePermission> mode) {
                directories.add(path);
            }

            @Override
            public void file(SourceFile file) {
                assertThat(files.put(file.path(), file))
                        .as("%s twice", file.path())
                        .isNull();
            }

            @Override
            public void leftOut(String path, String why) {
                leftOut.put(path, why);
            }
        });
    }

    private Path data() throws IOException {
        return Files.createDirectories(directory.resolve("data"));
    }

    private void write(String path) throws IOException {
        write(data().resolve(path));
    }

    private static void write(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "content");
    }

    private void link(String path, Path target) throws IOException {
        Path link = data().resolve(path);
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, target);
    }
}
