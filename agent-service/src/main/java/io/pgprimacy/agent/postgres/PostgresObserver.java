package io.pgprimacy.agent.postgres;

import io.pgprimacy.agent.postgres.PostgresObservation.ConnectedStandby;
import io.pgprimacy.agent.postgres.PostgresObservation.WalReceiver;
import io.pgprimacy.core.event.Fact.RestartPending.Waiting;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.TimelineId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Looks at the instance over a connection of its own, so that no command can keep it waiting. */
public final class PostgresObserver implements AutoCloseable {
    private static final String STANDBYS_THEN_STATUS = """
            select application_name, state, sent_lsn, flush_lsn, replay_lsn, sync_state, client_addr
            from pg_stat_replication where state in ('streaming', 'catchup') order by application_name;
            select r.recovery,
                   case when not r.recovery then pg_walfile_name(pg_current_wal_lsn()) end,
                   case when not r.recovery then pg_current_wal_flush_lsn() end,
                   pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn(),
                   coalesce((select wait_event in ('RecoveryWalStream', 'RecoveryRetrieveRetryInterval')
                             from pg_stat_activity where backend_type = 'startup'), false),
                   case when r.recovery then pg_is_wal_replay_paused() else false end,
                   greatest(c.timeline_id, v.min_recovery_end_timeline),
                   (select system_identifier from pg_control_system()),
                   current_setting('server_version_num')::int,
                   extract(epoch from pg_postmaster_start_time()),
                   current_setting('synchronous_standby_names'),
                   w.status, w.received_tli, w.flushed_lsn,
                   extract(epoch from clock_timestamp() - w.last_msg_receipt_time),
                   w.sender_host, w.sender_port, w.slot_name, w.pid,
                   extract(epoch from pg_last_xact_replay_timestamp()), current_setting('restore_command') <> ''
            from (select pg_is_in_recovery() as recovery) r, pg_control_checkpoint() c, pg_control_recovery() v
                 left join pg_stat_wal_receiver w on true""";

    private static final String PENDING = """
            select s.name, current_setting(s.name), (select f.setting from pg_file_settings f
                   where f.name = s.name order by f.seqno desc limit 1)
            from pg_settings s where s.pending_restart order by s.name""";

    private final AdminConnection connection;
    private final ReplicationLink link;
    private Optional<Known> known = Optional.empty();

    public PostgresObserver(PostgresInstance instance, ReplicationLink link) {
        this.connection = AdminConnection.of(instance.settings(), "observer");
        this.link = link;
    }

    /** Throws {@link PostgresFailure} where there is no answer within the bound. */
    public PostgresObservation observe(Duration bound) {
        Seen seen = connection.run(bound, PostgresObserver::read);
        PostgresObservation observation = seen.observation();
        observation
                .walReceiver()
                .flatMap(WalReceiver::timeline)
                .ifPresent(timeline -> link.receiverSeenOn(timeline, observation.postmasterStart()));
        return observation.timeline().isPresent()
                ? observation
                : observation.onTimeline(ofDisconnectedStandby(observation).orElse(seen.controlTimeline()));
    }

    /** Parameters whose configured value waits for a restart; dearer than {@link #observe}, so ask after reloads. */
    public SortedMap<String, Waiting> pendingRestarts(Duration bound) {
        return connection.run(bound, open -> {
            try (Statement statement = open.createStatement();
                    ResultSet row = statement.executeQuery(PENDING)) {
                SortedMap<String, Waiting> pending = new TreeMap<>();
                while (row.next()) {
                    pending.put(row.getString(1), new Waiting(row.getString(2), Rows.text(row, 3)));
                }
                return pending;
            }
        });
    }

    @Override
    public void close() {
        connection.close();
    }

    private record Known(Instant postmasterStart, Lsn walEnd, TimelineId timeline) {}

    /** SQL does not tell the timeline of a standby without a receiver; asked once for as long as nothing moves. */
    private Optional<TimelineId> ofDisconnectedStandby(PostgresObservation now) {
        Optional<Known> valid = known.filter(before -> before.postmasterStart().equals(now.postmasterStart())
                && before.walEnd().equals(now.walEnd()));
        if (valid.isEmpty()) {
            try {
                TimelineId timeline = link.position().position().timeline();
                known = Optional.of(new Known(now.postmasterStart(), now.walEnd(), timeline));
            } catch (PostgresFailure e) {
                // No walsender is free, say. The next look asks again.
                known = Optional.empty();
            }
        }
        return known.map(Known::timeline);
    }

    /** @param controlTimeline a lower bound: it is of the last checkpoint, or of what had to be replayed at least */
    private record Seen(PostgresObservation observation, TimelineId controlTimeline) {}

    private static Seen read(Connection open) throws SQLException {
        try (Statement statement = open.createStatement()) {
            statement.execute(STANDBYS_THEN_STATUS);
            List<ConnectedStandby> standbys = new ArrayList<>();
            try (ResultSet row = statement.getResultSet()) {
                while (row.next()) {
                    standbys.add(standby(row));
                }
            }
            statement.getMoreResults();
            try (ResultSet row = statement.getResultSet()) {
                row.next();
                return new Seen(status(row, standbys), new TimelineId(row.getLong(8)));
            }
        }
    }

    private static PostgresObservation status(ResultSet row, List<ConnectedStandby> standbys) throws SQLException {
        Optional<WalReceiver> receiver = receiver(row);
        // The first eight digits of a segment's name are its timeline.
        Optional<TimelineId> written =
                Rows.text(row, 2).map(segment -> new TimelineId(Long.parseLong(segment.substring(0, 8), 16)));
        return new PostgresObservation(
                row.getBoolean(1),
                written.or(() -> receiver.flatMap(WalReceiver::timeline)),
                Rows.lsn(row, 3),
                Rows.lsn(row, 4),
                Rows.lsn(row, 5),
                row.getBoolean(6),
                row.getBoolean(7),
                receiver,
                List.copyOf(standbys),
                // PostgreSQL has no unsigned type and shows it as a signed one.
                new SystemIdentifier(Long.toUnsignedString(row.getLong(9))),
                row.getInt(10),
                Rows.instant(row, 11),
                row.getString(12),
                Rows.text(row, 21).map(Double::parseDouble).map(Rows::instant),
                row.getBoolean(22));
    }

    private static Optional<WalReceiver> receiver(ResultSet row) throws SQLException {
        Optional<String> status = Rows.text(row, 13);
        return status.isEmpty()
                ? Optional.empty()
                : Optional.of(new WalReceiver(
                        row.getLong(20),
                        status.get(),
                        Rows.timeline(row, 14),
                        Rows.lsn(row, 15),
                        Rows.duration(row, 16),
                        Rows.text(row, 17),
                        Rows.number(row, 18),
                        Rows.text(row, 19)));
    }

    private static ConnectedStandby standby(ResultSet row) throws SQLException {
        return new ConnectedStandby(
                row.getString(1),
                row.getString(2),
                Rows.lsn(row, 3),
                Rows.lsn(row, 4),
                Rows.lsn(row, 5),
                row.getString(6),
                Rows.text(row, 7));
    }
}
