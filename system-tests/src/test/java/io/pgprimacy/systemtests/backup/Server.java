package io.pgprimacy.systemtests.backup;

import io.pgprimacy.systemtests.Command;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** One PostgreSQL server, driven by its own programs. */
public record Server(String name, Path data, int port) {

    public static Path bin() {
        String named = System.getenv("PGPRIMACY_PG_BIN");
        if (named != null && !named.isBlank()) {
            return Path.of(named);
        }
        try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
            return versions.max(Comparator.comparingInt(
                            v -> Integer.parseInt(v.getFileName().toString())))
                    .orElseThrow()
                    .resolve("bin");
        } catch (IOException e) {
            throw new IllegalStateException("no PostgreSQL installed in Debian's place; set PGPRIMACY_PG_BIN", e);
        }
    }

    /** Settings that are put last win. */
    public void configure(String... settings) throws IOException {
        List<String> lines = new ArrayList<>(
                List.of("", "port = " + port, "unix_socket_directories = ''", "shared_buffers = 32MB", "fsync = off"));
        lines.addAll(List.of(settings));
        Files.write(data.resolve("postgresql.conf"), lines, StandardOpenOption.APPEND);
    }

    public void start() {
        program("pg_ctl", "-w", "-t", "120", "-D", data.toString(), "-l", data + ".log", "start")
                .expectSuccess();
    }

    public void stop(String mode) {
        if (Files.exists(data.resolve("postmaster.pid"))) {
            program("pg_ctl", "-w", "-m", mode, "-D", data.toString(), "stop");
        }
    }

    /** One value, or several in lines. */
    public String sql(String statement) {
        return psql("-c", statement).expectSuccess().out().strip();
    }

    /** A script of statements, each in a transaction of its own; what it prints, line by line. */
    public List<String> script(String statements) throws IOException {
        Path file = Path.of(data + ".sql");
        Files.writeString(file, statements);
        return psql("-f", file.toString()).expectSuccess().out().lines().toList();
    }

    /** What one of its databases holds, without the same. */
    String dump(String database) {
        return comparable(program(
                "pg_dump", "--create", "-h", "127.0.0.1", "-p", "" + port, "-U", "postgres", "-d", conninfo(database)));
    }

    /** One value of a database of whatever name. */
    String sqlIn(String database, String statement) {
        return psql("-d", conninfo(database), "-c", statement)
                .expectSuccess()
                .out()
                .strip();
    }

    private static String conninfo(String database) {
        return "postgresql:///"
                + URLEncoder.encode(database, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Everything in it, without what differs from one dump to the next of the same content. */
    public String dump() {
        return comparable(program("pg_dumpall", "-h", "127.0.0.1", "-p", "" + port, "-U", "postgres"));
    }

    private static String comparable(Command.Result dump) {
        return dump.expectSuccess()
                .out()
                .lines()
                .filter(line ->
                        !line.startsWith("\\restrict") && !line.startsWith("\\unrestrict") && !line.contains("setval"))
                .reduce(new StringBuilder(), (all, line) -> all.append(line).append('\n'), StringBuilder::append)
                .toString();
    }

    private Command.Result psql(String... arguments) {
        List<String> all =
                new ArrayList<>(List.of("-XAtq", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", "" + port));
        all.addAll(List.of("-U", "postgres"));
        all.addAll(List.of(arguments));
        return program("psql", all.toArray(String[]::new));
    }

    public Command.Result program(String program, String... arguments) {
        List<String> command = new ArrayList<>(List.of(bin().resolve(program).toString()));
        command.addAll(List.of(arguments));
        return BackupTestBed.asPostgres(command);
    }
}
