package io.pgprimacy.coordinator.api;

import io.pgprimacy.coordinator.runtime.FleetRuntime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** All clusters to one reader: the whole list first, then the lines that have changed. */
final class FleetFeed {
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);

    /** Thousands of clusters are looked at once for all readers and not once for each. */
    private static final Duration LOOK_HOLDS = Duration.ofMillis(400);

    /** @param gone names of clusters that are there no more */
    record Changes(List<ClusterSummary> changed, List<String> gone) {}

    private final Supplier<FleetRuntime> runtime;
    private List<ClusterSummary> looked = List.of();
    private long lookedAt = System.nanoTime() - LOOK_HOLDS.toNanos();

    FleetFeed(Supplier<FleetRuntime> runtime) {
        this.runtime = runtime;
    }

    /** Until the reader is gone, which an {@link IOException} tells. A message without changes shows that the connection lives. */
    void run(LiveStream out) throws IOException, InterruptedException {
        Map<String, ClusterSummary> told = byName(look());
        out.send("fleet", told.values(), null);
        out.flush();
        while (true) {
            Thread.sleep(LOOK_EVERY);
            Map<String, ClusterSummary> now = byName(look());
            out.send("clusters", changes(told, now), null);
            out.flush();
            told = now;
        }
    }

    static Changes changes(Map<String, ClusterSummary> told, Map<String, ClusterSummary> now) {
        List<ClusterSummary> changed = new ArrayList<>(now.values());
        changed.removeIf(c -> c.equals(told.get(c.cluster())));
        List<String> gone = new ArrayList<>(told.keySet());
        gone.removeAll(now.keySet());
        return new Changes(changed, gone);
    }

    private static Map<String, ClusterSummary> byName(List<ClusterSummary> all) {
        Map<String, ClusterSummary> byName = new LinkedHashMap<>();
        all.forEach(c -> byName.put(c.cluster(), c));
        return byName;
    }

    private synchronized List<ClusterSummary> look() {
        if (System.nanoTime() - lookedAt >= LOOK_HOLDS.toNanos()) {
            looked = ClusterSummary.all(runtime.get());
            lookedAt = System.nanoTime();
        }
        return looked;
    }
}
