package io.pgprimacy.systemtests.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The same work by several, in turns; the first is the one whose rate the others' are compared with. */
final class Contest {
    /** What is timed. */
    @FunctionalInterface
    interface Work {
        void run() throws Exception;
    }

    private final String what;
    private final long bytes;
    private final Map<String, List<Double>> millis = new LinkedHashMap<>();

    /**
     * @param bytes that each moves, before compression
     */
    Contest(String what, long bytes) {
        this.what = what;
        this.bytes = bytes;
    }

    void time(String by, Work work) throws Exception {
        long begun = System.nanoTime();
        work.run();
        double took = (System.nanoTime() - begun) / 1e6;
        millis.computeIfAbsent(by, _ -> new ArrayList<>()).add(took);
        System.err.printf("%s by %s: %.1f s%n", what, by, took / 1000);
    }

    void report() {
        double first = Distribution.of(millis.values().iterator().next()).median();
        System.out.printf("%s, %.2f GB%n", what, bytes / 1e9);
        millis.forEach((by, each) -> {
            Distribution took = Distribution.of(each);
            System.out.printf(
                    "  %-34s median %4.0f MB/s, %.2f of the first's rate; %s%n",
                    by, bytes / 1e3 / took.median(), first / took.median(), took);
        });
    }
}
