package io.pgprimacy.backup.restore;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.backup.format.Manifest.Tablespace;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The directories that a backup is restored into: the data directory, and one for each tablespace. They must not exist, or be empty. Until
 * {@link #complete} there is no {@code global/pg_control}, and PostgreSQL does not start on what is only half there.
 */
final class RestoreTarget {
    static final String CONTROL_FILE = "global/pg_control";

    /** PostgreSQL's manual: WAL and what names the links are made here, never copied. */
    private static final String TABLESPACE_MAP = "tablespace_map";

    private static final String HELD_BACK = ".pgprimacy-restoring";

    private final Path data;
    private final SortedMap<String, Path> tablespaces = new TreeMap<>();

    /** Refuses before anything is touched. */
    RestoreTarget(StoredBackup backup, Path data, Map<Long, Path> moved) throws IOException {
        Manifest manifest = backup.manifest();
        this.data = data.toAbsolutePath();
        EmptyDirectory.require(this.data);
        for (Tablespace tablespace : manifest.tablespaces()) {
            Path location = moved.getOrDefault(tablespace.oid(), Path.of(tablespace.location()))
                    .toAbsolutePath();
            EmptyDirectory.require(location);
            tablespaces.put(tablespace.path(), location);
        }
        for (Long oid : moved.keySet()) {
            if (!tablespaces.containsKey("pg_tblspc/" + oid)) {
                throw new RestoreRefused(
                        "the backup has no tablespace " + oid, "it has these: " + manifest.tablespaces());
            }
        }
        new Room(backup, this.data, tablespaces).require();
    }

    /** Makes the directories and the tablespaces' links. */
    void prepare() throws IOException {
        makeDirectory(data);
        for (Map.Entry<String, Path> tablespace : tablespaces.entrySet()) {
            makeDirectory(tablespace.getValue());
            Path link = data.resolve(tablespace.getKey());
            makeDirectory(Objects.requireNonNull(link.getParent()));
            Files.createSymbolicLink(link, tablespace.getValue());
        }
    }

    /** True for the few files that a backup holds but this way of restoring replaces. */
    static boolean leavesOut(String path) {
        return path.equals(TABLESPACE_MAP);
    }

    /** Where to write a file of the backup; its directory exists afterwards. */
    Path fileFor(String path) throws IOException {
        Path file = resolve(path.equals(CONTROL_FILE) ? path + HELD_BACK : path);
        makeDirectory(Objects.requireNonNull(file.getParent()));
        return file;
    }

    void makeDirectory(String path, String mode) throws IOException {
        Path directory = resolve(path);
        makeDirectory(directory);
        Files.setPosixFilePermissions(directory, Modes.of(mode));
    }

    /** Makes all names durable, and the control file appear as the last. */
    void complete() throws IOException {
        syncDirectories(data);
        for (Path tablespace : tablespaces.values()) {
            syncDirectories(tablespace);
        }
        Path control = data.resolve(CONTROL_FILE);
        Files.move(data.resolve(CONTROL_FILE + HELD_BACK), control, StandardCopyOption.ATOMIC_MOVE);
        sync(Objects.requireNonNull(control.getParent()));
    }

    Path backupManifest() {
        return data.resolve("backup_manifest");
    }

    private Path resolve(String path) throws RepositoryDamaged {
        Path relative = Path.of(path);
        if (relative.isAbsolute() || !relative.normalize().equals(relative) || relative.startsWith("..")) {
            throw new RepositoryDamaged("the backup names a file outside of the data directory: " + path);
        }
        return data.resolve(relative);
    }

    private static void makeDirectory(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }

    private static void syncDirectories(Path root) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException trouble) throws IOException {
                if (trouble != null) {
                    throw trouble;
                }
                sync(visited);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
