package io.pgprimacy.systemtests.chaos;

import io.pgprimacy.simulation.plan.FaultKind;
import io.pgprimacy.simulation.plan.PlanText;
import io.pgprimacy.simulation.plan.Round;
import io.pgprimacy.systemtests.SandboxUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./dev chaos}: exit code 0 when nothing was violated, 1 when something was, 2 for a wrong call. */
@Command(
        name = "./dev chaos",
        mixinStandardHelpOptions = true,
        description = "Breaks a cluster of real processes by a seeded plan, and judges what its clients saw.")
public final class ChaosMain implements Callable<Integer> {
    private static final int MOST_SHRINKING_RUNS = 16;

    @Option(
            names = "--minutes",
            paramLabel = "N",
            defaultValue = "10",
            description = "No round begins after that; default: 10.")
    double minutes;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "1", description = "Of the plan; default: 1.")
    long seed;

    @Option(names = "--sync", description = "Synchronous mode: no acknowledged write may be lost.")
    boolean sync;

    @Option(names = "--profile", paramLabel = "fast|normal", defaultValue = "fast", description = "Default: fast.")
    String profile = "fast";

    @Option(names = "--brokers", paramLabel = "1|3", defaultValue = "3", description = "Default: 3.")
    int brokers;

    @Option(names = "--coordinators", paramLabel = "N", defaultValue = "2", description = "Default: 2.")
    int coordinators;

    @Option(names = "--nodes", paramLabel = "N", defaultValue = "3", description = "Default: 3.")
    int nodes;

    @Option(names = "--faults", paramLabel = "LIST", split = ",", description = "Only these kinds; --list names them.")
    List<String> faults = List.of();

    @Option(
            names = "--plan",
            paramLabel = "FILE",
            description = "These rounds and no others, as a report's plan.txt has them.")
    @Nullable
    Path plan;

    @Option(
            names = "--scenario",
            paramLabel = "NAME",
            converter = ScenarioName.class,
            description = "A named plan instead of one from the seed; --list names them.")
    @Nullable
    Scenario scenario;

    @Option(
            names = "--shrink",
            description = "After a violation, run parts of the plan again, to find the smallest that fails; up to "
                    + MOST_SHRINKING_RUNS + " runs.")
    boolean shrink;

    @Option(names = "--rounds", paramLabel = "N", description = "No more than that many.")
    int rounds = Integer.MAX_VALUE;

    @Option(
            names = "--loopback",
            description = "Without namespaces, as where there is no root: no faults of the network.")
    boolean loopback;

    @Option(names = "--list", description = "Print the kinds of faults and the scenarios, and end.")
    boolean list;

    static final class ScenarioName implements CommandLine.ITypeConverter<Scenario> {
        @Override
        public Scenario convert(String label) {
            return Arrays.stream(Scenario.values())
                    .filter(s -> s.label().equals(label))
                    .findFirst()
                    .orElseThrow(() -> new CommandLine.TypeConversionException("no scenario is called " + label));
        }
    }

    public static void main(String[] arguments) {
        CommandLine line = new CommandLine(new ChaosMain());
        line.setExecutionExceptionHandler((e, _, _) -> {
            e.printStackTrace();
            return 1;
        });
        System.exit(line.execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException, SQLException {
        if (list) {
            Arrays.stream(FaultKind.values())
                    .forEach(kind -> System.out.printf("%-20s %s%n", kind.label(), kind.description()));
            System.out.println();
            Arrays.stream(Scenario.values()).forEach(s -> System.out.printf("%-20s %s%n", s.label(), s.description()));
            return 0;
        }
        PlanMaker.Shape shape = new PlanMaker.Shape(nodes, brokers, coordinators, sync);
        Offer offer = loopback ? Offer.onLoopback() : Offer.ofThisMachine();
        Settings settings =
                new Settings(shape, profile, seed, kinds(), scenario != null && scenario.movesNoPrimary(), options());
        Path directory = SandboxUnderTest.HOME
                .resolve("system-tests/target/chaos")
                .resolve(settings.name()
                        + (scenario == null ? "" : "-" + scenario.label())
                        + (plan == null ? "" : "-replay"));
        Report.Run run = run(settings, offer, rounds(settings, offer), directory);
        if (shrink && !run.violations().isEmpty()) {
            shrink(settings, offer, run, directory);
        }
        return run.violations().isEmpty() ? 0 : 1;
    }

    private Rounds rounds(Settings settings, Offer offer) throws IOException {
        Duration time = Duration.ofMillis(Math.round(minutes * 60_000));
        if (plan != null) {
            return Rounds.of(PlanText.read(Files.readString(plan)));
        }
        return scenario == null
                ? Rounds.made(new PlanMaker(seed, settings.shape(), offer.kindsAmong(kinds())), time, rounds)
                : Rounds.of(scenario.plan(time, settings.shape(), seed));
    }

    private static Report.Run run(Settings settings, Offer offer, Rounds rounds, Path directory)
            throws IOException, InterruptedException, SQLException {
        return CampaignRun.run(settings, offer, rounds, directory, System.out::println);
    }

    private static void shrink(Settings settings, Offer offer, Report.Run failed, Path directory)
            throws IOException, InterruptedException, SQLException {
        int[] attempt = {0};
        Shrinker shrinker = new Shrinker(
                candidate -> {
                    Path own = directory.resolve("shrink-" + ++attempt[0]);
                    return !run(settings, offer, Rounds.of(candidate), own)
                            .violations()
                            .isEmpty();
                },
                MOST_SHRINKING_RUNS);
        List<Round> smallest = shrinker.shrink(
                failed.outcomes().stream().map(RoundOutcome::round).toList());
        Path file = directory.resolve("plan-shrunk.txt");
        Files.writeString(file, PlanText.write(smallest));
        System.out.println("the smallest plan that failed: " + file);
    }

    private List<FaultKind> kinds() {
        return faults.isEmpty()
                ? List.of(FaultKind.values())
                : faults.stream().map(FaultKind::of).toList();
    }

    /** As they would be typed again. */
    private String options() {
        List<String> words = new ArrayList<>(List.of("--seed", "" + seed, "--profile", profile));
        words.addAll(List.of("--brokers", "" + brokers, "--coordinators", "" + coordinators, "--nodes", "" + nodes));
        if (sync) {
            words.add("--sync");
        }
        if (loopback) {
            words.add("--loopback");
        }
        if (!faults.isEmpty()) {
            words.addAll(List.of("--faults", String.join(",", faults)));
        }
        if (scenario != null) {
            words.addAll(List.of("--scenario", scenario.label()));
        }
        if (plan != null) {
            words.addAll(List.of("--plan", plan.toString()));
        } else {
            words.addAll(List.of("--minutes", "%.1f".formatted(minutes)));
        }
        return String.join(" ", words);
    }
}
