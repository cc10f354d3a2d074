package io.pgprimacy.backup.recovery;

import io.pgprimacy.core.postgres.Lsn;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A PostgreSQL that recovers where nobody else can reach it: no network, a socket in a directory of its own, nothing archived. It ends with this
 * process, also with a kill -9 of it.
 */
public final class ScratchServer implements AutoCloseable {
    private static final long STOP_SECONDS = 600;
    private static final int LAST_LINES = 8;
    /** Of the socket's name alone. */
    private static final String PORT = "5432";

    /** A postmaster whose starter is gone is shut down at once: the end of the standard input says so. */
    private static final String WITH_ITS_STARTER = """
            exec 3<&0
            "$@" </dev/null 3<&- &
            server=$!
            (cat <&3 >/dev/null; kill -QUIT "$server" 2>/dev/null) &
            wait "$server"
            """;

    private final Programs programs;
    private final Path data;
    private final String user;
    private final Path scratch;
    private final List<String> settings;
    private final Path log;
    private final Process process;

    /** What it says of its recovery. */
    public record Status(boolean paused, Lsn replayed, Optional<String> lastCommit) {}

    public ScratchServer(Programs programs, Path data, String user) throws IOException {
        this(programs, data, user, Files.createTempDirectory("pgprimacy-restore"), List.of());
    }

    /**
     * @param scratch a directory for it alone, removed with it; only its user may enter, and its path is short enough for a socket's
     * @param settings further ones, as {@code name=value}
     */
    public ScratchServer(Programs programs, Path data, String user, Path scratch, List<String> settings)
            throws IOException {
        this.programs = programs;
        this.data = data.toAbsolutePath();
        this.user = user;
        this.scratch = scratch.toAbsolutePath();
        this.settings = List.copyOf(settings);
        this.log = scratch.resolve("log");
        Files.writeString(scratch.resolve("hba"), "local all all trust\n");
        Files.writeString(scratch.resolve("ident"), "");
        this.process = new ProcessBuilder(command())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    private List<String> command() throws IOException {
        List<String> command =
                new ArrayList<>(List.of("sh", "-c", WITH_ITS_STARTER, "sh", programs.path("postgres"), "-D"));
        command.add(data.toString());
        if (!Files.exists(data.resolve("postgresql.conf"))) {
            Files.writeString(scratch.resolve("conf"), "");
            command.add("--config_file=" + scratch.resolve("conf"));
        }
        for (String setting : List.of(
                "listen_addresses=",
                "port=" + PORT,
                "unix_socket_directories=" + scratch,
                "unix_socket_permissions=0700",
                "hba_file=" + scratch.resolve("hba"),
                "ident_file=" + scratch.resolve("ident"),
                "external_pid_file=",
                "ssl=off",
                "hot_standby=on",
                "archive_mode=off",
                "archive_cleanup_command=",
                "recovery_end_command=",
                "logging_collector=off",
                "log_destination=stderr",
                "lc_messages=C")) {
            command.add("-c");
            command.add(setting);
        }
        for (String setting : settings) {
            command.add("-c");
            command.add(setting);
        }
        return command;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Empty while it takes no connections, because it is not consistent yet. */
    public Optional<Status> status() throws IOException {
        Programs.Said said = ask(
                "template1",
                "select pg_get_wal_replay_pause_state() = 'paused', pg_last_wal_replay_lsn(),"
                        + " coalesce(pg_last_xact_replay_timestamp()::text, '')");
        String[] words = said.text().strip().split("\\|", -1);
        if (!said.succeeded() || words.length != 3 || words[1].isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Status(
                words[0].equals("t"), Lsn.parse(words[1]), Optional.of(words[2]).filter(t -> !t.isEmpty())));
    }

    /** Whether it accepts writes, once and for all. */
    public boolean isOpen() throws IOException {
        Programs.Said said = ask("template1", "select not pg_is_in_recovery()");
        return said.succeeded() && said.text().strip().equals("t");
    }

    /** What the client answers: rows, with {@code |} between the columns. */
    public Programs.Said ask(String database, String sql) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("-XwAt", "-F", "|"));
        arguments.addAll(connection());
        arguments.addAll(List.of("-d", database, "-c", sql));
        return programs.run(
                Map.of("PGOPTIONS", "-c timezone=UTC -c datestyle=iso", "PGCONNECT_TIMEOUT", "5"),
                "psql",
                arguments.toArray(String[]::new));
    }

    /** By which PostgreSQL's own programs reach it. */
    public List<String> connection() {
        return List.of("-h", scratch.toString(), "-p", PORT, "-U", user);
    }

    public String lastLines() throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    }

    /** Clean: what was replayed is on disk, and recovery goes on from there. */
    public void stop() throws IOException {
        Programs.Said said = programs.run(
                Map.of(), "pg_ctl", "stop", "-D", data.toString(), "-m", "fast", "-t", Long.toString(STOP_SECONDS));
        if (!said.succeeded()) {
            throw new IOException("PostgreSQL has not stopped: " + said.text().strip());
        }
        await();
    }

    @Override
    public void close() throws IOException {
        // The end of its standard input is the order to end.
        process.getOutputStream().close();
        await();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(scratch)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(scratch);
    }

    private void await() throws IOException {
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }
}
