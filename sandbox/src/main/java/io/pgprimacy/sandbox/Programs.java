package io.pgprimacy.sandbox;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the sandbox runs.
 *
 * @param home of pgprimacy: the directory with the modules and their built jars
 * @param java the program, not its directory
 * @param postgresBin the directory that holds initdb and postgres
 */
public record Programs(Path home, Path java, Path postgresBin) {
    private static final Map<Kind, String> MODULES = Map.of(
            Kind.KAFKA, "sandbox/kafka-broker",
            Kind.COORDINATOR, "coordinator-service",
            Kind.AGENT, "agent-service",
            Kind.S3, "sandbox/s3-endpoint",
            Kind.STORAGE, "storage-service",
            Kind.WORKER, "backup-worker");

    public static Programs find(String home, Map<String, String> environment) {
        Path bin = Path.of(environment.getOrDefault("PGPRIMACY_PG_BIN", ""));
        if (bin.toString().isEmpty()) {
            bin = newestInstalled();
        }
        if (!Files.isExecutable(bin.resolve("initdb"))) {
            throw new SandboxFailure(
                    "no PostgreSQL server found in " + bin,
                    "install PostgreSQL 15 or newer, or set PGPRIMACY_PG_BIN to the directory that holds initdb");
        }
        return new Programs(
                Path.of(home), Path.of(System.getProperty("java.home"), "bin", "java"), bin.toAbsolutePath());
    }

    private static Path newestInstalled() {
        Path debian = Path.of("/usr/lib/postgresql");
        try (Stream<Path> versions = Files.list(debian)) {
            return versions.filter(dir -> dir.getFileName().toString().matches("\\d+"))
                    .max((a, b) -> Integer.compare(major(a), major(b)))
                    .map(dir -> dir.resolve("bin"))
                    .orElse(debian);
        } catch (IOException e) {
            return debian;
        }
    }

    private static int major(Path dir) {
        return Integer.parseInt(dir.getFileName().toString());
    }

    /** Of the programs of one kind, beside the jars that it was made from. */
    Quickstart quickstart(Kind kind) {
        return new Quickstart(target(kind).resolve("quickstart.jsa"));
    }

    private Path target(Kind kind) {
        return home.resolve(MODULES.getOrDefault(kind, "")).resolve("target");
    }

    /** Options that put the jars of that directory on the class path, always in the same order, as a {@link Quickstart} wants it. */
    static Path classPath(Path jars) {
        return jars.resolve("class-path");
    }

    /**
     * Copies the jars of one program into a directory that only its processes use. Hard links would not do: Maven writes
     * a jar anew in place, and a JVM that has it open dies of that.
     */
    void copyJars(Kind kind, Path into) {
        Path target = target(kind);
        List<Path> from = List.of(target, target.resolve("lib"));
        try {
            deleteJars(into);
            Files.createDirectories(into);
            SortedSet<Path> copied = new TreeSet<>();
            for (Path dir : from) {
                copied.addAll(copyJars(dir, into));
            }
            if (copied.isEmpty()) {
                throw new SandboxFailure("no jars in " + target, "build first: ./pgprimacy does it by itself");
            }
            writeClassPath(into, copied);
            quickstart(kind).forgetIfOlderThan(copied);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot copy the jars of " + kind.label() + " to " + into, e);
        }
    }

    private static List<Path> copyJars(Path from, Path into) throws IOException {
        List<Path> copied = new ArrayList<>();
        if (Files.isDirectory(from)) {
            try (DirectoryStream<Path> jars = Files.newDirectoryStream(from, "*.jar")) {
                for (Path jar : jars) {
                    Path copy = into.resolve(jar.getFileName());
                    Files.copy(jar, copy, StandardCopyOption.COPY_ATTRIBUTES);
                    copied.add(copy);
                }
            }
        }
        return copied;
    }

    /** In the java launcher's format for files of options: within quotes, a backslash escapes what follows. */
    private static void writeClassPath(Path into, SortedSet<Path> jars) throws IOException {
        String path = jars.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
        String quoted = path.replace("\\", "\\\\").replace("\"", "\\\"");
        Files.writeString(classPath(into), "-cp \"" + quoted + "\"\n");
    }

    private static void deleteJars(Path dir) throws IOException {
        if (Files.isDirectory(dir)) {
            try (DirectoryStream<Path> old = Files.newDirectoryStream(dir)) {
                for (Path each : old) {
                    Files.delete(each);
                }
            }
        }
    }
}
