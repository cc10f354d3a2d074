package io.pgprimacy.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pgprimacy.agent.postgres.BaseBackup;
import io.pgprimacy.agent.postgres.InstanceSettings;
import io.pgprimacy.agent.postgres.PostgresInstallation;
import io.pgprimacy.agent.postgres.PostgresInstance;
import io.pgprimacy.agent.postgres.StartOutcome;
import io.pgprimacy.agent.postgres.Upstream;
import io.pgprimacy.agent.process.OsUser;
import io.pgprimacy.agent.process.ProcessRunner;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.postgres.Lsn;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Real PostgreSQL nodes in a directory of their own; closing leaves no process and no file behind. */
public final class PostgresTestBed implements AutoCloseable {
    public static final Duration BOUND = Duration.ofSeconds(60);

    private final Path directory;
    private final List<PostgresInstance> instances = new ArrayList<>();

    public PostgresTestBed() {
        try {
            directory = Files.createTempDirectory("pgprimacy-test-");
            // PostgreSQL runs as another user when the tests run as root, and must be able to walk in.
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public Path directory() {
        return directory;
    }

    public static Optional<OsUser> osUser() {
        return OsUser.find("postgres").or(() -> OsUser.find("nobody"));
    }

    /** Not yet initialised. */
    public PostgresInstance node(String name) {
        PostgresInstallation installation =
                PostgresInstallation.newest().orElseThrow(() -> new AssertionError("install postgresql-15 or newer"));
        Path home = directory.resolve(name);
        InstanceSettings settings = InstanceSettings.of(
                new NodeId(name),
                home.resolve("data"),
                "127.0.0.1",
                freePort(),
                home.resolve("socket"),
                home.resolve("state"));
        PostgresInstance instance = new PostgresInstance(settings, installation, ProcessRunner.asIfRoot(osUser()));
        instances.add(instance);
        return instance;
    }

    /** Initialised, started as a standby of nothing, promoted. */
    public PostgresInstance primary(String name) {
        PostgresInstance node = node(name);
        node.initdb(BOUND);
        configure(node);
        start(node);
        node.promote(Optional.empty(), BOUND);
        return node;
    }

    public static void configure(PostgresInstance node) {
        node.config().write(Map.of("shared_buffers", "16MB", "fsync", "on"));
        node.config()
                .writeHba(List.of(
                        "host all postgres 127.0.0.1/32 trust", "host replication postgres 127.0.0.1/32 trust"));
    }

    public static void start(PostgresInstance node) {
        assertThat(node.startAsStandby(BOUND)).isInstanceOf(StartOutcome.Ready.class);
    }

    public static Upstream upstream(PostgresInstance node) {
        return new Upstream(
                node.settings().host(), node.settings().port(), "postgres", Optional.empty(), Optional.empty());
    }

    /** Filled from the primary, started, and level with it. */
    public PostgresInstance standbyOf(PostgresInstance primary, String name) {
        PostgresInstance standby = node(name);
        assertThat(new BaseBackup(standby).run(upstream(primary), Optional.empty(), BOUND, progress -> {}))
                .isInstanceOf(BaseBackup.Outcome.Filled.class);
        configure(standby);
        standby.config().setUpstream(Optional.of(upstream(primary)));
        start(standby);
        awaitReceived(standby, Lsn.parse(query(primary, "select pg_current_wal_flush_lsn()")));
        return standby;
    }

    public static void awaitReceived(PostgresInstance standby, Lsn lsn) {
        await().atMost(BOUND).pollInterval(Duration.ofMillis(5)).until(() -> {
            String received = query(standby, "select coalesce(pg_last_wal_receive_lsn(), '0/0')");
            return !Lsn.parse(received).isBefore(lsn);
        });
    }

    /** One value as text, or nothing where the statement returns no row. */
    public static String query(PostgresInstance node, String sql) {
        String url = "jdbc:postgresql://127.0.0.1:" + node.settings().port() + "/postgres?socketTimeout=30";
        try (Connection connection = DriverManager.getConnection(url, "postgres", "");
                Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return "";
            }
            try (ResultSet row = statement.getResultSet()) {
                return row.next() ? String.valueOf(row.getString(1)) : "";
            }
        } catch (SQLException e) {
            throw new IllegalStateException(sql + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        for (PostgresInstance instance : instances) {
            instance.close();
            instance.processes().killAll(BOUND);
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
