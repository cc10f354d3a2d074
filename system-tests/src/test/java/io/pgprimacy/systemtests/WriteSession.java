package io.pgprimacy.systemtests;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A connection to the node that accepts writes. All nodes are asked at the same time, so that a frozen one, which neither
 * answers nor refuses, does not delay the finding of another.
 */
record WriteSession(Connection connection, int port) implements AutoCloseable {
    private static final long ASK_AGAIN_NANOS = Duration.ofMillis(5).toNanos();

    /** Null when {@code given up} became true. */
    static @Nullable WriteSession find(List<Integer> ports, Duration answerBound, BooleanSupplier givenUp) {
        CompletableFuture<WriteSession> found = new CompletableFuture<>();
        for (int port : ports) {
            Thread.ofVirtual().start(() -> {
                while (!found.isDone()) {
                    ask(port, answerBound, found);
                    LockSupport.parkNanos(ASK_AGAIN_NANOS);
                }
            });
        }
        while (!givenUp.getAsBoolean()) {
            try {
                return found.get(100, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                // Nobody accepts writes yet.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }
        // Whoever finds one after this closes it again.
        found.complete(new WriteSession(null, 0));
        return null;
    }

    /** Stays connected to a standby and asks it again, for it may be the one that is promoted. */
    private static void ask(int port, Duration answerBound, CompletableFuture<WriteSession> found) {
        Connection connection = null;
        try {
            connection = Database.connect(port, answerBound);
            while (!found.isDone()) {
                if (acceptsWrites(connection)) {
                    if (found.complete(new WriteSession(connection, port))) {
                        return;
                    }
                    break;
                }
                LockSupport.parkNanos(ASK_AGAIN_NANOS);
            }
        } catch (SQLException e) {
            // It does not run, or not yet.
        }
        if (connection != null) {
            Database.closeQuietly(connection);
        }
    }

    private static boolean acceptsWrites(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT NOT pg_is_in_recovery()")) {
            return rows.next() && rows.getBoolean(1);
        }
    }

    @Override
    public void close() {
        if (connection != null) {
            Database.closeQuietly(connection);
        }
    }
}
