package io.pgprimacy.systemtests.bench;

import java.util.ArrayList;
import java.util.List;

/** The runs of recovery by one way of getting at the WAL. */
final class Replayed {
    /** One recovery. */
    @FunctionalInterface
    interface Recovery {
        Run run() throws Exception;
    }

    /**
     * @param millis from the start of the postmaster until it accepts writes
     * @param redoMillis from the first record to the last, as PostgreSQL's log has it
     * @param processorMillis what everything on this machine has used meanwhile, but for what runs at a lower priority
     */
    record Run(double millis, double redoMillis, double processorMillis) {}

    private final String by;
    private final Recovery recovery;
    private final List<Run> runs = new ArrayList<>();

    Replayed(String by, Recovery recovery) {
        this.by = by;
        this.recovery = recovery;
    }

    void runOnce() throws Exception {
        Run run = recovery.run();
        runs.add(run);
        System.err.printf(
                "recovery by %s: %.2f s, of it redo %.2f s, processor time %.1f s%n",
                by, run.millis() / 1000, run.redoMillis() / 1000, run.processorMillis() / 1000);
    }

    double medianMillis() {
        return Distribution.of(runs.stream().map(Run::millis).toList()).median();
    }

    /** @param first median of the first one, with which this one is compared */
    void report(long segments, double first) {
        double redo =
                Distribution.of(runs.stream().map(Run::redoMillis).toList()).median();
        double processor = Distribution.of(
                        runs.stream().map(Run::processorMillis).toList())
                .median();
        System.out.printf(
                "  %-11s %.3f of the first's time; %5.1f segments/s, in redo alone %5.1f; processor time %.1f s; %s%n",
                by,
                medianMillis() / first,
                segments * 1000 / medianMillis(),
                segments * 1000 / redo,
                processor / 1000,
                Distribution.of(runs.stream().map(Run::millis).toList()));
    }
}
