package io.pgprimacy.worker.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import java.io.BufferedInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * A base backup that PostgreSQL makes itself and sends: {@code BASE_BACKUP} of its replication protocol, as versions 15 and later speak it. Its
 * connection is one of replication to a database, for which {@code pg_hba.conf} needs no line but that of the database.
 *
 * <p>To be asked in this order: {@link #begun}, {@link #next} with each archive's content until there is none, {@link #end}.
 */
public final class BaseBackupStream implements AutoCloseable {
    private static final int BUFFER = 256 * 1024;
    private static final String LEAVES_OUT_SPECIAL_FILES = "sendDir";
    private static final String DATA_CORRUPTED = "XX001";
    private static final int MOST_WARNINGS = 1000;

    private final Messages messages;
    private final Optional<Connection> connection;
    private final List<String> leftOut = new ArrayList<>();
    private final Begun begun;
    private At at = At.CONTENT;

    /** What the message that was read last is. */
    private enum At {
        ARCHIVE,
        CONTENT,
        END
    }

    /** @param tablespaces their locations by oid */
    public record Begun(Lsn redo, TimelineId timeline, SortedMap<Long, Path> tablespaces) {}

    /**
     * A tar file.
     *
     * @param tablespace empty for that of the data directory, which is the last one
     * @param content to be read before the next archive is asked for; need not be read to its end
     */
    public record Archive(OptionalLong tablespace, InputStream content) {}

    /** @param damaged PostgreSQL has sent everything, and found pages whose checksum is wrong */
    public record End(Lsn lsn, TimelineId timeline, boolean damaged) {}

    /** @param connection that the answer comes from; empty where it was recorded */
    BaseBackupStream(InputStream answer, Optional<Connection> connection) throws IOException {
        this.messages = new Messages(answer);
        this.connection = connection;
        this.begun = begin();
    }

    /** Returns after a fast checkpoint. The caller sees to it that the server keeps the WAL from now on. */
    public static BaseBackupStream open(BackupSession.Address address, String label) throws IOException {
        Properties replication = new Properties();
        replication.setProperty("replication", "database");
        replication.setProperty("preferQueryMode", "simple");
        replication.setProperty("assumeMinServerVersion", "15");
        HeldSocket.wanted(replication);
        try {
            Connection connection = ServerConnection.open(address, "pgprimacy backup stream", replication);
            try {
                Socket socket =
                        HeldSocket.take().orElseThrow(() -> new IOException("pgjdbc has opened no socket of its own"));
                ask(socket, command(label));
                return new BaseBackupStream(
                        new BufferedInputStream(socket.getInputStream(), BUFFER), Optional.of(connection));
            } catch (IOException | RuntimeException e) {
                ServerConnection.close(connection);
                throw e;
            }
        } catch (SQLException e) {
            throw new SessionFailed(e);
        }
    }

    /**
     * Pages are verified: of one whose checksum is wrong PostgreSQL reads again, which nobody else can. No manifest, for which it would have to
     * gather all names on its disk: the backup's own indexes hold the same. The WAL comes with it, since nobody here can read that either.
     */
    private static String command(String label) {
        return "BASE_BACKUP (LABEL '" + label.replace("'", "''")
                + "', CHECKPOINT 'fast', WAL true, WAIT false, TABLESPACE_MAP true, MANIFEST 'no')";
    }

    private static void ask(Socket socket, String command) throws IOException {
        byte[] text = (command + '\0').getBytes(UTF_8);
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        out.writeByte('Q');
        out.writeInt(Integer.BYTES + text.length);
        out.write(text);
        out.flush();
    }

    public Begun begun() {
        return begun;
    }

    /** Empty after the last one. */
    public Optional<Archive> next() throws IOException {
        while (at == At.CONTENT) {
            at = step();
        }
        if (at == At.END) {
            return Optional.empty();
        }
        String name = new String(messages.rest(), UTF_8).split("\0", 2)[0];
        at = At.CONTENT;
        String oid = name.replaceFirst("\\.tar$", "");
        return Optional.of(new Archive(
                oid.equals("base") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(oid)), new Content()));
    }

    /** After the last archive. */
    public End end() throws IOException {
        List<List<String>> rows = rows(Messages.COMPLETE);
        boolean damaged = false;
        for (char type = message(); type != Messages.READY; type = message()) {
            if (type == Messages.ERROR) {
                ServerErrorMessage error = error();
                if (!DATA_CORRUPTED.equals(error.getSQLState())) {
                    throw new SessionFailed(new PSQLException(error));
                }
                damaged = true;
            }
        }
        return new End(Lsn.parse(rows.getFirst().get(0)), timeline(rows.getFirst()), damaged);
    }

    /** Of what there is in the data directory, in PostgreSQL's words. */
    public List<String> leftOut() {
        return List.copyOf(leftOut);
    }

    @Override
    public void close() {
        connection.ifPresent(ServerConnection::close);
    }

    private Begun begin() throws IOException {
        List<String> start = rows(Messages.COMPLETE).getFirst();
        SortedMap<Long, Path> tablespaces = new TreeMap<>();
        for (List<String> tablespace : rows(Messages.COPY_OUT)) {
            // The data directory's own row names neither.
            if (tablespace.get(1).startsWith("/")) {
                tablespaces.put(Long.parseLong(tablespace.get(0)), Path.of(tablespace.get(1)));
            }
        }
        return new Begun(Lsn.parse(start.getFirst()), timeline(start), tablespaces);
    }

    private static TimelineId timeline(List<String> position) {
        return new TimelineId(Long.parseLong(position.get(1)));
    }

    /** Up to a message of that type. */
    private List<List<String>> rows(char last) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        for (char type = expected(); type != last; type = expected()) {
            if (type == Messages.ROW) {
                rows.add(messages.row());
            } else if (type == Messages.READY) {
                throw new IOException("PostgreSQL has ended a base backup that it had not sent");
            }
        }
        if (rows.isEmpty()) {
            throw new IOException("PostgreSQL does not say where its base backup is");
        }
        return rows;
    }

    private At step() throws IOException {
        while (true) {
            char type = expected();
            if (type == Messages.COPY_DONE) {
                return At.END;
            }
            if (type != Messages.COPY_DATA) {
                throw new IOException("PostgreSQL sent " + type + " in a base backup");
            }
            byte[] kind = new byte[1];
            messages.read(kind, 0, 1);
            switch (kind[0]) {
                case 'n' -> {
                    return At.ARCHIVE;
                }
                case 'd' -> {
                    return At.CONTENT;
                }
                case 'p' -> {
                    // How far it is; everybody counts for himself.
                }
                default -> throw new IOException("PostgreSQL sent " + (char) kind[0] + " in a base backup");
            }
        }
    }

    /** The type of the next message that is no error. */
    private char expected() throws IOException {
        char type = message();
        if (type == Messages.ERROR) {
            throw new SessionFailed(new PSQLException(error()));
        }
        return type;
    }

    /** The type of the next message that is about the backup. */
    private char message() throws IOException {
        for (char type = messages.next(); ; type = messages.next()) {
            if (type == Messages.NOTICE) {
                note(error());
            } else if (type != Messages.PARAMETER) {
                return type;
            }
        }
    }

    /** By the function that gave it, for its words are in the server's language. */
    private void note(ServerErrorMessage notice) {
        if (LEAVES_OUT_SPECIAL_FILES.equals(notice.getRoutine()) && leftOut.size() < MOST_WARNINGS) {
            leftOut.add(String.valueOf(notice.getMessage()));
        }
    }

    private ServerErrorMessage error() throws IOException {
        return new ServerErrorMessage(new String(messages.rest(), UTF_8));
    }

    /** Of the archive that was named last. */
    private final class Content extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            while (at == At.CONTENT && messages.left() == 0) {
                at = step();
            }
            return at == At.CONTENT ? messages.read(into, offset, length) : -1;
        }
    }
}
