package io.pgprimacy.simulation;

import io.pgprimacy.simulation.plan.PlanText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** {@code ./dev sim}: many seeds with counters, or one with its trace. Ends with 1 when an invariant did not hold. */
public final class SimulationMain {
    private static final String USAGE = """
            usage: ./dev sim [--seeds N] [--from S]     runs seeds S to S+N-1 (100 from 1) on up to two threads
                   ./dev sim --seed S [--trace]         runs one seed; with --trace prints a line for each event
                   ... --broken RULE                    with a rule broken on purpose
                   ... --only FAULT,FAULT               with faults of these kinds alone, each as likely as the others
                   ... --common                         without what only some seeds have: a lost log, a reported loss, hands that fail ten times as often
                   ./dev sim --plan FILE [--seeds N] [--sync]   a plan of ./dev chaos, with the timing of each seed
                   ./dev sim --smoke                    what ./dev check runs: some hundred seeds, bounded in time
            """;

    /** {@code --smoke} begins no further seed after this. */
    private static final Duration SMOKE_AT_MOST = Duration.ofSeconds(15);

    private static final int SMOKE_SEEDS = 400;

    private SimulationMain() {}

    public static void main(String[] args) throws InterruptedException {
        long from = 1;
        long count = 100;
        boolean one = false;
        boolean trace = false;
        Optional<Duration> bound = Optional.empty();
        Optional<BrokenRule> broken = Optional.empty();
        Scenario.Focus focus = Scenario.Focus.ANYWHERE;
        Optional<Path> plan = Optional.empty();
        boolean synchronous = false;
        try {
            for (int i = 0; i < args.length; i++) {
                switch (args[i]) {
                    case "--seed" -> {
                        from = Long.parseLong(args[++i]);
                        one = true;
                    }
                    case "--seeds" -> count = Long.parseLong(args[++i]);
                    case "--from" -> from = Long.parseLong(args[++i]);
                    case "--trace" -> trace = true;
                    case "--broken" -> broken = Optional.of(BrokenRule.valueOf(args[++i]));
                    case "--only" -> focus = Scenario.Focus.on(args[++i]);
                    case "--plan" -> plan = Optional.of(Path.of(args[++i]));
                    case "--sync" -> synchronous = true;
                    case "--common" -> focus = Scenario.Focus.COMMON;
                    case "--smoke" -> {
                        count = SMOKE_SEEDS;
                        bound = Optional.of(SMOKE_AT_MOST);
                    }
                    default -> throw new IllegalArgumentException(args[i]);
                }
            }
        } catch (RuntimeException e) {
            System.err.print(USAGE);
            System.exit(2);
        }
        Optional<Scenario> replayed = Optional.empty();
        if (plan.isPresent()) {
            replayed = Optional.of(replay(plan.get(), synchronous));
        }
        Runs runs = new Runs(broken, focus, replayed);
        boolean held = one ? single(from, trace, runs) : many(from, count, bound, runs);
        System.exit(held ? 0 : 1);
    }

    private static Scenario replay(Path plan, boolean synchronous) {
        try {
            Replay replay = new Replay(PlanText.read(Files.readString(plan)));
            replay.leftOut().forEach(reason -> System.out.println("left out: " + reason));
            return replay.scenario(synchronous);
        } catch (IOException e) {
            System.err.println("the plan cannot be read: " + e);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
        }
        System.exit(2);
        throw new AssertionError();
    }

    /** How each seed is run; a broken rule brings a focus of its own. */
    private record Runs(Optional<BrokenRule> broken, Scenario.Focus focus, Optional<Scenario> replayed) {
        Simulation.Outcome run(long seed, boolean trace) {
            if (replayed.isPresent()) {
                return Simulation.run(seed, trace, new Seams(), replayed.get());
            }
            return broken.map(b -> b.run(seed, trace)).orElseGet(() -> Simulation.run(seed, trace, new Seams(), focus));
        }
    }

    private static boolean single(long seed, boolean trace, Runs runs) {
        System.out.println("seed " + seed + "; replay: ./dev sim --seed " + seed + " --trace");
        Simulation.Outcome outcome = runs.run(seed, trace);
        if (trace) {
            System.out.print(Report.legend(outcome.scenario()));
            outcome.trace().forEach(System.out::println);
        }
        System.out.print(Report.of(outcome));
        return outcome.violation().isEmpty();
    }

    private static boolean many(long from, long count, Optional<Duration> bound, Runs runs)
            throws InterruptedException {
        System.out.println("seeds " + from + " to " + (from + count - 1));
        long began = System.nanoTime();
        AtomicLong next = new AtomicLong(from);
        Totals totals = new Totals();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < Math.min(2, Runtime.getRuntime().availableProcessors()); i++) {
            Thread thread = new Thread(() -> {
                for (long seed = next.getAndIncrement(); seed < from + count; seed = next.getAndIncrement()) {
                    long elapsed = System.nanoTime() - began;
                    if (bound.map(b -> elapsed > b.toNanos()).orElse(false)) {
                        return;
                    }
                    Simulation.Outcome outcome = runs.run(seed, false);
                    totals.add(outcome);
                    if (outcome.violation().isPresent()) {
                        System.out.print(Report.of(outcome));
                    }
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        System.out.print(totals.report((System.nanoTime() - began) / 1e9));
        return totals.violations() == 0;
    }
}
