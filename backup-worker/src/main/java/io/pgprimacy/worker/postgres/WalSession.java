package io.pgprimacy.worker.postgres;

import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.TimelineId;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Asks a server how far its WAL is durable. */
public final class WalSession implements AutoCloseable {
    private static final int HEX = 16;
    private static final int ANSWER_BOUND_MILLIS = 10_000;
    private static final String POSITION = "select pg_is_in_recovery(),"
            + " case when not pg_is_in_recovery() then pg_current_wal_flush_lsn()::text end,"
            + " case when not pg_is_in_recovery() then substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8) end";

    private final Connection connection;
    private final Facts facts;

    /** What holds as long as the server runs, except the archive command. */
    public record Facts(
            SystemIdentifier systemIdentifier,
            int version,
            long walSegmentSize,
            Path dataDirectory,
            String archiveMode,
            String archiveCommand) {}

    /** Where a server writes. */
    public sealed interface Position {
        /** @param flushed WAL before it is durable on this host */
        record Primary(TimelineId timeline, Lsn flushed) implements Position {}

        /** It writes nothing of its own. */
        record InRecovery() implements Position {}
    }

    private WalSession(Connection connection) throws SQLException {
        this.connection = connection;
        connection.setNetworkTimeout(Runnable::run, ANSWER_BOUND_MILLIS);
        this.facts = new Facts(
                new SystemIdentifier(one("select system_identifier::text from pg_control_system()")),
                Integer.parseInt(one("show server_version_num")),
                Long.parseLong(one(ServerConnection.WAL_SEGMENT_SIZE)),
                Path.of(one("show data_directory")),
                one("show archive_mode"),
                one("show archive_command"));
    }

    public static WalSession open(BackupSession.Address address) throws SessionFailed {
        try {
            return new WalSession(ServerConnection.open(address, "pgprimacy wal"));
        } catch (SQLException e) {
            throw new SessionFailed(e);
        }
    }

    public Facts facts() {
        return facts;
    }

    public Position position() throws SessionFailed {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(POSITION)) {
            row.next();
            return row.getBoolean(1)
                    ? new Position.InRecovery()
                    : new Position.Primary(
                            new TimelineId(Long.parseLong(row.getString(3), HEX)), Lsn.parse(row.getString(2)));
        } catch (SQLException e) {
            throw new SessionFailed(e);
        }
    }

    @Override
    public void close() {
        ServerConnection.close(connection);
    }

    private String one(String sql) throws SQLException {
        return ServerConnection.one(connection, sql);
    }
}
