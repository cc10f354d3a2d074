package io.pgprimacy.worker.postgres;

import io.pgprimacy.core.postgres.Lsn;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.SortedSet;
import java.util.TreeSet;

/** The WAL that another node of the cluster has, whether it is a standby or not. */
public final class OtherServer implements AutoCloseable {
    private static final int ANSWER_BOUND_MILLIS = 30_000;
    private static final int PIECE = 256 * 1024;
    private static final String END = "select case when pg_is_in_recovery()"
            + " then coalesce(greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()), '0/0')"
            + " else pg_current_wal_flush_lsn() end";

    private final Connection connection;

    private OtherServer(Connection connection) throws SQLException {
        this.connection = connection;
        connection.setNetworkTimeout(Runnable::run, ANSWER_BOUND_MILLIS);
    }

    public static OtherServer open(BackupSession.Address address) throws SessionFailed {
        try {
            return new OtherServer(ServerConnection.open(address, "pgprimacy wal healing"));
        } catch (SQLException e) {
            throw new SessionFailed(e);
        }
    }

    /** WAL before it is whole there. */
    public Lsn end() throws SessionFailed {
        try {
            return Lsn.parse(ServerConnection.one(connection, END));
        } catch (SQLException e) {
            throw new SessionFailed(e);
        }
    }

    /** Names in its {@code pg_wal}; of segments to come, too, whose content is that of old ones. */
    public SortedSet<String> files() throws SessionFailed {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select name from pg_ls_waldir()")) {
            SortedSet<String> names = new TreeSet<>();
            while (rows.next()) {
                names.add(rows.getString(1));
            }
            return names;
        } catch (SQLException e) {
            throw new SessionFailed(e);
        }
    }

    /** A small file of its {@code pg_wal}, whole. */
    public byte[] content(String file) throws IOException {
        try (InputStream all = open(file)) {
            return all.readAllBytes();
        }
    }

    /** From its beginning; ends with a {@link SessionFailed} where it is taken away meanwhile. */
    public InputStream open(String file) {
        return new Pieces(file);
    }

    @Override
    public void close() {
        ServerConnection.close(connection);
    }

    private byte[] read(String file, long from) throws SessionFailed {
        try (PreparedStatement statement = connection.prepareStatement("select pg_read_binary_file(?, ?, ?)")) {
            statement.setString(1, "pg_wal/" + file);
            statement.setLong(2, from);
            statement.setLong(3, PIECE);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBytes(1);
            }
        } catch (SQLException e) {
            throw new SessionFailed(e);
        }
    }

    private final class Pieces extends InputStream {
        private final String file;
        private InputStream piece = InputStream.nullInputStream();
        private long read;

        Pieces(String file) {
            this.file = file;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int taken = piece.read(bytes, offset, length);
            if (taken < 0) {
                byte[] next = OtherServer.this.read(file, read);
                read += next.length;
                piece = new ByteArrayInputStream(next);
                taken = piece.read(bytes, offset, length);
            }
            return taken;
        }
    }
}
