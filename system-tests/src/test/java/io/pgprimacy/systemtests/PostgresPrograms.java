package io.pgprimacy.systemtests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Where PostgreSQL's own programs are, as {@code ./dev} has found them. */
public final class PostgresPrograms {
    private PostgresPrograms() {}

    public static Path directory() {
        String named = System.getenv("PGPRIMACY_PG_BIN");
        return named == null || named.isBlank() ? newestInstalled() : Path.of(named);
    }

    private static Path newestInstalled() {
        try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
            return versions.max(Comparator.comparingInt(
                            v -> Integer.parseInt(v.getFileName().toString())))
                    .orElseThrow()
                    .resolve("bin");
        } catch (IOException e) {
            throw new UncheckedIOException("no PostgreSQL installed in Debian's place; set PGPRIMACY_PG_BIN", e);
        }
    }
}
