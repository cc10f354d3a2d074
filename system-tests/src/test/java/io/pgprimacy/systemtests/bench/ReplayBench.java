package io.pgprimacy.systemtests.bench;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.log.EventCodec;
import io.pgprimacy.systemtests.Eventually;
import io.pgprimacy.systemtests.HostProcess;
import io.pgprimacy.systemtests.Processes;
import io.pgprimacy.systemtests.SandboxUnderTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import picocli.CommandLine.Option;

/** Logs to which years are added, and who begins to read them then. */
@picocli.CommandLine.Command(
        name = "replay",
        description = "How long a coordinator and an agent that start read what years have left in the log.")
final class ReplayBench implements Callable<Integer> {
    private static final Duration BOUND = Duration.ofMinutes(10);
    private static final int NODES = 3;
    private static final int DAYS_OF_A_YEAR = 365;

    @Option(names = "--clusters", defaultValue = "20", description = "Of this age (default: ${DEFAULT-VALUE}).")
    int clusters;

    @Option(names = "--years", defaultValue = "10", description = "(default: ${DEFAULT-VALUE}).")
    int years;

    @Override
    public Integer call() throws Exception {
        try (SandboxUnderTest sandbox = SandboxUnderTest.up(SandboxUnderTest.Options.ASYNCHRONOUS.withNodes(1));
                SyntheticFleet fleet = SyntheticFleet.start(sandbox, clusters, NODES, 1)) {
            Machine machine = Machine.now(sandbox);
            System.out.println("%d clusters; %d processors, load %s; commit %s"
                    .formatted(clusters, machine.processors(), machine.load(), machine.commit()));
            measure("young", sandbox, fleet);
            age(SyntheticFleet.brokers(sandbox), fleet);
            measure("after " + years + " years", sandbox, fleet);
            System.out.println("load " + Machine.loadAverages() + " at the end");
        }
        return 0;
    }

    private void measure(String age, SandboxUnderTest sandbox, SyntheticFleet fleet) throws Exception {
        System.out.println(age + ": a coordinator " + coordinator(sandbox, fleet));
        String brokers = SyntheticFleet.brokers(sandbox);
        for (int i = 0; i < 3; i++) {
            System.out.println(age + ": one cluster's reader " + reader(brokers, fleet.first()));
        }
    }

    /** From its start until it decides for all of them. */
    private String coordinator(SandboxUnderTest sandbox, SyntheticFleet fleet) throws IOException {
        Processes.signal("KILL", List.of(coordinatorOf(sandbox).pid()));
        long begun = System.nanoTime();
        sandbox.run("sandbox", "start", fleet.coordinator().host()).expectSuccess();
        Eventually.until("all clusters live", BOUND, () -> fleet.metric("pgprimacy_clusters_live", "") >= clusters + 1);
        HostProcess process = coordinatorOf(sandbox);
        return "decides for all of them %.1f s after its start, processor time %.1f s, PSS %.0f MB"
                .formatted(
                        (System.nanoTime() - begun) / 1e9,
                        Processes.cpuOf(process.pid()).toMillis() / 1e3,
                        Processes.pssOf(process.pid()) / 1e6);
    }

    private static HostProcess coordinatorOf(SandboxUnderTest sandbox) {
        return sandbox.ps().stream()
                .filter(p -> p.kind().equals("coordinator"))
                .findFirst()
                .orElseThrow();
    }

    /** In a JVM of its own, as an agent that starts. */
    private static String reader(String brokers, ClusterId cluster) {
        return Machine.java(
                "-cp", System.getProperty("java.class.path"), FoldedLog.class.getName(), brokers, cluster.value());
    }

    private void age(String brokers, SyntheticFleet fleet) throws Exception {
        AtomicLong bytes = new AtomicLong();
        long records = 0;
        EventCodec codec = new EventCodec();
        Map<String, Object> settings = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                brokers,
                ProducerConfig.ACKS_CONFIG,
                "all",
                ProducerConfig.LINGER_MS_CONFIG,
                20);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (ClusterId cluster : fleet.ids()) {
                ClusterState state = FoldedLog.read(brokers, cluster).state();
                NodeId standby = state.nodes().lastKey();
                List<Future<RecordMetadata>> sent = new ArrayList<>();
                records += new YearsOfWork(state, standby, (id, event) -> {
                            var record = codec.encode(cluster.topic(), id, "bench", System.currentTimeMillis(), event);
                            bytes.addAndGet(record.value().length);
                            sent.add(producer.send(record));
                        })
                        .write(years * DAYS_OF_A_YEAR);
                for (Future<RecordMetadata> each : sent) {
                    each.get();
                }
            }
        }
        System.out.printf(
                "%d years of one cluster: %d records, %.0f MB%n",
                years, records / clusters, bytes.get() / 1e6 / clusters);
    }
}
