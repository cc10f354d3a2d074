package io.pgprimacy.systemtests.bench;

import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.log.ClusterTopics;
import io.pgprimacy.log.FleetLog;
import io.pgprimacy.log.KafkaSettings;
import io.pgprimacy.log.LogListener;
import io.pgprimacy.systemtests.Command;
import io.pgprimacy.systemtests.Eventually;
import io.pgprimacy.systemtests.HostProcess;
import io.pgprimacy.systemtests.Processes;
import io.pgprimacy.systemtests.SandboxUnderTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import picocli.CommandLine.Option;

/**
 * The sandbox's own coordinator and broker, and beside the sandbox's cluster many whose agents are made up. The coordinator is confined
 * to one processor; the load and the broker have what is left of the machine.
 */
@picocli.CommandLine.Command(name = "fold", description = "How many clusters one coordinator bears on one core.")
final class FoldBench implements Callable<Integer> {
    private static final Duration SETUP_BOUND = Duration.ofMinutes(5);

    @Option(names = "--clusters", defaultValue = "1000")
    int clusters;

    @Option(names = "--nodes", defaultValue = "3", description = "Of each cluster.")
    int nodes;

    @Option(names = "--per-second", defaultValue = "2", description = "Heartbeats of each node.")
    int perSecond;

    @Option(names = "--seconds", defaultValue = "60")
    int seconds;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private volatile boolean ended;

    @Override
    public Integer call() throws Exception {
        try (SandboxUnderTest sandbox = SandboxUnderTest.up(SandboxUnderTest.Options.ASYNCHRONOUS.withNodes(1))) {
            HostProcess coordinator = process(sandbox, "coordinator");
            confine(coordinator.pid());
            String broker = "127.0.0.1:" + process(sandbox, "kafka").port();
            KafkaSettings settings = KafkaSettings.of(broker, "agent/bench");
            List<SyntheticCluster> fleet = IntStream.range(0, clusters)
                    .mapToObj(i -> SyntheticCluster.of(i, nodes))
                    .toList();
            try (FleetLog log = new FleetLog(settings, failures())) {
                create(fleet, settings, log, coordinator.url());
                Thread load = Thread.ofPlatform().name("load").start(() -> beat(fleet, log));
                try {
                    return measure(sandbox, coordinator);
                } finally {
                    ended = true;
                    load.join();
                }
            }
        }
    }

    private static HostProcess process(SandboxUnderTest sandbox, String kind) {
        return sandbox.ps().stream()
                .filter(p -> p.kind().equals(kind))
                .findFirst()
                .orElseThrow();
    }

    private static void confine(long pid) {
        Command.run(
                        Duration.ofSeconds(10),
                        Map.of(),
                        SandboxUnderTest.HOME,
                        List.of("taskset", "--all-tasks", "--cpu-list", "--pid", "0", Long.toString(pid)))
                .expectSuccess();
    }

    private LogListener failures() {
        return new LogListener() {
            @Override
            public void appendFailed(ClusterId cluster, ClusterEvent event, Exception cause) {
                failed.incrementAndGet();
            }
        };
    }

    private void create(List<SyntheticCluster> fleet, KafkaSettings settings, FleetLog log, String coordinator) {
        long begun = System.nanoTime();
        try (ClusterTopics topics = new ClusterTopics(settings)) {
            fleet.forEach(c -> topics.create(c.id(), ClusterTopics.Durability.SANDBOX));
        }
        // In portions: each waits for its decisions, so that the outbox never overflows.
        int done = 0;
        for (SyntheticCluster cluster : fleet) {
            cluster.announcement().forEach(e -> log.append(cluster.id(), e));
            if (++done % 100 == 0 || done == fleet.size()) {
                awaitDecisions(coordinator, "C1", done + 1);
            }
        }
        done = 0;
        for (SyntheticCluster cluster : fleet) {
            cluster.birth().forEach(e -> log.append(cluster.id(), e));
            if (++done % 100 == 0 || done == fleet.size()) {
                awaitDecisions(coordinator, "M1", (long) done * (nodes - 1));
            }
        }
        System.err.printf("%d clusters created in %.1f s%n", clusters, (System.nanoTime() - begun) / 1e9);
    }

    private void awaitDecisions(String coordinator, String rule, long atLeast) {
        Eventually.until(
                atLeast + " decisions by " + rule,
                SETUP_BOUND,
                () -> metric(coordinator, "pgprimacy_decisions_total", "rule=\"" + rule + "\"") >= atLeast);
    }

    private void beat(List<SyntheticCluster> fleet, FleetLog log) {
        long perRound = (long) fleet.size() * nodes;
        long begun = System.nanoTime();
        for (long i = 0; !ended; i++) {
            SyntheticCluster cluster = fleet.get((int) (i % fleet.size()));
            int node = (int) (i / fleet.size() % nodes);
            log.append(cluster.id(), cluster.heartbeat(node, 1 + i / perRound));
            sent.incrementAndGet();
            LockSupport.parkNanos(begun + i * 1_000_000_000L / (perRound * perSecond) - System.nanoTime());
        }
    }

    private int measure(SandboxUnderTest sandbox, HostProcess coordinator) throws Exception {
        Eventually.pass(Duration.ofSeconds(20));
        double failovers = changes(coordinator.url());
        long from = sent.get();
        Duration cpu = Processes.cpuOf(coordinator.pid());
        long begun = System.nanoTime();
        double least = Double.MAX_VALUE;
        double mostSuspect = 0;
        for (int i = 0; i < seconds; i++) {
            Eventually.pass(Duration.ofSeconds(1));
            double live = metric(coordinator.url(), "pgprimacy_log_live", "");
            double suspect = metric(coordinator.url(), "pgprimacy_clusters_suspect", "");
            System.err.printf("%3d s: live %.0f, suspect %.0f, sent %d%n", i, live, suspect, sent.get() - from);
            least = Math.min(least, live);
            mostSuspect = Math.max(mostSuspect, suspect);
        }
        double took = (System.nanoTime() - begun) / 1e9;
        double share = Processes.cpuOf(coordinator.pid()).minus(cpu).toNanos() / 1e9 / took;
        long decided = Math.round(changes(coordinator.url()) - failovers);
        System.out.printf(
                "%d clusters x %d nodes: %.0f heartbeats/s for %.0f s, %d not appended%n",
                clusters, nodes, (sent.get() - from) / took, took, failed.get());
        System.out.printf(
                "coordinator on one core: %.0f %% of it, PSS %.0f MB; live clusters at least %.0f of %d; suspect at most %.0f; failovers %d%n",
                share * 100, Processes.pssOf(coordinator.pid()) / 1e6, least, clusters + 1, mostSuspect, decided);
        System.out.println("load " + Machine.loadAverages() + "; " + Machine.now(sandbox));
        return decided == 0 && failed.get() == 0 ? 0 : 1;
    }

    /** Decisions that a coordinator makes when it has not heard of a primary in time. */
    private double changes(String coordinator) throws IOException, InterruptedException {
        return metric(coordinator, "pgprimacy_decisions_total", "rule=\"F");
    }

    /** The sum over all lines of that name that hold {@code label}. */
    private double metric(String coordinator, String name, String label) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(coordinator + "/actuator/prometheus"))
                .timeout(Duration.ofSeconds(20))
                .build();
        DoubleStream values = http.send(request, HttpResponse.BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> line.startsWith(name) && line.contains(label))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)));
        return values.sum();
    }
}
