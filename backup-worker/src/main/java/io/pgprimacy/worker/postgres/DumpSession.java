package io.pgprimacy.worker.postgres;

import io.pgprimacy.backup.format.DumpManifest;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.worker.postgres.BackupSession.Address;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What has to be known of a server before and while it is dumped. */
public final class DumpSession implements AutoCloseable {
    /** The name of the column with a locale that is not the C library's differs from version to version. */
    private static final String DATABASES = """
            select datname, pg_get_userbyid(datdba), pg_encoding_to_char(encoding), coalesce(datcollate, ''),
                   coalesce(datctype, ''), datlocprovider::text,
                   coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale', '')
            from pg_database d where datallowconn order by datname""";

    private static final Map<String, String> PROVIDERS = Map.of("c", "libc", "i", "icu", "b", "builtin");
    /** Also of a standby, whose last replayed record stands for it. */
    private static final String NOW = """
            select case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end::text""";

    private final Connection connection;

    /** A database that accepts connections, with what is needed to create it. */
    public record Database(
            String name, String owner, String encoding, String collate, String ctype, String provider, String locale) {}

    /** Where the server is, and when. */
    public record Moment(Lsn lsn, Instant time) {}

    private DumpSession(Connection connection) {
        this.connection = connection;
    }

    public static DumpSession open(Address address) throws SessionFailed {
        try {
            return new DumpSession(ServerConnection.open(address, "pgprimacy dump"));
        } catch (SQLException e) {
            throw new SessionFailed(e);
        }
    }

    /** @param program what {@code pg_dump --version} said */
    public DumpManifest.Server server(String program) throws SessionFailed {
        try {
            return new DumpManifest.Server(
                    new SystemIdentifier(one("select system_identifier::text from pg_control_system()")),
                    Integer.parseInt(one("show server_version_num")),
                    one("select pg_is_in_recovery()::text").equals("true"),
                    program);
        } catch (SQLException e) {
            throw new SessionFailed(e);
        }
    }

    /** Those that accept connections, by their names. */
    public List<Database> databases() throws SessionFailed {
        List<Database> databases = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(DATABASES)) {
            while (row.next()) {
                databases.add(new Database(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        PROVIDERS.getOrDefault(row.getString(6), row.getString(6)),
                        row.getString(7)));
            }
        } catch (SQLException e) {
            throw new SessionFailed(e);
        }
        return databases;
    }

    public Moment now() throws SessionFailed {
        try {
            return new Moment(Lsn.parse(one(NOW)), ServerConnection.now(connection));
        } catch (SQLException e) {
            throw new SessionFailed(e);
        }
    }

    private String one(String sql) throws SQLException {
        return ServerConnection.one(connection, sql);
    }

    @Override
    public void close() throws SessionFailed {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new SessionFailed(e);
        }
    }
}
