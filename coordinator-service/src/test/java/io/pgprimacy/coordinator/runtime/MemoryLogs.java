package io.pgprimacy.coordinator.runtime;

import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.id.ClusterId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Logs that live in this process: what is appended is read back at the next poll, unless appends are lost. */
public final class MemoryLogs implements ClusterLogs {
    private final SortedMap<ClusterId, List<LogRecord>> logs = new TreeMap<>();
    private final SortedMap<ClusterId, Integer> read = new TreeMap<>();
    private long wallMillis = 1_790_000_000_000L;
    private boolean losing;
    private boolean known = true;

    public synchronized void make(ClusterId cluster) {
        logs.computeIfAbsent(cluster, c -> new ArrayList<>());
    }

    public synchronized void delete(ClusterId cluster) {
        logs.remove(cluster);
        read.remove(cluster);
    }

    public synchronized void wallIs(long millis) {
        wallMillis = millis;
    }

    /** From now on nothing lands. */
    public synchronized void losesAppends(boolean lost) {
        losing = lost;
    }

    public synchronized void fleetIsKnown(boolean isKnown) {
        known = isKnown;
    }

    @Override
    public void append(ClusterId cluster, ClusterEvent event) {
        append(cluster, "coordinator/k1", event);
    }

    public synchronized void append(ClusterId cluster, String writer, ClusterEvent event) {
        List<LogRecord> log = logs.get(cluster);
        if (log != null && !losing) {
            log.add(new LogRecord(log.size(), "r" + log.size(), writer, wallMillis, event));
        }
    }

    @Override
    public synchronized List<Batch> poll(Duration atMost) {
        List<Batch> out = new ArrayList<>();
        logs.forEach((cluster, log) -> {
            int from = read.getOrDefault(cluster, 0);
            if (from < log.size()) {
                out.add(new Batch(cluster, log.subList(from, log.size())));
                read.put(cluster, log.size());
            }
        });
        return out;
    }

    public synchronized List<LogRecord> records(ClusterId cluster) {
        return List.copyOf(logs.get(cluster));
    }

    @Override
    public synchronized boolean isCaughtUp(ClusterId cluster) {
        return logs.containsKey(cluster);
    }

    @Override
    public synchronized boolean isFleetKnown() {
        return known;
    }

    @Override
    public synchronized SortedSet<ClusterId> clusters() {
        return new TreeSet<>(logs.keySet());
    }

    @Override
    public Optional<String> halted(ClusterId cluster) {
        return Optional.empty();
    }
}
