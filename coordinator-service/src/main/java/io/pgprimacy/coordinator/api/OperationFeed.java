package io.pgprimacy.coordinator.api;

import io.pgprimacy.coordinator.runtime.ClusterRuntime;
import io.pgprimacy.core.explain.Explanation;
import io.pgprimacy.core.explain.History;
import io.pgprimacy.core.explain.LogEntry;
import io.pgprimacy.core.explain.Operation;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One operation to one reader, until it has ended. As {@link ClusterFeed} it keeps an offset and no queue. */
final class OperationFeed {
    /** It is said again then, which shows that the connection lives. */
    private static final Duration SAID_AGAIN = Duration.ofSeconds(5);

    private final Fleet fleet;
    private final Bodies bodies;

    OperationFeed(Fleet fleet, Bodies bodies) {
        this.fleet = fleet;
        this.bodies = bodies;
    }

    /** Nothing will come any more behind that offset: a browser, which comes back by itself when a stream ends, has to be told. */
    boolean isOver(String cluster, String id, long after) {
        Operation operation = fleet.operation(cluster, id);
        return operation.state().isFinal()
                && entries(fleet.cluster(cluster).history(), operation, after).isEmpty();
    }

    void run(String cluster, String id, @Nullable Long after, LiveStream out) throws IOException, InterruptedException {
        long told = after == null ? -1 : after;
        while (true) {
            ClusterRuntime at = fleet.cluster(cluster);
            long read = at.offsetBefore(0);
            Operation operation = fleet.operation(cluster, id);
            for (LogEntry entry : entries(at.history(), operation, told)) {
                told = entry.record().offset();
                out.send("event", EventView.of(entry, bodies), told);
            }
            out.send("operation", OperationView.of(fleet.id(cluster), operation), null);
            out.flush();
            if (operation.state().isFinal()) {
                return;
            }
            at.awaitAfter(read, SAID_AGAIN);
        }
    }

    /** Its steps as they stand in the log. */
    private static List<LogEntry> entries(History history, Operation operation, long after) {
        TreeSet<Long> offsets = new TreeSet<>();
        operation.steps().stream().map(Explanation.Step::offset).forEach(o -> o.ifPresent(offsets::add));
        return history.entries().stream()
                .filter(e -> e.record().offset() > after
                        && offsets.contains(e.record().offset()))
                .toList();
    }
}
