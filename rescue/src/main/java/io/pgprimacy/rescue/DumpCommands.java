package io.pgprimacy.rescue;

import io.pgprimacy.backup.format.DumpManifest;
import io.pgprimacy.backup.format.DumpManifest.Database;
import io.pgprimacy.backup.restore.EmptyDirectory;
import io.pgprimacy.backup.restore.RestoreRefused;
import io.pgprimacy.backup.restore.StoredDump;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dump list} and {@code dump restore}: logical backups. */
final class DumpCommands {
    private DumpCommands() {}

    @Command(
            name = "dump",
            description = "Logical backups: what pg_dump wrote of each database, and pg_dumpall of roles.",
            mixinStandardHelpOptions = true,
            subcommands = {ListDumps.class, Restore.class})
    static final class Dump implements Callable<Integer> {
        @Override
        public Integer call() {
            throw new IllegalArgumentException("dump needs list or restore");
        }
    }

    @Command(name = "list", description = "Lists the logical backups in the bucket.", mixinStandardHelpOptions = true)
    static final class ListDumps implements Callable<Integer> {
        private static final String ROW = "%-16s %4s  %-25s %-8s %-24s %14s %14s  %s%n";

        @Mixin
        ListOptions options = new ListOptions();

        @Override
        public Integer call() throws IOException {
            Dumps dumps = Dumps.in(options.bucket(), options.cluster);
            return options.print(dumps, dumps.unreadable(), () -> {
                System.out.printf(ROW, "CLUSTER", "INC", "BACKUP", "NODE", "ENDED", "BYTES", "STORED", "DATABASES");
                dumps.manifests()
                        .forEach(m -> System.out.printf(
                                ROW,
                                m.cluster(),
                                m.incarnation(),
                                m.id(),
                                m.node(),
                                m.ended(),
                                m.totals().bytes(),
                                m.totals().stored(),
                                names(m.databases())));
            });
        }
    }

    /** What is done about roles and tablespaces. */
    enum Globals {
        PRINT,
        APPLY,
        SKIP
    }

    /** Where the dumps go: one of the two. */
    static final class Target {
        @Option(
                names = "--to-file",
                required = true,
                paramLabel = "DIR",
                description = "Files for psql and pg_restore in a directory that is empty, or not there.")
        @Nullable
        Path directory;

        @Option(
                names = "--into",
                required = true,
                paramLabel = "postgresql://…",
                description = "A running server. The password comes from PGPASSWORD or .pgpass.")
        @Nullable
        String server;
    }

    @Command(
            name = "restore",
            description = {
                "Decrypts and verifies a logical backup, and writes it as files or restores it into a running server.",
                "Roles and tablespaces come first. With --into each database is created as it was, or restored into one of its name that is"
                        + " empty; one that is not empty is refused before anything is changed."
            },
            mixinStandardHelpOptions = true)
    static final class Restore implements Callable<Integer> {
        @Parameters(paramLabel = "ID", description = "Which one, as dump list shows it; or latest.")
        String id = "";

        @Mixin
        RepositoryOptions repository = new RepositoryOptions();

        @Mixin
        RepositoryOptions.Keys keys = new RepositoryOptions.Keys();

        @Option(names = "--cluster", required = true, paramLabel = "NAME", description = "Whose backup.")
        String cluster = "";

        @Option(
                names = "--database",
                paramLabel = "NAME",
                description = "Only this one; may be repeated (default: all that are in it).")
        List<String> databases = new ArrayList<>();

        @ArgGroup(exclusive = true, multiplicity = "1")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        Target target;

        @Option(
                names = "--globals",
                paramLabel = "print|apply|skip",
                description = {
                    "With --into, what to do about roles and tablespaces (default: print).",
                    "apply runs them: roles that are there get the attributes and passwords of the backup, also the one that is connected."
                })
        Globals globals = Globals.PRINT;

        @Option(
                names = "--pg-bin",
                paramLabel = "DIR",
                description = "PostgreSQL's programs (default: /usr/lib/postgresql/VERSION/bin).")
        @Nullable
        Path programs;

        @Override
        public Integer call() throws IOException {
            Bucket bucket = repository.open();
            DumpManifest found = Dumps.find(bucket, cluster, id);
            StoredDump dump = StoredDump.open(found.place(), keys.read(), bucket);
            List<Database> wanted = wanted(dump.manifest());
            if (target.directory != null) {
                writeFiles(dump, wanted, target.directory);
            } else {
                restoreInto(dump, wanted, String.valueOf(target.server));
            }
            return 0;
        }

        private List<Database> wanted(DumpManifest manifest) {
            for (String name : databases) {
                if (manifest.database(name).isEmpty()) {
                    throw new RestoreRefused(
                            "logical backup " + manifest.id() + " has no database '" + name + "'",
                            "it has " + names(manifest.databases()));
                }
            }
            return manifest.databases().stream()
                    .filter(d -> databases.isEmpty() || databases.contains(d.name()))
                    .toList();
        }

        private static void writeFiles(StoredDump dump, List<Database> wanted, Path directory) throws IOException {
            EmptyDirectory.require(directory);
            Files.createDirectories(directory);
            Path sql = directory.resolve("globals.sql");
            write(dump, dump.manifest().globals(), sql);
            System.out.println(sql + ": roles and tablespaces, for psql");
            for (Database database : wanted) {
                Path file = directory.resolve(fileName(database));
                write(dump, database.dump(), file);
                System.out.println(file + ": database '" + database.name() + "' of " + database.began() + ", "
                        + database.dump().bytes() + " bytes, for pg_restore --create");
            }
        }

        /** It has its name only once all of it was right; nobody else may read it. */
        private static void write(StoredDump dump, DumpManifest.Dump content, Path file) throws IOException {
            Path part = Path.of(file + ".part");
            Files.createFile(part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part))) {
                dump.copy(content, out);
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        }

        /** Numbered by its first object: two names may look the same as files. */
        private static String fileName(Database database) {
            return "%08d-%s.dump"
                    .formatted(database.dump().first(), database.name().replaceAll("[^A-Za-z0-9_.-]", "_"));
        }

        private void restoreInto(StoredDump dump, List<Database> wanted, String uri) throws IOException {
            int major = dump.manifest().postgres().version() / 10000;
            Path bin = Optional.ofNullable(programs).orElse(Path.of("/usr/lib/postgresql/" + major + "/bin"));
            DumpServer server = new DumpServer(bin, uri);
            server.requirePrograms();
            List<String> there = new ArrayList<>();
            for (Database database : wanted) {
                if (server.exists(database.name())) {
                    there.add(database.name());
                }
            }
            for (String name : there) {
                if (!server.isEmpty(name)) {
                    throw new RestoreRefused(
                            "database '" + name + "' is there, and is not empty; nothing was changed",
                            "drop it, restore into another server, choose others with --database, or use --to-file");
                }
            }
            switch (globals) {
                case PRINT -> {
                    dump.copy(dump.manifest().globals(), System.out);
                    System.out.flush();
                }
                case APPLY -> server.apply(out -> dump.copy(dump.manifest().globals(), out));
                case SKIP -> {}
            }
            for (Database database : wanted) {
                if (!there.contains(database.name()) && !server.hasRole(database.owner())) {
                    throw new RestoreRefused(
                            "role '" + database.owner() + "', which owns database '" + database.name()
                                    + "', is not there; no database was created",
                            "run what is printed above, or restore with --globals=apply");
                }
            }
            for (Database database : wanted) {
                DumpServer.Source source = out -> dump.copy(database.dump(), out);
                if (there.contains(database.name())) {
                    server.restoreInto(database.name(), source);
                } else {
                    server.create(database.name(), source);
                }
                System.err.println("restored '" + database.name() + "' of " + database.began());
            }
        }
    }

    private static String names(List<Database> databases) {
        return databases.stream().map(Database::name).collect(Collectors.joining(", "));
    }
}
