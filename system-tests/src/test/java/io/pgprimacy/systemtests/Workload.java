package io.pgprimacy.systemtests;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/**
 * A client that inserts a row every 5 ms and, when that fails, turns at once to whichever node accepts writes. A row whose
 * answer did not come is never sent again: what counts is what was acknowledged.
 */
public final class Workload implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofMillis(5);

    /** A real client would not wait for ever for a host that is frozen either. */
    private static final Duration ANSWER_BOUND = Duration.ofSeconds(1);

    /** An acknowledged row, by {@link System#nanoTime} of the answer. */
    public record Acknowledgement(int id, int port, long nanos) {}

    /** The longest time without an acknowledgement. */
    public record Outage(Duration length, long fromNanos, int portBefore, int portAfter) {
        public double seconds() {
            return length.toNanos() / 1e9;
        }
    }

    private final List<Integer> ports;
    private final String run = UUID.randomUUID().toString();
    private final List<Acknowledgement> acknowledged = new ArrayList<>();
    private final Thread thread;
    private volatile boolean stopped;

    private Workload(List<Integer> ports) {
        this.ports = List.copyOf(ports);
        this.thread = Thread.ofPlatform().name("workload").daemon().unstarted(this::work);
    }

    /** Begins at once; returns when the first rows were acknowledged. */
    public static Workload start(List<Integer> ports, int primaryPort) {
        Database.execute(
                primaryPort, "CREATE TABLE IF NOT EXISTS workload (run text, id integer, PRIMARY KEY (run, id))");
        Workload workload = new Workload(ports);
        workload.thread.start();
        workload.awaitAcknowledgements(100);
        return workload;
    }

    private void work() {
        int id = 0;
        long next = System.nanoTime();
        while (!stopped) {
            try (WriteSession session = WriteSession.find(ports, ANSWER_BOUND, () -> stopped)) {
                if (session == null) {
                    return;
                }
                PreparedStatement insert =
                        session.connection().prepareStatement("INSERT INTO workload (run, id) VALUES (?, ?)");
                insert.setString(1, run);
                while (!stopped) {
                    id++;
                    insert.setInt(2, id);
                    insert.executeUpdate();
                    acknowledge(new Acknowledgement(id, session.port(), System.nanoTime()));
                    next = Math.max(next + PERIOD.toNanos(), System.nanoTime());
                    LockSupport.parkNanos(next - System.nanoTime());
                }
            } catch (SQLException e) {
                // The row counts as not acknowledged; the next session is looked for at once.
            }
        }
    }

    private synchronized void acknowledge(Acknowledgement acknowledgement) {
        acknowledged.add(acknowledgement);
    }

    public synchronized List<Acknowledgement> acknowledgements() {
        return List.copyOf(acknowledged);
    }

    public synchronized int count() {
        return acknowledged.size();
    }

    /** Waits for that many more. */
    public void awaitAcknowledgements(int more) {
        int wanted = count() + more;
        Eventually.until(more + " more acknowledged rows", Duration.ofSeconds(90), () -> count() >= wanted);
    }

    /** Waits until a node other than {@code port} has acknowledged rows after {@code nanos}. */
    public void awaitOtherThan(int port, long nanos) {
        Eventually.until("rows acknowledged by a node other than port " + port, Duration.ofSeconds(90), () -> {
            synchronized (this) {
                Acknowledgement last = acknowledged.getLast();
                return last.nanos() > nanos && last.port() != port;
            }
        });
    }

    public void stop() {
        stopped = true;
        try {
            thread.join(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public Outage outage() {
        List<Acknowledgement> all = acknowledgements();
        Outage longest = new Outage(Duration.ZERO, 0, 0, 0);
        for (int i = 1; i < all.size(); i++) {
            Acknowledgement before = all.get(i - 1);
            Acknowledgement after = all.get(i);
            Duration gap = Duration.ofNanos(after.nanos() - before.nanos());
            if (gap.compareTo(longest.length()) > 0) {
                longest = new Outage(gap, before.nanos(), before.port(), after.port());
            }
        }
        return longest;
    }

    /** Acknowledged rows that the node does not have. */
    public int lost(int port) {
        BitSet there = new BitSet();
        try (Connection connection = Database.connect(port);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id FROM workload WHERE run = '" + run + "'")) {
            while (rows.next()) {
                there.set(rows.getInt(1));
            }
        } catch (SQLException e) {
            throw new IllegalStateException("cannot count the rows on port " + port + ": " + e.getMessage(), e);
        }
        return (int) acknowledgements().stream().filter(a -> !there.get(a.id())).count();
    }

    @Override
    public void close() {
        stop();
    }
}
