package io.pgprimacy.worker.postgres;

import io.pgprimacy.worker.postgres.BackupSession.Address;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Properties;

/** How this process connects to its server: nothing that the server's own settings could cut short, or make wait. */
final class ServerConnection {
    static final String WAL_SEGMENT_SIZE =
            "select setting::bigint * case unit when 'B' then 1 when 'kB' then 1024 when 'MB' then 1048576 end from pg_settings where name = 'wal_segment_size'";

    private ServerConnection() {}

    static Connection open(Address address, String application) throws SQLException {
        return open(address, application, new Properties());
    }

    /** @param more of pgjdbc's properties */
    static Connection open(Address address, String application, Properties more) throws SQLException {
        Properties properties = new Properties();
        properties.putAll(more);
        properties.setProperty("user", address.user());
        properties.setProperty("password", address.password());
        properties.setProperty("ApplicationName", application);
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("connectTimeout", "30");
        properties.setProperty("gssEncMode", "disable");
        properties.setProperty(
                "options",
                "-c statement_timeout=0 -c idle_session_timeout=0 -c idle_in_transaction_session_timeout=0"
                        + " -c search_path=pg_catalog -c synchronous_commit=local -c client_encoding=UTF8");
        return DriverManager.getConnection(
                "jdbc:postgresql://" + inUrl(address.host()) + ":" + address.port() + "/postgres", properties);
    }

    static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            // The server has ended it, or will.
            return;
        }
    }

    private static String inUrl(String host) {
        return host.contains(":") ? "[" + host + "]" : host;
    }

    /** By its clock. */
    static Instant now(Connection connection) throws SQLException {
        return Instant.parse(one(
                connection,
                "select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"));
    }

    static String one(Connection connection, String sql, String... arguments) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < arguments.length; i++) {
                statement.setString(i + 1, arguments[i]);
            }
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return String.valueOf(row.getString(1));
            }
        }
    }
}
