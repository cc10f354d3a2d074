package io.pgprimacy.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
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

    /**
     * Copies the jars of one program into a directory that only its processes use. Hard links would not do: Maven writes
     * a jar anew in place, and a JVM that has it open dies of that.
     */
    void copyJars(Kind kind, Path into) {
        Path target = home.resolve(MODULES.getOrDefault(kind, "")).resolve("target");
        List<Path> from = List.of(target, target.resolve("lib"));
        try {
            deleteJars(into);
            Files.createDirectories(into);
            int copied = 0;
            for (Path dir : from) {
                copied += copyJars(dir, into);
            }
            if (copied == 0) {
                throw new SandboxFailure("no jars in " + target, "build first: ./pgprimacy does it by itself");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot copy the jars of " + kind.label() + " to " + into, e);
        }
    }

    private static int copyJars(Path from, Path into) throws IOException {
        int copied = 0;
        if (Files.isDirectory(from)) {
            try (DirectoryStream<Path> jars = Files.newDirectoryStream(from, "*.jar")) {
                for (Path jar : jars) {
                    Files.copy(jar, into.resolve(jar.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
                    copied++;
                }
            }
        }
        return copied;
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
