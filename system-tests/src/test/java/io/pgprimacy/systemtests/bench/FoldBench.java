package io.pgprimacy.systemtests.bench;

import io.pgprimacy.systemtests.Eventually;
import io.pgprimacy.systemtests.Processes;
import io.pgprimacy.systemtests.SandboxUnderTest;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** A {@link SyntheticFleet}, and nobody who looks. */
@picocli.CommandLine.Command(name = "fold", description = "How many clusters one coordinator bears on one core.")
final class FoldBench implements Callable<Integer> {
    @Option(names = "--clusters", defaultValue = "1000")
    int clusters;

    @Option(names = "--nodes", defaultValue = "3", description = "Of each cluster.")
    int nodes;

    @Option(names = "--per-second", defaultValue = "2", description = "Heartbeats of each node.")
    int perSecond;

    @Option(names = "--seconds", defaultValue = "60")
    int seconds;

    @Override
    public Integer call() throws Exception {
        try (SandboxUnderTest sandbox = SandboxUnderTest.up(SandboxUnderTest.Options.ASYNCHRONOUS.withNodes(1))) {
            try (SyntheticFleet fleet = SyntheticFleet.start(sandbox, clusters, nodes, perSecond)) {
                return measure(sandbox, fleet);
            }
        }
    }

    private int measure(SandboxUnderTest sandbox, SyntheticFleet fleet) throws Exception {
        long pid = fleet.coordinator().pid();
        Eventually.pass(Duration.ofSeconds(20));
        double failovers = changes(fleet);
        long from = fleet.sent();
        Duration cpu = Processes.cpuOf(pid);
        long begun = System.nanoTime();
        double least = Double.MAX_VALUE;
        double mostSuspect = 0;
        for (int i = 0; i < seconds; i++) {
            Eventually.pass(Duration.ofSeconds(1));
            double live = fleet.metric("pgprimacy_clusters_live", "");
            double suspect = fleet.metric("pgprimacy_clusters_suspect", "");
            System.err.printf("%3d s: live %.0f, suspect %.0f, sent %d%n", i, live, suspect, fleet.sent() - from);
            least = Math.min(least, live);
            mostSuspect = Math.max(mostSuspect, suspect);
        }
        double took = (System.nanoTime() - begun) / 1e9;
        double share = Processes.cpuOf(pid).minus(cpu).toNanos() / 1e9 / took;
        long decided = Math.round(changes(fleet) - failovers);
        System.out.printf(
                "%d clusters x %d nodes: %.0f heartbeats/s for %.0f s, %d not appended%n",
                clusters, nodes, (fleet.sent() - from) / took, took, fleet.failed());
        System.out.printf(
                "coordinator on one core: %.0f %% of it, PSS %.0f MB; live clusters at least %.0f of %d; suspect at most %.0f; failovers %d%n",
                share * 100, Processes.pssOf(pid) / 1e6, least, clusters + 1, mostSuspect, decided);
        System.out.println("load " + Machine.loadAverages() + "; " + Machine.now(sandbox));
        return decided == 0 && fleet.failed() == 0 ? 0 : 1;
    }

    /** Decisions that a coordinator makes when it has not heard of a primary in time. */
    private static double changes(SyntheticFleet fleet) throws IOException, InterruptedException {
        return fleet.metric("pgprimacy_decisions_total", "rule=\"F");
    }
}
