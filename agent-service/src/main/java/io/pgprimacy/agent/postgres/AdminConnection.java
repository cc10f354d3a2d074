package io.pgprimacy.agent.postgres;

import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One kept connection of the superuser to an instance, mostly the local one. Every use has a bound, so a hung PostgreSQL costs its
 * caller that much time and no more. One user at a time: what must not wait for another has a connection of its own.
 */
final class AdminConnection implements AutoCloseable {
    private static final String CONNECTION_TROUBLE = "08";
    private static final String SHUTTING_DOWN = "57P";

    private final String server;
    private final String url;
    private final Properties properties;
    private final AtomicReference<@Nullable Connection> connection = new AtomicReference<>();

    private AdminConnection(String server, Upstream to, String purpose) {
        this.server = server;
        this.url = "jdbc:postgresql://" + to.host() + ":" + to.port() + "/postgres";
        this.properties = new Properties();
        properties.setProperty("user", to.user());
        to.password().ifPresent(password -> properties.setProperty("password", password));
        properties.setProperty("ApplicationName", "pgprimacy agent: " + purpose);
        properties.setProperty("assumeMinServerVersion", "15");
        properties.setProperty("preferQueryMode", "simple");
        properties.setProperty("gssEncMode", "disable");
    }

    /** @param purpose what people see of it in {@code pg_stat_activity} */
    static AdminConnection of(InstanceSettings settings, String purpose) {
        AdminConnection connection = local(settings, purpose);
        // Its own commits must never wait for a standby: it is what repairs a set of standbys that waits.
        connection.properties.setProperty("options", "-c synchronous_commit=local -c search_path=pg_catalog");
        return connection;
    }

    /** For commands of the replication protocol. */
    static AdminConnection forReplication(InstanceSettings settings, String purpose) {
        AdminConnection connection = local(settings, purpose);
        connection.properties.setProperty("replication", "true");
        return connection;
    }

    /** To another node. */
    static AdminConnection to(Upstream remote, String purpose) {
        return new AdminConnection("PostgreSQL at " + remote.host() + ":" + remote.port(), remote, purpose);
    }

    private static AdminConnection local(InstanceSettings settings, String purpose) {
        AdminConnection connection = new AdminConnection(
                "PostgreSQL of " + settings.node(),
                new Upstream(
                        settings.host(),
                        settings.port(),
                        settings.adminUser(),
                        settings.adminPassword(),
                        Optional.empty()),
                purpose);
        connection.properties.setProperty("sslmode", "disable");
        return connection;
    }

    @FunctionalInterface
    interface Work<T extends @Nullable Object> {
        T on(Connection connection) throws SQLException;
    }

    /** Runs it; a kept connection that turns out to be stale is replaced once, so the work must bear repetition. */
    synchronized <T extends @Nullable Object> T run(Duration bound, Work<T> work) {
        boolean kept = connection.get() != null;
        try {
            return attempt(bound, work);
        } catch (SQLException e) {
            if (!kept || isTimeout(e) || !isConnectionTrouble(e)) {
                throw failure(e, bound);
            }
        }
        try {
            return attempt(bound, work);
        } catch (SQLException e) {
            throw failure(e, bound);
        }
    }

    /** Does not wait for what runs on it: PostgreSQL must be stopped in time, and a checkpoint can take a minute. */
    @Override
    public void close() {
        Connection open = connection.getAndSet(null);
        if (open != null) {
            try {
                open.abort(Runnable::run);
            } catch (SQLException e) {
                // It is gone either way, which is all that closing is for.
                return;
            }
        }
    }

    private <T extends @Nullable Object> T attempt(Duration bound, Work<T> work) throws SQLException {
        try {
            Connection open = connection.get();
            if (open == null) {
                open = connect(bound);
                connection.set(open);
            }
            open.setNetworkTimeout(Runnable::run, (int) Math.max(1, bound.toMillis()));
            return work.on(open);
        } catch (SQLException e) {
            if (isConnectionTrouble(e) || isTimeout(e)) {
                close();
            }
            throw e;
        }
    }

    private Connection connect(Duration bound) throws SQLException {
        // pgjdbc counts these in whole seconds; rounded up, and the finer bound applies once connected.
        String seconds = Long.toString(Math.max(1, (bound.toMillis() + 999) / 1000));
        properties.setProperty("connectTimeout", seconds);
        properties.setProperty("socketTimeout", seconds);
        return DriverManager.getConnection(url, properties);
    }

    private PostgresFailure failure(SQLException e, Duration bound) {
        if (isTimeout(e)) {
            return new PostgresFailure(
                    PostgresFailure.Reason.TIMED_OUT, server + " did not answer within " + bound.toMillis() + " ms", e);
        }
        PostgresFailure.Reason reason =
                isConnectionTrouble(e) ? PostgresFailure.Reason.UNREACHABLE : PostgresFailure.Reason.REFUSED;
        return new PostgresFailure(reason, server + ": " + e.getMessage(), e);
    }

    private static boolean isTimeout(SQLException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SocketTimeoutException) {
                return true;
            }
        }
        return false;
    }

    private static boolean isConnectionTrouble(SQLException e) {
        String state = e.getSQLState();
        return state != null && (state.startsWith(CONNECTION_TROUBLE) || state.startsWith(SHUTTING_DOWN));
    }
}
