package io.pgprimacy.systemtests.bench;

import io.pgprimacy.systemtests.ClusterNow;
import io.pgprimacy.systemtests.SandboxUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "soak", description = "Many switchovers, then mixed faults, one after the other.")
final class SoakBench implements Callable<Integer> {
    private static final List<Scenario> FAULTS = List.of(Scenario.CRASH, Scenario.HOSTLOSS, Scenario.FREEZE);

    @Option(names = "--switchovers", defaultValue = "100")
    int switchovers;

    @Option(names = "--faults", defaultValue = "30")
    int faults;

    @Option(names = "--async", description = "Asynchronous mode; losses are allowed there, and counted.")
    boolean async;

    @Option(names = "--profile", defaultValue = "fast")
    String profile = "fast";

    @Option(names = "--freeze-seconds", defaultValue = "8")
    int freezeSeconds;

    @Option(names = "--seed", defaultValue = "1", description = "Of the order of the faults.")
    long seed;

    @Override
    public Integer call() {
        List<Trial.Outcome> outcomes = new ArrayList<>();
        try (SandboxUnderTest sandbox =
                SandboxUnderTest.up(new SandboxUnderTest.Options(3, 1, 1, profile, !async, false, Map.of()))) {
            Machine machine = Machine.now(sandbox);
            Trial trial = new Trial(sandbox, Duration.ofSeconds(freezeSeconds), true);
            SplittableRandom random = new SplittableRandom(seed);
            for (int i = 1; i <= switchovers + faults; i++) {
                Scenario next = i <= switchovers ? Scenario.SWITCHOVER : FAULTS.get(random.nextInt(FAULTS.size()));
                sandbox.telling(() -> outcomes.add(trial.run(next)));
                Trial.Outcome o = outcomes.getLast();
                System.err.printf(
                        "%3d %-10s %s -> %s outage %6.0f ms lost %d, saved %d, two primaries %.0f ms%n",
                        i,
                        o.scenario(),
                        o.from(),
                        o.to(),
                        o.outageMillis(),
                        o.lost(),
                        o.savedTransactions(),
                        o.twoPrimariesMillis());
            }
            ClusterNow end = sandbox.look();
            System.out.println("machine: " + machine + ", load at the end " + Machine.loadAverages());
            for (Scenario scenario : Scenario.values()) {
                String name = scenario.name().toLowerCase(Locale.ROOT);
                List<Trial.Outcome> of =
                        outcomes.stream().filter(o -> o.scenario().equals(name)).toList();
                if (!of.isEmpty()) {
                    System.out.println("%-10s outage %s, lost %d, two primaries %.0f ms"
                            .formatted(
                                    name,
                                    Distribution.of(of.stream()
                                            .map(Trial.Outcome::outageMillis)
                                            .toList()),
                                    of.stream().mapToInt(Trial.Outcome::lost).sum(),
                                    of.stream()
                                            .mapToDouble(Trial.Outcome::twoPrimariesMillis)
                                            .sum()));
                }
            }
            System.out.println("at the end: " + (end.healthy() ? "healthy" : "NOT HEALTHY") + ", term " + end.term());
            int lost = outcomes.stream().mapToInt(Trial.Outcome::lost).sum();
            boolean accountedFor = outcomes.stream().allMatch(Trial.Outcome::isAccountedFor);
            System.out.println("lost rows are " + (accountedFor ? "" : "NOT ") + "accounted for by saved WAL");
            return end.healthy() && accountedFor && (async || lost == 0) ? 0 : 1;
        }
    }
}
