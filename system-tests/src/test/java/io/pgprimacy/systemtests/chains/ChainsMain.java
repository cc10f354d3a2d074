package io.pgprimacy.systemtests.chains;

import io.pgprimacy.systemtests.SandboxUnderTest;
import io.pgprimacy.systemtests.bench.Machine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./dev chains}: exit code 0 when every restore was right, 1 when one was not, 2 for a wrong call. */
@Command(
        name = "./dev chains",
        mixinStandardHelpOptions = true,
        description = "Takes chains of backups by seeded plans, kills what takes them, restores, and compares.")
public final class ChainsMain implements Callable<Integer> {
    @Option(names = "--runs", paramLabel = "N", defaultValue = "10", description = "Default: 10.")
    int runs;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "Of the first run; each next one has the next. Default: 1.")
    long seed;

    @Option(
            names = "--length",
            paramLabel = "N",
            defaultValue = "5",
            description = "Backups after the first one. Default: 5.")
    int length;

    @Option(names = "--plan", description = "Print the plans, and end.")
    boolean planOnly;

    public static void main(String[] arguments) {
        CommandLine line = new CommandLine(new ChainsMain());
        line.setExecutionExceptionHandler((e, _, _) -> {
            e.printStackTrace();
            return 1;
        });
        System.exit(line.execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        if (runs < 1 || length < 1) {
            throw new CommandLine.ParameterException(
                    new CommandLine(this), "--runs and --length are at least 1; hint: leave them out");
        }
        Path page = SandboxUnderTest.HOME.resolve("system-tests/target/chains/seed-" + seed + "/report.md");
        List<ChainReport.Run> done = new ArrayList<>();
        for (long each = seed; each < seed + runs; each++) {
            ChainPlan plan = ChainPlan.of(each, length);
            if (planOnly) {
                System.out.println(plan.seed() + ":");
                plan.steps().forEach(step -> System.out.println("  " + step.describe()));
                plan.goals().forEach(goal -> System.out.println("  restore " + goal));
                continue;
            }
            done.add(new ChainReport.Run(plan, ChainRun.run(plan, true)));
            List<String> wrong = done.getLast().wrong();
            System.out.println("seed " + each + ": " + (wrong.isEmpty() ? "right" : "WRONG " + wrong));
            ChainReport.write(page, machine(), done);
        }
        if (!planOnly) {
            System.out.println("report: " + page);
        }
        return done.stream().allMatch(run -> run.wrong().isEmpty()) ? 0 : 1;
    }

    private static String machine() {
        return Runtime.getRuntime().availableProcessors() + " processors, load " + Machine.loadAverages() + ", "
                + Machine.describeCommit();
    }
}
