package io.pgprimacy.agent.postgres;

import io.pgprimacy.agent.process.InstanceProcesses;
import io.pgprimacy.agent.process.ProcessIdentity;
import io.pgprimacy.agent.process.Signal;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.core.postgres.WalPosition;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** The link of a standby to its upstream: cut for a pledge (S4), made again to follow. */
public final class ReplicationLink implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(1);
    /** PostgreSQL's own way takes a few ms; a startup process that is busy replaying, or paused, does not go it. */
    private static final Duration PATIENCE = Duration.ofMillis(30);
    /** A receiver that the startup process had asked for just before it read the configuration shows within this. */
    private static final Duration CONFIRMATION = Duration.ofMillis(10);

    private static final Duration QUERY_BOUND = Duration.ofSeconds(2);

    private static final String POSITION = """
            select pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn(), current_setting('primary_conninfo') = '',
                   (select wait_event from pg_stat_activity where backend_type = 'startup'),
                   (select received_tli from pg_stat_wal_receiver),
                   extract(epoch from pg_postmaster_start_time())""";

    private final InstanceSettings settings;
    private final ManagedConfig config;
    private final InstanceProcesses processes;
    private final AdminConnection connection;
    private volatile Optional<Received> lastReceived = Optional.empty();

    public ReplicationLink(PostgresInstance instance) {
        this.settings = instance.settings();
        this.config = instance.config();
        this.processes = instance.processes();
        this.connection = AdminConnection.of(settings, "replication link");
    }

    /** Receives from this upstream from now on; true where that is a change. */
    public boolean follow(Upstream upstream) {
        boolean changed = new TimelineReservation(settings.dataDirectory()).clear();
        changed |= config.setUpstream(Optional.of(upstream));
        if (changed) {
            processes.postmaster().ifPresent(Signal.HUP::sendTo);
        }
        return changed;
    }

    /**
     * Receives from nowhere. When this says {@code cut}, nothing that the old primary sends can be flushed here any
     * more, also after a restart: the configuration is durable before the receiver is ended.
     */
    public ReceiverCut cutWalReceiver(Duration bound) {
        long begun = System.nanoTime();
        tryRead(bound)
                .ifPresent(seen -> seen.receiverTimeline()
                        .ifPresent(timeline -> receiverSeenOn(timeline, seen.postmasterStart())));
        config.setUpstream(Optional.empty());
        processes.postmaster().ifPresent(Signal.HUP::sendTo);
        boolean gone = awaitNoReceiver(left(begun, bound));
        if (gone && Await.until(CONFIRMATION, POLL, this::receiverRuns)) {
            // This one is the last: by now the startup process has read the configuration.
            gone = awaitNoReceiver(left(begun, bound));
        }
        Optional<Reading> reading = gone ? awaitExact(left(begun, bound)) : tryRead(left(begun, bound));
        boolean disconnected = reading.map(Reading::disconnected).orElse(false);
        Optional<StandbyPosition> position = reading.flatMap(this::tryLocate);
        return new ReceiverCut(gone && disconnected, position, Duration.ofNanos(System.nanoTime() - begun));
    }

    private record Received(TimelineId timeline, Instant postmasterStart) {}

    /**
     * Whoever looks at the instance tells which timeline its receiver writes: once that has gone there is none to ask. It tells
     * nothing about a later life of the instance, whose data may be another one.
     */
    void receiverSeenOn(TimelineId timeline, Instant postmasterStart) {
        lastReceived = Optional.of(new Received(timeline, postmasterStart));
    }

    /** Where the WAL ends at this moment; exact only while no receiver runs. */
    public StandbyPosition position() {
        return locate(read(QUERY_BOUND));
    }

    @Override
    public void close() {
        connection.close();
    }

    private boolean receiverRuns() {
        return processes.walReceiver().isPresent();
    }

    private boolean awaitNoReceiver(Duration bound) {
        Optional<ProcessIdentity> receiver = processes.walReceiver();
        if (receiver.isEmpty()) {
            return true;
        }
        if (!Await.until(PATIENCE, POLL, () -> !receiver.get().isAlive())) {
            // It flushes what it has and leaves. A SIGKILL would make the postmaster restart everything.
            Signal.TERM.sendTo(receiver.get());
        }
        return Await.until(bound, POLL, () -> !receiver.get().isAlive());
    }

    private Optional<Reading> awaitExact(Duration bound) {
        AtomicReference<Optional<Reading>> last = new AtomicReference<>(Optional.empty());
        Await.until(bound, POLL, () -> {
            last.set(tryRead(bound));
            return last.get()
                    .filter(reading -> reading.localWalExhausted() && reading.disconnected())
                    .isPresent();
        });
        return last.get();
    }

    private record Reading(
            Optional<Lsn> received,
            Optional<Lsn> replayed,
            boolean disconnected,
            Optional<String> startupWait,
            Optional<TimelineId> receiverTimeline,
            Instant postmasterStart) {

        /**
         * A receiver is only asked for when there is no more to read here, and these two waits are those of a startup
         * process that has found the end.
         */
        boolean localWalExhausted() {
            return received.isPresent()
                    || startupWait
                            .filter(wait ->
                                    wait.equals("RecoveryWalStream") || wait.equals("RecoveryRetrieveRetryInterval"))
                            .isPresent();
        }
    }

    private Optional<Reading> tryRead(Duration bound) {
        try {
            return Optional.of(read(bound.compareTo(QUERY_BOUND) < 0 ? bound : QUERY_BOUND));
        } catch (PostgresFailure e) {
            // It may still be recovering; whoever asks decides how long to go on asking.
            return Optional.empty();
        }
    }

    private Reading read(Duration bound) {
        return connection.run(bound, ReplicationLink::read);
    }

    private Optional<StandbyPosition> tryLocate(Reading reading) {
        try {
            return Optional.of(locate(reading));
        } catch (PostgresFailure e) {
            return Optional.empty();
        }
    }

    private static Duration left(long begun, Duration bound) {
        return Duration.ofNanos(Math.max(0, bound.toNanos() - (System.nanoTime() - begun)));
    }

    private static Reading read(Connection open) throws SQLException {
        try (Statement statement = open.createStatement();
                ResultSet row = statement.executeQuery(POSITION)) {
            row.next();
            return new Reading(
                    Rows.lsn(row, 1),
                    Rows.lsn(row, 2),
                    row.getBoolean(3),
                    Rows.text(row, 4),
                    Rows.timeline(row, 5),
                    Rows.instant(row, 6));
        }
    }

    private StandbyPosition locate(Reading reading) {
        boolean exact = reading.localWalExhausted() && !receiverRuns();
        return new StandbyPosition(end(reading, receivedOn(reading)), exact, reading.received(), reading.replayed());
    }

    private Optional<TimelineId> receivedOn(Reading reading) {
        return reading.receiverTimeline()
                .or(() -> lastReceived
                        .filter(last -> last.postmasterStart().equals(reading.postmasterStart()))
                        .map(Received::timeline));
    }

    /**
     * What was received last lies on the receiver's timeline. Without one, IDENTIFY_SYSTEM is the only way to ask a
     * standby for the timeline that it has replayed to, and it costs a connection.
     */
    private WalPosition end(Reading reading, Optional<TimelineId> receivedOn) {
        Lsn received = reading.received().orElse(Lsn.ZERO);
        Lsn replayed = reading.replayed().orElse(Lsn.ZERO);
        if (!received.isBefore(replayed) && receivedOn.filter(this::isNewest).isPresent()) {
            return new WalPosition(receivedOn.get(), received);
        }
        WalPosition identified = identify();
        Lsn end = Lsn.max(Lsn.max(received, replayed), identified.lsn());
        TimelineId timeline = receivedOn
                .filter(receiver -> receiver.compareTo(identified.timeline()) > 0)
                .orElse(identified.timeline());
        return new WalPosition(timeline, end);
    }

    /** A receiver fetches the history of a newer timeline before anything else of it. */
    private boolean isNewest(TimelineId timeline) {
        return TimelineHistoryFile.newest(settings.dataDirectory().resolve("pg_wal"))
                .filter(newest -> newest.compareTo(timeline) > 0)
                .isEmpty();
    }

    private WalPosition identify() {
        try (AdminConnection walsender = AdminConnection.forReplication(settings, "position")) {
            return walsender.run(QUERY_BOUND, open -> {
                try (Statement statement = open.createStatement();
                        ResultSet row = statement.executeQuery("IDENTIFY_SYSTEM")) {
                    row.next();
                    return new WalPosition(
                            new TimelineId(row.getLong("timeline")), Lsn.parse(row.getString("xlogpos")));
                }
            });
        }
    }
}
