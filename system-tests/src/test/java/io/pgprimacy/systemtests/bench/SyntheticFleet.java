package io.pgprimacy.systemtests.bench;

import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Heartbeat;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.log.ClusterTopics;
import io.pgprimacy.log.FleetLog;
import io.pgprimacy.log.KafkaSettings;
import io.pgprimacy.log.LogListener;
import io.pgprimacy.systemtests.Command;
import io.pgprimacy.systemtests.Eventually;
import io.pgprimacy.systemtests.HostProcess;
import io.pgprimacy.systemtests.SandboxUnderTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The sandbox's own coordinator and broker, and beside the sandbox's cluster many whose agents are made up. The coordinator is confined
 * to one processor; the load and the broker have what is left of the machine.
 */
final class SyntheticFleet implements AutoCloseable {
    private static final Duration SETUP_BOUND = Duration.ofMinutes(5);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final List<SyntheticCluster> clusters;
    private final int nodes;
    private final HostProcess coordinator;
    private final FleetLog log;
    private final Thread load;
    private volatile boolean ended;

    private SyntheticFleet(SandboxUnderTest sandbox, int clusters, int nodes, int perSecond) {
        this.clusters = IntStream.range(0, clusters)
                .mapToObj(i -> SyntheticCluster.of(i, nodes))
                .toList();
        this.nodes = nodes;
        coordinator = process(sandbox, "coordinator");
        KafkaSettings settings = KafkaSettings.of(brokers(sandbox), "agent/bench");
        confine(coordinator.pid());
        log = new FleetLog(settings, failures());
        create(settings);
        load = Thread.ofPlatform().name("load").start(() -> beat(perSecond));
    }

    /** Returns when the coordinator has created all of them, and their agents beat. */
    static SyntheticFleet start(SandboxUnderTest sandbox, int clusters, int nodes, int perSecond) {
        return new SyntheticFleet(sandbox, clusters, nodes, perSecond);
    }

    /** As it was found; where it has been restarted since, {@code sandbox.ps()} knows the new process. */
    HostProcess coordinator() {
        return coordinator;
    }

    /** Heartbeats. */
    long sent() {
        return sent.get();
    }

    /** Heartbeats. */
    long failed() {
        return failed.get();
    }

    ClusterId first() {
        return clusters.getFirst().id();
    }

    List<ClusterId> ids() {
        return clusters.stream().map(SyntheticCluster::id).toList();
    }

    static String brokers(SandboxUnderTest sandbox) {
        return "127.0.0.1:" + process(sandbox, "kafka").port();
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
                if (event instanceof Heartbeat) {
                    failed.incrementAndGet();
                } else {
                    // Nobody says it a second time; on a slow machine a new topic is not found in time at first.
                    log.append(cluster, event);
                }
            }
        };
    }

    private void create(KafkaSettings settings) {
        long begun = System.nanoTime();
        try (ClusterTopics topics = new ClusterTopics(settings)) {
            clusters.forEach(c -> topics.create(c.id(), ClusterTopics.Durability.SANDBOX));
        }
        // In portions: each waits for its decisions, so that the outbox never overflows.
        int done = 0;
        for (SyntheticCluster cluster : clusters) {
            cluster.announcement().forEach(e -> log.append(cluster.id(), e));
            if (++done % 100 == 0 || done == clusters.size()) {
                awaitDecisions("C1", done + 1);
            }
        }
        done = 0;
        for (SyntheticCluster cluster : clusters) {
            cluster.birth().forEach(e -> log.append(cluster.id(), e));
            if (++done % 100 == 0 || done == clusters.size()) {
                awaitDecisions("M1", (long) done * (nodes - 1));
            }
        }
        System.err.printf("%d clusters created in %.1f s%n", clusters.size(), (System.nanoTime() - begun) / 1e9);
    }

    private void awaitDecisions(String rule, long atLeast) {
        Eventually.until(
                atLeast + " decisions by " + rule,
                SETUP_BOUND,
                () -> metric("pgprimacy_decisions_total", "rule=\"" + rule + "\"") >= atLeast);
    }

    private void beat(int perSecond) {
        long perRound = (long) clusters.size() * nodes;
        long begun = System.nanoTime();
        for (long i = 0; !ended; i++) {
            SyntheticCluster cluster = clusters.get((int) (i % clusters.size()));
            int node = (int) (i / clusters.size() % nodes);
            log.append(cluster.id(), cluster.heartbeat(node, 1 + i / perRound));
            sent.incrementAndGet();
            LockSupport.parkNanos(begun + i * 1_000_000_000L / (perRound * perSecond) - System.nanoTime());
        }
    }

    /** The sum over all lines of that name that hold {@code label}. */
    double metric(String name, String label) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(coordinator.url() + "/actuator/prometheus"))
                .timeout(Duration.ofSeconds(20))
                .build();
        DoubleStream values = http.send(request, HttpResponse.BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> line.startsWith(name) && line.contains(label))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)));
        return values.sum();
    }

    @Override
    public void close() {
        ended = true;
        try {
            load.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        log.close();
    }
}
