package io.pgprimacy.core.explain;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Heartbeat;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.id.ClusterId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A cluster's log without its heartbeats, in order, each record with whether it counted. Heartbeats are superseded and take no
 * part in what has been decided, so an old decision is explained without them: it carries the ages that it rested on.
 */
public record History(ClusterId cluster, List<LogEntry> entries) {
    public History {
        entries = List.copyOf(entries);
    }

    /** Folds the records to learn which decisions lost the race for their sequence. */
    public static History of(ClusterId cluster, List<LogRecord> records) {
        List<LogEntry> entries = new ArrayList<>();
        ClusterState state = ClusterState.initial(cluster);
        for (LogRecord record : records) {
            if (!(record.event() instanceof Heartbeat)) {
                state = state.evolve(record);
                entries.add(new LogEntry(record, ignoredBy(state, record)));
            }
        }
        return new History(cluster, entries);
    }

    /** Why {@code record}, the last one folded into {@code state}, changed nothing. */
    public static Optional<String> ignoredBy(ClusterState state, LogRecord record) {
        return state.ignored().filter(i -> i.offset() == record.offset()).map(i -> i.reason());
    }

    /** Those with a smaller offset, oldest first. */
    public List<LogEntry> entriesBefore(long offset) {
        return entries.stream().filter(e -> e.record().offset() < offset).toList();
    }

    /** The decision that counted under that sequence. */
    Optional<LogEntry> decision(long sequence) {
        return entries.stream()
                .filter(LogEntry::counts)
                .filter(e ->
                        e.record().event() instanceof Decision d && d.basis().sequence() == sequence)
                .findFirst();
    }

    Optional<LogEntry> record(String id) {
        return entries.stream().filter(e -> e.record().id().equals(id)).findFirst();
    }

    Optional<LogEntry> request(String id) {
        return entries.stream()
                .filter(e -> e.record().event() instanceof Request r && r.id().equals(id))
                .findFirst();
    }

    /** The decisions that count and answer that request, in order: a switchover has several. */
    List<LogEntry> answers(String requestId) {
        return entries.stream()
                .filter(LogEntry::counts)
                .filter(e -> e.record().event() instanceof Decision d
                        && d.basis().answers().equals(Optional.of(requestId)))
                .toList();
    }

    List<LogEntry> decisions() {
        return entries.stream()
                .filter(e -> e.record().event() instanceof Decision)
                .toList();
    }

    /** The state after everything up to that offset. */
    ClusterState stateThrough(long offset) {
        ClusterState state = ClusterState.initial(cluster);
        for (LogEntry entry : entries) {
            if (entry.record().offset() > offset) {
                break;
            }
            state = state.evolve(entry.record());
        }
        return state;
    }
}
