package io.pgprimacy.coordinator.api;

import io.pgprimacy.coordinator.runtime.ClusterRuntime;
import io.pgprimacy.coordinator.runtime.Snapshot;
import io.pgprimacy.core.decide.Outlook;
import io.pgprimacy.core.explain.LogEntry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One cluster to one reader, as it changes. It keeps an offset and no queue: a slow reader blocks its own thread, costs no memory, and
 * goes on where it was. So does one that comes back with the last offset it has seen, to this coordinator or to another: offsets are the log's.
 */
final class ClusterFeed {
    /** How many events somebody gets who comes for the first time. */
    static final int FIRST_EVENTS = 200;

    private static final int PAGE = 200;

    /** Leases and lags move without events; it also shows that the connection lives. */
    private static final Duration STATE_EVERY = Duration.ofSeconds(1);

    /** @param outlook what would happen if the primary died now */
    record Live(ClusterView cluster, OutlookView outlook) {}

    /** @param reason why what the reader has is to be forgotten */
    record Reset(String reason) {}

    private final Fleet fleet;
    private final Bodies bodies;

    ClusterFeed(Fleet fleet, Bodies bodies) {
        this.fleet = fleet;
        this.bodies = bodies;
    }

    /** Until the reader is gone, which an {@link IOException} tells. */
    void run(String cluster, @Nullable Long seen, LiveStream out) throws IOException, InterruptedException {
        ClusterRuntime at = fleet.cluster(cluster);
        long cursor = begin(cluster, at, seen, out);
        while (true) {
            cursor = events(at, cursor, out);
            // What has happened need not wait until it has been reckoned what would happen next.
            out.flush();
            state(cluster, out);
            at.awaitAfter(cursor, STATE_EVERY);
            ClusterRuntime next = fleet.cluster(cluster);
            if (next != at) {
                at = next;
                cursor = begin(cluster, at, Long.MAX_VALUE, out);
            }
        }
    }

    private long begin(String cluster, ClusterRuntime at, @Nullable Long seen, LiveStream out) throws IOException {
        if (seen != null && seen <= fleet.snapshot(cluster).state().offset()) {
            return seen;
        }
        if (seen != null) {
            out.send("reset", new Reset("this log is shorter than what was seen of it: it was made anew"), null);
        }
        return at.offsetBefore(FIRST_EVENTS);
    }

    private long events(ClusterRuntime at, long after, LiveStream out) throws IOException {
        long cursor = after;
        while (true) {
            List<LogEntry> page = at.entriesAfter(cursor, PAGE);
            for (LogEntry entry : page) {
                cursor = entry.record().offset();
                out.send("event", EventView.of(entry, bodies), cursor);
            }
            if (page.size() < PAGE) {
                return cursor;
            }
        }
    }

    private void state(String cluster, LiveStream out) throws IOException {
        Snapshot now = fleet.snapshot(cluster);
        OutlookView outlook = OutlookView.of(cluster, Outlook.of(now.state(), now.evidence()));
        out.send("state", new Live(ClusterView.of(now), outlook), null);
        out.flush();
    }
}
