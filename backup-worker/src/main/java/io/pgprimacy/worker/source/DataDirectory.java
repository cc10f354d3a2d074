package io.pgprimacy.worker.source;

import io.pgprimacy.worker.source.SourceFile.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;

/**
 * Walks a data directory that is in use, and says what belongs to a backup: the rules of PostgreSQL's own base backup
 * ({@code src/backend/replication/basebackup.c}), each name only at the level where PostgreSQL gives it a meaning. What vanishes
 * meanwhile is not there; WAL replay removes it too.
 */
public final class DataDirectory {
    private static final Set<String> EMPTIED = Set.of(
            "pg_dynshmem", "pg_notify", "pg_serial", "pg_snapshots", "pg_subtrans", "pg_stat_tmp", "pg_replslot");
    private static final Set<String> LEFT_OUT_OF_ROOT = Set.of(
            "postmaster.pid",
            "postmaster.opts",
            "postgresql.auto.conf.tmp",
            "current_logfiles.tmp",
            "backup_label",
            "backup_label.old",
            "tablespace_map",
            "tablespace_map.old",
            "backup_manifest",
            "backup_manifest.tmp",
            // A copy of a standby would otherwise come up as one.
            "standby.signal",
            "recovery.signal");
    private static final String TEMPORARY = "pgsql_tmp";
    private static final String CACHE = "pg_internal.init";
    static final String CONTROL_FILE = "global/pg_control";

    private final Path root;
    private final SortedMap<Long, Path> tablespaces;
    private final String versionDirectory;

    /** Takes what belongs to a backup, in the order in which it is found. */
    public interface Visitor {
        void directory(String path, Set<PosixFilePermission> mode) throws IOException;

        void file(SourceFile file) throws IOException;

        /** Something is not in the backup that somebody might miss. */
        void leftOut(String path, String why);
    }

    /**
     * @param tablespaces their locations by oid
     * @param versionDirectory what PostgreSQL calls its directory in each of them: {@code PG_15_202209061}
     */
    public DataDirectory(Path root, SortedMap<Long, Path> tablespaces, String versionDirectory) {
        this.root = root;
        this.tablespaces = tablespaces;
        this.versionDirectory = versionDirectory;
    }

    /** {@code global/pg_control} is not among them: it is read last, and by {@link ControlFileReader}. */
    public void walk(Visitor visitor) throws IOException {
        for (Path child : children(root)) {
            String name = name(child);
            if (isLeftOutOfRoot(name) || name.startsWith(TEMPORARY)) {
                continue;
            }
            if (name.equals("pg_wal")) {
                // Also where it is a link. Its content is WAL, which is stored as such.
                visitor.directory(name, mode(child));
                visitor.directory("pg_wal/archive_status", mode(child));
            } else if (EMPTIED.contains(name)) {
                visitor.directory(name, mode(child));
            } else if (name.equals("pg_tblspc")) {
                visitor.directory(name, mode(child));
                walkTablespaces(child, visitor);
            } else {
                visit(child, name, visitor);
            }
        }
    }

    /** Of a name right in the data directory. */
    static boolean isLeftOutOfRoot(String name) {
        return LEFT_OUT_OF_ROOT.contains(name);
    }

    /** A file that an earlier backup had, if it is still there and still belongs to one. */
    public Optional<SourceFile> find(String path) throws IOException {
        int slash = path.lastIndexOf('/');
        String parent = path.substring(0, Math.max(0, slash));
        String name = path.substring(slash + 1);
        Path location = locate(path);
        if (!Files.isRegularFile(location)) {
            return Optional.empty();
        }
        Optional<RelationFile> relation = holdsRelations(parent) ? RelationFile.parse(name) : Optional.empty();
        if (relation.isEmpty()) {
            return Optional.of(new SourceFile(path, location, Files.size(location), Kind.PLAIN, 0));
        }
        RelationFile file = relation.get();
        boolean unlogged = Files.exists(location.resolveSibling(file.relation() + "_init"));
        return unlogged && !file.fork().equals(RelationFile.INIT)
                ? Optional.empty()
                : Optional.of(describe(location, path, file, Files.size(location)));
    }

    private Path locate(String path) {
        String[] parts = path.split("/", 3);
        boolean inTablespace = parts.length == 3 && parts[0].equals("pg_tblspc") && parts[1].matches("\\d+");
        Path location = inTablespace ? tablespaces.get(Long.parseLong(parts[1])) : null;
        return location == null ? root.resolve(path) : location.resolve(parts[2]);
    }

    private void walkTablespaces(Path links, Visitor visitor) throws IOException {
        for (Path link : children(links)) {
            String path = "pg_tblspc/" + name(link);
            Path location = link;
            if (Files.isSymbolicLink(link)) {
                location = tablespaces.getOrDefault(Long.parseLong(name(link)), link);
            } else {
                // "In place", as PostgreSQL's own tests make them.
                visitor.directory(path, mode(link));
            }
            Path ours = location.resolve(versionDirectory);
            if (Files.isDirectory(ours)) {
                visit(ours, path + "/" + versionDirectory, visitor);
            }
        }
    }

    private void visit(Path location, String path, Visitor visitor) throws IOException {
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(location, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (attributes.isSymbolicLink()) {
                attributes = Files.readAttributes(location, BasicFileAttributes.class);
                if (attributes.isDirectory()) {
                    visitor.leftOut(path, "a link to the directory " + Files.readSymbolicLink(location));
                    return;
                }
            }
        } catch (NoSuchFileException e) {
            return;
        }
        if (attributes.isDirectory()) {
            if (isTablespaceInside(location)) {
                return;
            }
            visitDirectory(location, path, visitor);
        } else if (attributes.isRegularFile()) {
            if (!path.equals(CONTROL_FILE)) {
                visitor.file(new SourceFile(path, location, attributes.size(), Kind.PLAIN, 0));
            }
        } else {
            visitor.leftOut(path, "neither a file nor a directory");
        }
    }

    private void visitDirectory(Path location, String path, Visitor visitor) throws IOException {
        Set<PosixFilePermission> mode;
        List<Path> children;
        try {
            mode = mode(location);
            children = children(location);
        } catch (NoSuchFileException e) {
            return;
        }
        visitor.directory(path, mode);
        if (holdsRelations(path)) {
            visitRelations(children, path, visitor);
            return;
        }
        for (Path child : children) {
            if (!name(child).startsWith(TEMPORARY)) {
                visit(child, path + "/" + name(child), visitor);
            }
        }
    }

    private void visitRelations(List<Path> children, String path, Visitor visitor) throws IOException {
        Set<String> unlogged = new TreeSet<>();
        for (Path child : children) {
            RelationFile.parse(name(child))
                    .filter(file -> file.fork().equals(RelationFile.INIT))
                    .ifPresent(file -> unlogged.add(file.relation()));
        }
        for (Path child : children) {
            String name = name(child);
            Optional<RelationFile> relation = RelationFile.parse(name);
            boolean made = name.startsWith(TEMPORARY) || name.startsWith(CACHE) || RelationFile.isTemporary(name);
            if (made) {
                continue;
            }
            if (relation.isEmpty()) {
                visit(child, path + "/" + name, visitor);
                continue;
            }
            RelationFile file = relation.get();
            // Recovery makes the other forks of an unlogged relation anew from its init fork.
            boolean emptied = unlogged.contains(file.relation()) && !file.fork().equals(RelationFile.INIT);
            if (!emptied) {
                visitRelation(child, path + "/" + name, file, visitor);
            }
        }
    }

    private static void visitRelation(Path location, String path, RelationFile relation, Visitor visitor)
            throws IOException {
        long size;
        try {
            size = Files.size(location);
        } catch (NoSuchFileException e) {
            return;
        }
        visitor.file(describe(location, path, relation, size));
    }

    /** What the place of a file that belongs to the backup says of its content. */
    static SourceFile describe(String path, SourceFile.Content content, long size) {
        int slash = path.lastIndexOf('/');
        Optional<RelationFile> relation = holdsRelations(path.substring(0, Math.max(0, slash)))
                ? RelationFile.parse(path.substring(slash + 1))
                : Optional.empty();
        return new SourceFile(
                path,
                content,
                size,
                relation.map(file -> kind(path, file)).orElse(Kind.PLAIN),
                relation.map(RelationFile::segment).orElse(0));
    }

    private static SourceFile describe(Path location, String path, RelationFile relation, long size) {
        return new SourceFile(path, location, size, kind(path, relation), relation.segment());
    }

    private static Kind kind(String path, RelationFile relation) {
        boolean main = relation.fork().equals(RelationFile.MAIN) && !path.startsWith("global/");
        return main ? Kind.MAIN_FORK : Kind.OTHER_FORK;
    }

    /** {@code global}, {@code base/OID}, {@code pg_tblspc/OID/PG_.../OID}. */
    private static boolean holdsRelations(String path) {
        return path.equals("global") || path.matches("base/\\d+") || path.matches("pg_tblspc/\\d+/PG_[^/]+/\\d+");
    }

    /** Somebody may have put a tablespace into the data directory: it is then walked as that, and once. */
    private boolean isTablespaceInside(Path location) {
        return tablespaces.containsValue(location);
    }

    private static List<Path> children(Path directory) throws IOException {
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(children::add);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        for (Path child : children) {
            refuseUnreadableName(child);
        }
        children.sort(null);
        return children;
    }

    /**
     * Fires when what every backup needs may not be read by this process, or is not there. Evidence: the directories' permissions and the
     * control file's. Safe because whatever else is wrong with the files shows when they are read, and ends the backup. Otherwise empty.
     */
    public Optional<String> whyUnreadable() {
        List<Path> needed = new ArrayList<>(
                List.of(root, root.resolve("base"), root.resolve("pg_wal"), root.resolve(CONTROL_FILE)));
        tablespaces.values().forEach(location -> needed.add(location.resolve(versionDirectory)));
        return needed.stream().flatMap(path -> whyUnreadable(path).stream()).findFirst();
    }

    private static Optional<String> whyUnreadable(Path path) {
        try {
            boolean directory =
                    Files.readAttributes(path, BasicFileAttributes.class).isDirectory();
            boolean readable = Files.isReadable(path) && (!directory || Files.isExecutable(path));
            return readable ? Optional.empty() : Optional.of(path + " may not be read");
        } catch (NoSuchFileException e) {
            return Optional.of(path + " is not there");
        } catch (IOException e) {
            // Of a directory above it.
            return Optional.of(path + " may not be looked at");
        }
    }

    /** A name that this Java cannot represent could not be opened either, and would be left out as if it had vanished. */
    private static void refuseUnreadableName(Path child) {
        if (!isReadableName(name(child))) {
            throw new UncheckedIOException(
                    new IOException("the name of " + child + " is not valid in this process's character set"));
        }
    }

    static boolean isReadableName(String name) {
        return name.indexOf('\uFFFD') < 0;
    }

    private static Set<PosixFilePermission> mode(Path path) throws IOException {
        return Files.getPosixFilePermissions(path);
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }
}
