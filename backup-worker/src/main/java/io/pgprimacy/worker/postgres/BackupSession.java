package io.pgprimacy.worker.postgres;

import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.TimelineId;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The one session in which PostgreSQL holds a backup open, from start to stop: losing it ends the backup, on both sides. It also keeps, by a
 * temporary slot, the WAL that the backup needs.
 */
public final class BackupSession implements AutoCloseable {
    private static final int OLDEST = 150000;
    private static final int SUPPORTED_PAGE = 8192;
    private static final Pattern START_TIMELINE = Pattern.compile("(?m)^START TIMELINE: (\\d+)$");

    private final Connection connection;
    private final Facts facts;

    /** Over TCP: pgjdbc knows no sockets of the file system. */
    public record Address(String host, int port, String user, String password) {}

    /**
     * What holds while the backup is taken.
     *
     * @param versionDirectory in tablespaces
     */
    public record Facts(
            SystemIdentifier systemIdentifier,
            int version,
            long walSegmentSize,
            boolean dataChecksums,
            boolean walLogHints,
            String walLevel,
            Path dataDirectory,
            String versionDirectory,
            boolean inRecovery,
            SortedMap<Long, Path> tablespaces) {

        public Manifest.Source source(TimelineId timeline) {
            return new Manifest.Source(
                    systemIdentifier, version, walSegmentSize, dataChecksums, walLogHints, walLevel, timeline);
        }
    }

    /** @param redo where replay of the backup begins; pages with this LSN or a later one are in WAL */
    public record Started(Lsn redo, Instant time, TimelineId timeline) {}

    /**
     * @param labelFile to be written as {@code backup_label}, byte for byte
     * @param tablespaceMap likewise; empty where there is none
     */
    public record Stopped(Lsn lsn, Instant time, TimelineId timeline, String labelFile, String tablespaceMap) {}

    private BackupSession(Connection connection) throws SQLException {
        this.connection = connection;
        this.facts = readFacts();
    }

    /** Throws {@link BackupRefused} where no backup can be taken of this server. */
    public static BackupSession open(Address address) throws SessionFailed {
        try {
            return new BackupSession(ServerConnection.open(address, "pgprimacy backup"));
        } catch (SQLException e) {
            throw new SessionFailed(e);
        }
    }

    public Facts facts() {
        return facts;
    }

    /** A fast checkpoint, and then PostgreSQL logs whole pages until the end. */
    public Started start(String label) throws SessionFailed {
        try {
            return begin(label);
        } catch (SQLException e) {
            throw new SessionFailed(e);
        }
    }

    private Started begin(String label) throws SQLException {
        reserve();
        Lsn redo = Lsn.parse(one("select pg_backup_start(?, fast => true)::text", label));
        // Of the checkpoint that the backup starts from, on a standby too.
        TimelineId timeline =
                new TimelineId(Long.parseLong(one("select timeline_id::text from pg_control_checkpoint()")));
        return new Started(redo, now(), timeline);
    }

    /** Of a backup that PostgreSQL streams over another connection: from now on no WAL is recycled, as long as this session is there. */
    public void keepWal() throws SessionFailed {
        try {
            reserve();
        } catch (SQLException e) {
            throw new SessionFailed(e);
        }
    }

    /** Before the start, so that nothing from the redo point on can be recycled; it goes with the session. */
    private void reserve() throws SQLException {
        one("select pg_create_physical_replication_slot('pgprimacy_backup_' || pg_backend_pid(), true, true)::text");
    }

    /** Does not wait for archiving: what is needed is stored by the backup itself. */
    public Stopped stop() throws SessionFailed {
        try {
            return end();
        } catch (SQLException e) {
            throw new SessionFailed(e);
        }
    }

    private Stopped end() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select lsn::text, labelfile, coalesce(spcmapfile, '') from pg_backup_stop(wait_for_archive => false)")) {
            row.next();
            String label = row.getString(2);
            Matcher matcher = START_TIMELINE.matcher(label);
            if (!matcher.find()) {
                throw new BackupRefused("PostgreSQL's label file names no timeline", "report this: " + label);
            }
            TimelineId began = new TimelineId(Long.parseLong(matcher.group(1)));
            refuseOtherTimeline(began);
            return new Stopped(Lsn.parse(row.getString(1)), now(), began, label, row.getString(3));
        }
    }

    /** Is the session, and with it the backup, still there? Throws where it is not. */
    public void check() throws SessionFailed {
        try {
            one("select 1");
        } catch (SQLException e) {
            throw new SessionFailed(e);
        }
    }

    @Override
    public void close() throws SessionFailed {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new SessionFailed(e);
        }
    }

    private void refuseOtherTimeline(TimelineId began) throws SQLException {
        String now = facts.inRecovery()
                ? one("select min_recovery_end_timeline::text from pg_control_recovery()")
                : one("select timeline_id::text from pg_control_checkpoint()");
        if (!now.equals(began.toString())) {
            throw new BackupRefused(
                    "timeline " + began + " became " + now + " while the backup was taken", "take it again");
        }
    }

    /** By the server's clock. */
    public Instant time() throws SessionFailed {
        try {
            return now();
        } catch (SQLException e) {
            throw new SessionFailed(e);
        }
    }

    private Instant now() throws SQLException {
        return ServerConnection.now(connection);
    }

    private Facts readFacts() throws SQLException {
        int version = Integer.parseInt(one("show server_version_num"));
        if (version < OLDEST) {
            throw new BackupRefused("PostgreSQL " + version + " is too old", "version 15 or newer is needed");
        }
        if (Integer.parseInt(one("show block_size")) != SUPPORTED_PAGE) {
            throw new BackupRefused("pages are " + one("show block_size") + " bytes", "only 8192 is supported");
        }
        if (one("show wal_level").equals("minimal")) {
            throw new BackupRefused("wal_level is minimal", "set it to replica and restart PostgreSQL");
        }
        return new Facts(
                new SystemIdentifier(one("select system_identifier::text from pg_control_system()")),
                version,
                Long.parseLong(one(ServerConnection.WAL_SEGMENT_SIZE)),
                one("show data_checksums").equals("on"),
                one("show wal_log_hints").equals("on"),
                one("show wal_level"),
                Path.of(one("show data_directory")),
                "PG_" + version / 10000 + "_" + one("select catalog_version_no::text from pg_control_system()"),
                one("select pg_is_in_recovery()::text").equals("true"),
                tablespaces());
    }

    private SortedMap<Long, Path> tablespaces() throws SQLException {
        SortedMap<Long, Path> tablespaces = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select oid, pg_tablespace_location(oid) from pg_tablespace where pg_tablespace_location(oid) like '/%'")) {
            while (row.next()) {
                tablespaces.put(row.getLong(1), Path.of(row.getString(2)));
            }
        }
        return tablespaces;
    }

    private String one(String sql, String... arguments) throws SQLException {
        return ServerConnection.one(connection, sql, arguments);
    }
}
