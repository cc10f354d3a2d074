package io.pgprimacy.systemtests.bench;

import io.pgprimacy.systemtests.Eventually;
import io.pgprimacy.systemtests.HostProcess;
import io.pgprimacy.systemtests.Processes;
import io.pgprimacy.systemtests.SandboxUnderTest;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "agent", description = "What an agent and its guard cost while nothing happens.")
final class AgentBench implements Callable<Integer> {
    private static final List<String> KINDS = List.of("agent", "guard", "coordinator");

    @Option(names = "--seconds", defaultValue = "60")
    int seconds;

    @Option(names = "--settle-seconds", defaultValue = "30", description = "Before it is measured.")
    int settleSeconds;

    @Override
    public Integer call() {
        try (SandboxUnderTest sandbox = SandboxUnderTest.up(SandboxUnderTest.Options.ASYNCHRONOUS)) {
            Eventually.pass(Duration.ofSeconds(settleSeconds));
            String primary = sandbox.look().primary();
            List<HostProcess> processes =
                    sandbox.ps().stream().filter(p -> KINDS.contains(p.kind())).toList();
            SortedMap<Long, Duration> before = new TreeMap<>();
            processes.forEach(p -> before.put(p.pid(), Processes.cpuOf(p.pid())));
            long begun = System.nanoTime();
            Eventually.pass(Duration.ofSeconds(seconds));
            double nanos = System.nanoTime() - begun;
            for (HostProcess p : processes) {
                Duration used = Processes.cpuOf(p.pid()).minus(before.getOrDefault(p.pid(), Duration.ZERO));
                System.out.println("%-13s %-11s %s  PSS %6.1f MB  CPU %.2f %% of a core"
                        .formatted(
                                p.host(),
                                p.kind(),
                                p.host().equals(primary) ? "(primary)" : "         ",
                                Processes.pssOf(p.pid()) / 1e6,
                                100.0 * used.toNanos() / nanos));
            }
            System.out.println("over " + seconds + " s; load " + Machine.loadAverages() + "; " + Machine.now(sandbox));
        }
        return 0;
    }
}
