package io.pgprimacy.systemtests;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.Executor;

/** Direct connections to one PostgreSQL of a sandbox. */
public final class Database {
    private static final Executor HERE = Runnable::run;

    private Database() {}

    /** {@code bound} holds for each answer; the login itself is bounded by whole seconds. */
    public static Connection connect(int port, Duration bound) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", "postgres");
        properties.setProperty("connectTimeout", "1");
        properties.setProperty("socketTimeout", Long.toString(Math.max(1, bound.toSeconds())));
        properties.setProperty("tcpNoDelay", "true");
        properties.setProperty("sslmode", "disable");
        properties.setProperty("gssEncMode", "disable");
        Connection connection =
                DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres", properties);
        connection.setNetworkTimeout(HERE, Math.toIntExact(bound.toMillis()));
        return connection;
    }

    public static Connection connect(int port) throws SQLException {
        return connect(port, Duration.ofSeconds(20));
    }

    public static void execute(int port, String sql) {
        try (Connection connection = connect(port);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql + " on port " + port + ": " + e.getMessage(), e);
        }
    }

    /** The first column of the only row. */
    public static String ask(int port, String sql) {
        try (Connection connection = connect(port);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? String.valueOf(rows.getString(1)) : "";
        } catch (SQLException e) {
            throw new IllegalStateException(sql + " on port " + port + ": " + e.getMessage(), e);
        }
    }

    static void closeQuietly(Connection connection) {
        try {
            // A frozen peer would let close() wait for its answer.
            connection.abort(HERE);
        } catch (SQLException e) {
            // Nothing is left to do with it.
        }
    }
}
