package io.pgprimacy.systemtests.bench;

import io.pgprimacy.systemtests.SandboxUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "failover", description = "How long a client cannot write when the primary goes away.")
final class FailoverBench implements Callable<Integer> {
    @Option(names = "--scenario", required = true, description = "${COMPLETION-CANDIDATES}")
    Scenario scenario = Scenario.CRASH;

    @Option(names = "--runs", defaultValue = "10")
    int runs;

    @Option(names = "--sync")
    boolean sync;

    @Option(names = "--profile", defaultValue = "fast")
    String profile = "fast";

    @Option(names = "--nodes", defaultValue = "3")
    int nodes;

    @Option(names = "--freeze-seconds", defaultValue = "60", description = "Length of a freeze.")
    int freezeSeconds;

    @Option(names = "--rest", description = "Ask for a switchover over REST and not by the command line.")
    boolean rest;

    @Option(names = "--explain", description = "Print the cluster's own account of each run.")
    boolean explain;

    @Option(names = "--json", description = "One JSON document on stdout and nothing else.")
    boolean json;

    /** What {@code --json} prints. */
    record Report(
            String scenario,
            String profile,
            boolean sync,
            int nodes,
            int freezeSeconds,
            Machine machine,
            String loadAfter,
            Distribution outageMillis,
            int lost,
            double twoPrimariesMillis,
            List<Trial.Outcome> runs) {}

    @Override
    public Integer call() {
        List<Trial.Outcome> outcomes = new ArrayList<>();
        try (SandboxUnderTest sandbox =
                SandboxUnderTest.up(new SandboxUnderTest.Options(nodes, 1, 1, profile, sync, false, Map.of()))) {
            Machine machine = Machine.now(sandbox);
            Trial trial = new Trial(sandbox, Duration.ofSeconds(freezeSeconds), rest);
            for (int i = 1; i <= runs; i++) {
                sandbox.telling(() -> outcomes.add(trial.run(scenario)));
                say(i, outcomes.getLast());
                if (explain) {
                    System.err.println(sandbox.run("explain", "last").out());
                }
            }
            print(machine, outcomes);
        }
        return outcomes.stream().anyMatch(o -> sync && o.lost() > 0) ? 1 : 0;
    }

    private static void say(int run, Trial.Outcome o) {
        System.err.printf(
                "run %2d: %s -> %s  outage %6.0f ms  lost %d  two primaries %.0f ms%s  healthy after %.1f s  by events %d ms%n",
                run,
                o.from(),
                o.to(),
                o.outageMillis(),
                o.lost(),
                o.twoPrimariesMillis(),
                o.oldDeadAfterThawMillis() == null
                        ? ""
                        : "  old dead %.0f ms after thaw, %d writes"
                                .formatted(o.oldDeadAfterThawMillis(), o.oldAcceptedAfterThaw()),
                o.healthyAfterMillis() / 1000,
                o.interruptedMillis());
    }

    private void print(Machine machine, List<Trial.Outcome> outcomes) {
        Report report = new Report(
                scenario.name().toLowerCase(java.util.Locale.ROOT),
                profile,
                sync,
                nodes,
                freezeSeconds,
                machine,
                Machine.loadAverages(),
                distribution(outcomes, Trial.Outcome::outageMillis),
                outcomes.stream().mapToInt(Trial.Outcome::lost).sum(),
                outcomes.stream().mapToDouble(Trial.Outcome::twoPrimariesMillis).sum(),
                outcomes);
        if (json) {
            System.out.println(
                    SandboxUnderTest.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(report));
            return;
        }
        System.out.println("scenario %s, profile %s, %s, %d nodes; client: a row every 5 ms"
                .formatted(report.scenario(), profile, sync ? "synchronous" : "asynchronous", nodes));
        System.out.println("machine: %d processors, load %s before, %s after; PostgreSQL %s, Java %s, commit %s"
                .formatted(
                        machine.processors(),
                        machine.load(),
                        report.loadAfter(),
                        machine.postgres(),
                        machine.java(),
                        machine.commit()));
        System.out.println("outage: " + report.outageMillis());
        System.out.println("acknowledged rows lost: %d; two primaries for %.0f ms"
                .formatted(report.lost(), report.twoPrimariesMillis()));
        if (scenario == Scenario.FREEZE) {
            System.out.println("old primary dead after its thaw: "
                    + distribution(outcomes, o -> o.oldDeadAfterThawMillis() == null ? 0 : o.oldDeadAfterThawMillis())
                    + "; writes that it acknowledged after it: "
                    + outcomes.stream()
                            .mapToLong(Trial.Outcome::oldAcceptedAfterThaw)
                            .sum());
        }
        System.out.println("healthy again: " + distribution(outcomes, Trial.Outcome::healthyAfterMillis));
    }

    private static Distribution distribution(List<Trial.Outcome> outcomes, ToDoubleFunction<Trial.Outcome> value) {
        return Distribution.of(
                outcomes.stream().map(o -> value.applyAsDouble(o)).toList());
    }
}
