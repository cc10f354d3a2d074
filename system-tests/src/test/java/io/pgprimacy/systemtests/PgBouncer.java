package io.pgprimacy.systemtests;

import io.pgprimacy.systemtests.backup.BackupTestBed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** This system's own PgBouncer, pooling transactions before one address, and knowing nothing of what lies behind it. */
final class PgBouncer implements AutoCloseable {
    private final Path directory;
    private final Process process;
    private final int port;

    private PgBouncer(Path directory, Process process, int port) {
        this.directory = directory;
        this.process = process;
        this.port = port;
    }

    static Optional<Path> program() {
        return Stream.of("/usr/sbin/pgbouncer", "/usr/local/bin/pgbouncer", "/usr/bin/pgbouncer")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
    }

    static PgBouncer before(int serverPort) {
        try {
            int port = BackupTestBed.freePort();
            Path directory = Files.createTempDirectory("pgprimacy-pgbouncer-");
            directory.toFile().setReadable(true, false);
            directory.toFile().setExecutable(true, false);
            Path config = Files.writeString(directory.resolve("pgbouncer.ini"), """
                    [databases]
                    * = host=127.0.0.1 port=%d user=postgres

                    [pgbouncer]
                    listen_addr = 127.0.0.1
                    listen_port = %d
                    unix_socket_dir =
                    auth_type = any
                    pool_mode = transaction
                    ignore_startup_parameters = extra_float_digits
                    server_login_retry = 1
                    """.formatted(serverPort, port));
            // It refuses to run as root.
            List<String> command = new ArrayList<>(
                    "root".equals(System.getProperty("user.name"))
                            ? List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups")
                            : List.of());
            command.addAll(List.of(program().orElseThrow().toString(), config.toString()));
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("pgbouncer.log").toFile())
                    .start();
            return new PgBouncer(directory, process, port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(5, TimeUnit.SECONDS);
            Files.delete(directory.resolve("pgbouncer.log"));
            Files.delete(directory.resolve("pgbouncer.ini"));
            Files.delete(directory);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException("left behind: " + directory, e);
        }
    }
}
