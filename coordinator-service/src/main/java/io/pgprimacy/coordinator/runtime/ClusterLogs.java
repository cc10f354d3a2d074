package io.pgprimacy.coordinator.runtime;

import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.id.ClusterId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/** The logs of all clusters, as one reader sees them. Reading is for one thread; appending for any. */
public interface ClusterLogs {
    /** The records of one cluster, in their order. */
    record Batch(ClusterId cluster, List<LogRecord> records) {
        public Batch {
            records = List.copyOf(records);
        }
    }

    /** Hands the event over for appending and returns at once; it counts when it has been read back. */
    void append(ClusterId cluster, ClusterEvent event);

    /** What has come, waiting for at most {@code atMost} where nothing has. */
    List<Batch> poll(Duration atMost);

    /** True once everything that this log held when its reading began has been polled. */
    boolean isCaughtUp(ClusterId cluster);

    /** True once it is known which clusters there are. */
    boolean isFleetKnown();

    /** The clusters that have a log. */
    SortedSet<ClusterId> clusters();

    /** Why this log is not read any further, if so. */
    Optional<String> halted(ClusterId cluster);
}
