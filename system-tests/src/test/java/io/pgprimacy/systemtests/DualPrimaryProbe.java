package io.pgprimacy.systemtests;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/** Tries to write to each node directly, every 20 ms, and keeps when each one acknowledged. */
public final class DualPrimaryProbe implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofMillis(20);
    private static final Duration ANSWER_BOUND = Duration.ofMillis(200);

    /** Acknowledgements further apart than this belong to two spells. */
    private static final Duration SPELL_GAP = Duration.ofMillis(150);

    /** An uninterrupted time in which a node acknowledged writes. */
    public record Spell(int port, long fromNanos, long toNanos) {}

    private final SortedMap<Integer, List<Long>> accepted = new TreeMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    /** {@code primaryPort} is where the table is made. */
    public static DualPrimaryProbe start(List<Integer> ports, int primaryPort) {
        Database.execute(primaryPort, "CREATE TABLE IF NOT EXISTS probe (port integer, at timestamptz DEFAULT now())");
        DualPrimaryProbe probe = new DualPrimaryProbe();
        for (int port : ports) {
            probe.accepted.put(port, new ArrayList<>());
        }
        for (int port : ports) {
            probe.threads.add(Thread.ofPlatform().daemon().name("probe-" + port).start(() -> probe.work(port)));
        }
        return probe;
    }

    private void work(int port) {
        while (!stopped) {
            try (Connection connection = Database.connect(port, ANSWER_BOUND);
                    PreparedStatement insert =
                            connection.prepareStatement("INSERT INTO probe (port) VALUES (" + port + ")")) {
                while (!stopped) {
                    write(port, insert);
                    LockSupport.parkNanos(PERIOD.toNanos());
                }
            } catch (SQLException e) {
                LockSupport.parkNanos(PERIOD.toNanos());
            }
        }
    }

    /** A standby refuses with 25006 and stays connected; everything else ends the connection. */
    private void write(int port, PreparedStatement insert) throws SQLException {
        try {
            insert.executeUpdate();
            synchronized (this) {
                accepted.get(port).add(System.nanoTime());
            }
        } catch (SQLException e) {
            if (!"25006".equals(e.getSQLState())) {
                throw e;
            }
        }
    }

    /** How many writes that node acknowledged at or after {@code nanos}. */
    public synchronized long acceptedSince(int port, long nanos) {
        return accepted.getOrDefault(port, List.of()).stream()
                .filter(t -> t - nanos >= 0)
                .count();
    }

    public synchronized List<Spell> spells() {
        List<Spell> spells = new ArrayList<>();
        accepted.forEach((port, times) -> {
            long from = 0;
            long last = 0;
            boolean open = false;
            for (long time : times) {
                if (open && time - last > SPELL_GAP.toNanos()) {
                    spells.add(new Spell(port, from, last));
                    open = false;
                }
                if (!open) {
                    from = time;
                    open = true;
                }
                last = time;
            }
            if (open) {
                spells.add(new Spell(port, from, last));
            }
        });
        return spells;
    }

    /** For how long two nodes acknowledged writes. */
    public Duration twoPrimaries() {
        List<Spell> spells = spells();
        long nanos = 0;
        for (int i = 0; i < spells.size(); i++) {
            for (int j = i + 1; j < spells.size(); j++) {
                nanos += overlap(spells.get(i), spells.get(j));
            }
        }
        return Duration.ofNanos(nanos);
    }

    /** A write that fell into another node's spell takes at least a moment, also when it was a single one. */
    private static long overlap(Spell a, Spell b) {
        if (a.port() == b.port()) {
            return 0;
        }
        long from = Math.max(a.fromNanos(), b.fromNanos());
        long to = Math.min(a.toNanos(), b.toNanos());
        return to - from < 0 ? 0 : Math.max(1, to - from);
    }

    public void stop() {
        stopped = true;
        for (Thread thread : threads) {
            try {
                thread.join(Duration.ofSeconds(5));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    @Override
    public void close() {
        stop();
    }
}
