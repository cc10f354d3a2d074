package io.pgprimacy.simulation;

import java.util.stream.Collectors;

/** What a run looks like to whoever reads it. */
final class Report {
    private Report() {}

    static String legend(Scenario scenario) {
        String faults = scenario.rounds().stream()
                .map(r -> r.faults().stream().map(f -> "  " + f + "\n").collect(Collectors.joining()))
                .collect(Collectors.joining("  then it heals\n"));
        return """
                the plan:
                  nodes %s, coordinators %d, %s, lease %s, rejoin %s, %s
                  tags %s
                what agents do fails by itself %.0f times as often as usual
                faults, from the first healthy state on:
                %sthe trace: seconds, who, what
                  a, b, ...  a host: its agent, guard or PostgreSQL     k0, k1, ...  a coordinator
                  log        a record lands, with its offset            person       somebody asks
                  FAULT      a fault begins or ends                     SIM, END     the simulation itself
                """.formatted(
                        scenario.nodes(),
                        scenario.coordinators(),
                        scenario.config().replication(),
                        scenario.config().timing().lease(),
                        scenario.config().rejoin(),
                        scenario.beginning().sentence(),
                        scenario.tags(),
                        scenario.trouble(),
                        faults);
    }

    static String of(Simulation.Outcome outcome) {
        if (outcome.unrecognised()) {
            return "seed %d: the log lost decisions, and nobody who had read them could be heard: a known hole\n"
                    .formatted(outcome.seed());
        }
        if (outcome.violation().isEmpty()) {
            return "seed %d: all invariants held; healed after %.1f s; %s\n"
                    .formatted(outcome.seed(), outcome.healedAfter() / (double) World.SECOND, outcome.counters());
        }
        Throwable violation = outcome.violation().get();
        String what = violation instanceof Violation v
                ? v.getMessage() + "\n  the invariant: " + v.invariant().sentence()
                : violation + "\n  at " + violation.getStackTrace()[0];
        return "seed %d: VIOLATION %s\n  replay: ./dev sim --seed %d --trace\n"
                .formatted(outcome.seed(), what, outcome.seed());
    }
}
