package io.pgprimacy.systemtests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Where PostgreSQL's own programs are, as {@code ./dev} has found them. */
public final class PostgresPrograms {
    private static final Duration BOUND = Duration.ofSeconds(60);

    private PostgresPrograms() {}

    /** As the user postgres where root runs the tests, for they refuse to run as root. */
    public static void run(String program, String... arguments) {
        List<String> command = new ArrayList<>();
        if ("root".equals(System.getProperty("user.name"))) {
            command.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
        }
        command.add(directory().resolve(program).toString());
        command.addAll(List.of(arguments));
        Command.run(BOUND, Map.of(), Path.of("/"), command).expectSuccess();
    }

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
