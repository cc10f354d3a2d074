package io.pgprimacy.simulation;

import io.pgprimacy.core.rule.RuleId;
import java.util.Map;
import java.util.TreeMap;

/** Sums over many seeds, to see what the simulation has really exercised. */
final class Totals {
    private final Map<Fault.Kind, Integer> faults = new TreeMap<>();
    private final Map<RuleId, Integer> decisions = new TreeMap<>();
    private int seeds;
    private int violations;
    private int unrecognised;
    private long simulated;
    private long records;
    private long events;
    private long commits;
    private long acknowledged;
    private long lost;
    private long inThawWindow;
    private long promotions;
    private long saves;
    private long slowestHealing;
    private long slowestSeed;

    synchronized void add(Simulation.Outcome outcome) {
        seeds++;
        violations += outcome.violation().isPresent() ? 1 : 0;
        unrecognised += outcome.unrecognised() ? 1 : 0;
        simulated += outcome.simulatedNanos();
        records += outcome.records();
        events += outcome.events();
        commits += outcome.counters().commits();
        acknowledged += outcome.counters().acknowledged();
        lost += outcome.counters().lost();
        inThawWindow += outcome.counters().inThawWindow();
        promotions += outcome.counters().promotions();
        saves += outcome.counters().saves();
        if (outcome.healedAfter() > slowestHealing) {
            slowestHealing = outcome.healedAfter();
            slowestSeed = outcome.seed();
        }
        outcome.faults().forEach((kind, n) -> faults.merge(kind, n, Integer::sum));
        outcome.decisions().forEach((rule, n) -> decisions.merge(rule, n, Integer::sum));
    }

    synchronized int violations() {
        return violations;
    }

    synchronized String report(double seconds) {
        return """
                %d seeds in %.1f s (%.0f/s), %d violations, %d ended by a loss that nobody could tell
                simulated %.0f s, %d records, %d events; slowest healing %.1f s (seed %d)
                commits %d, acknowledged %d, lost as asynchronous replication may %d (of these in the window after a thaw %d)
                promotions %d, saved diverged WAL %d
                decisions by rule %s
                faults %s
                """.formatted(
                        seeds,
                        seconds,
                        seeds / seconds,
                        violations,
                        unrecognised,
                        simulated / (double) World.SECOND,
                        records,
                        events,
                        slowestHealing / (double) World.SECOND,
                        slowestSeed,
                        commits,
                        acknowledged,
                        lost,
                        inThawWindow,
                        promotions,
                        saves,
                        decisions,
                        faults);
    }
}
