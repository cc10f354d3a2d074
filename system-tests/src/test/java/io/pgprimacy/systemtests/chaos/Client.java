package io.pgprimacy.systemtests.chaos;

import io.pgprimacy.systemtests.chaos.history.ListElements;
import io.pgprimacy.systemtests.chaos.history.Op;
import io.pgprimacy.systemtests.chaos.history.Op.Outcome;
import io.pgprimacy.systemtests.chaos.history.Op.Position;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One session: a transaction each period, each one recorded. What failed is never sent again, so that exactly once can be
 * judged; after an error the session connects anew.
 */
final class Client implements AutoCloseable {
    /** Where a connection comes from. */
    interface Source {
        Connection connect() throws SQLException;
    }

    private static final Executor HERE = Runnable::run;
    private static final Duration RECONNECT_PAUSE = Duration.ofMillis(20);
    private static final String READ_ONLY = "25006";
    private static final String RECOVERY_IN_PROGRESS = "55000";

    private final Op.Type type;
    private final int session;
    private final Duration period;
    private final Source source;
    private final Connections names;
    private final Recorder recorder;
    private final Clients.Lists lists;
    private final Clock clock;
    private final boolean probe;
    private final Thread thread;
    private int number;
    private volatile boolean stopped;

    private Client(Op.Type type, int session, Duration period, Source source, Clients clients, boolean probe) {
        this.type = type;
        this.session = session;
        this.period = period;
        this.source = source;
        this.names = clients.connections();
        this.recorder = clients.recorder();
        this.lists = clients.lists();
        this.clock = clients.clock();
        this.probe = probe;
        this.thread = Thread.ofPlatform().name("client-" + session).daemon().unstarted(this::work);
    }

    /** By a multi-host URL. */
    static Client application(Op.Type type, int session, Duration period, Clients clients) {
        return new Client(type, session, period, clients.connections()::asClient, clients, false);
    }

    /** Tries to write to one node again and again, whatever that node is: shows a second primary. */
    static Client probe(Node node, int session, Duration period, Clients clients) {
        return new Client(
                Op.Type.INSERT,
                session,
                period,
                () -> clients.connections().asObserver(node, Connections.ANSWER_BOUND),
                clients,
                true);
    }

    void start() {
        thread.start();
    }

    private void work() {
        while (!stopped) {
            try (Connection connection = source.connect()) {
                work(connection);
            } catch (SQLException e) {
                LockSupport.parkNanos(RECONNECT_PAUSE.toNanos());
            }
        }
    }

    /** Returns when the connection is of no more use. */
    private void work(Connection connection) throws SQLException {
        connection.setNetworkTimeout(HERE, Math.toIntExact(Connections.ANSWER_BOUND.toMillis()));
        String node = names.nameOf(askPort(connection));
        PreparedStatement statement = connection.prepareStatement(
                switch (type) {
                    case INSERT -> Statements.INSERT;
                    case APPEND -> Statements.APPEND;
                    case READ -> Statements.READ;
                });
        long next = System.nanoTime();
        while (!stopped) {
            if (!(probe && isStandby(connection)) && !transact(statement, node)) {
                return;
            }
            next = Math.max(next + period.toNanos(), System.nanoTime());
            LockSupport.parkNanos(next - System.nanoTime());
        }
    }

    private static int askPort(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT inet_server_port()")) {
            row.next();
            return row.getInt(1);
        }
    }

    /** Asked first, for each refused write would be a line in the standby's log. */
    private static boolean isStandby(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_is_in_recovery()")) {
            return row.next() && row.getBoolean(1);
        }
    }

    /** False when the connection may be in no good state. */
    private boolean transact(PreparedStatement statement, String node) {
        int round = recorder.enter();
        Op op = null;
        try {
            number++;
            op = attempt(statement, node, round, type == Op.Type.INSERT ? 0 : lists.key(round, type));
            return op.isAcknowledged();
        } finally {
            recorder.end(round, Optional.ofNullable(op));
        }
    }

    private Op attempt(PreparedStatement statement, String node, int round, int key) {
        int value = type == Op.Type.READ ? 0 : type == Op.Type.APPEND ? ListElements.of(session, number) : number;
        long start = clock.nanos();
        try {
            switch (type) {
                case INSERT -> {
                    statement.setInt(1, round);
                    statement.setInt(2, session);
                    statement.setInt(3, value);
                }
                case APPEND -> {
                    statement.setInt(1, key);
                    statement.setString(2, Integer.toString(value));
                }
                case READ -> statement.setInt(1, key);
            }
            Position position;
            List<Integer> observed = List.of();
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                position = new Position(Long.parseLong(row.getString(1).substring(0, 8), 16), row.getLong(2));
                if (type != Op.Type.INSERT) {
                    observed = elements(row.getString(3));
                }
            }
            // PostgreSQL says so when a wait for standbys was cut short: then it is committed here and perhaps nowhere
            // else.
            Outcome outcome = statement.getWarnings() == null ? Outcome.ACKNOWLEDGED : Outcome.UNKNOWN;
            return new Op(type, session, key, value, start, clock.nanos(), outcome, node, position, observed);
        } catch (SQLException e) {
            boolean refused = READ_ONLY.equals(e.getSQLState()) || RECOVERY_IN_PROGRESS.equals(e.getSQLState());
            Outcome outcome = refused ? Outcome.FAILED : Outcome.UNKNOWN;
            return new Op(type, session, key, value, start, clock.nanos(), outcome, node, Position.NONE, List.of());
        }
    }

    static List<Integer> elements(@Nullable String text) {
        return text == null || text.isEmpty()
                ? List.of()
                : Arrays.stream(text.split(",")).map(Integer::valueOf).toList();
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join(Connections.ANSWER_BOUND.multipliedBy(3));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
