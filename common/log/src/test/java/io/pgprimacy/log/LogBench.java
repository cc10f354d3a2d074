package io.pgprimacy.log;

import com.sun.management.OperatingSystemMXBean;
import io.pgprimacy.core.event.Heartbeat;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.log.ClusterTopics.Durability;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What the log costs: {@code codec}, {@code latency}, {@code fleet CLUSTERS RECORDS_PER_SECOND}. Not a test, because a number
 * from a busy machine must not fail a build.
 */
final class LogBench {
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private LogBench() {}

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "codec" -> codec();
            case "latency" -> latency();
            case "fleet" -> fleet(Integer.parseInt(args[1]), Integer.parseInt(args[2]));
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    private static Heartbeat.NodeHeartbeat standby(String node, long beat) {
        return new Heartbeat.NodeHeartbeat(
                new NodeId(node),
                "5f3c2a9e",
                beat,
                new Term(7),
                11,
                Optional.empty(),
                new PostgresView.Standby(
                        new TimelineId(4),
                        new Lsn(0x16_B374_D848L + beat),
                        new Lsn(0x16_B374_D000L + beat),
                        true,
                        new PostgresView.Upstream(
                                Optional.of(new NodeId("db-1")), true, Optional.of(Duration.ofMillis(120)))),
                1,
                "");
    }

    private static Heartbeat.NodeHeartbeat primary(String node, long beat) {
        return new Heartbeat.NodeHeartbeat(
                new NodeId(node),
                "77ab01cd",
                beat,
                new Term(7),
                11,
                Optional.of(new Heartbeat.LeaseClaim(new Term(7), Duration.ofSeconds(6))),
                new PostgresView.Primary(
                        new TimelineId(4),
                        new Lsn(0x16_B374_D848L + beat),
                        new PostgresView.WriteProbe.Passed(Duration.ofMillis(3)),
                        List.of(
                                new PostgresView.Downstream("db-2", "streaming", new Lsn(0x16_B374_D848L), "quorum"),
                                new PostgresView.Downstream("db-3", "streaming", new Lsn(0x16_B374_D848L), "quorum")),
                        12),
                1,
                "");
    }

    private static void codec() {
        EventCodec codec = new EventCodec();
        for (Heartbeat event : List.of(standby("db-2", 1), primary("db-1", 1))) {
            ConsumerRecord<byte[], byte[]> record = EventCodecTest.readBack(
                    codec.encode("t", "77ab01cd-17", "agent/db-1", 1_763_800_000_123L, event), 1);
            String name =
                    ((Heartbeat.NodeHeartbeat) event).postgres().getClass().getSimpleName();
            long kept = 0;
            for (int round = 0; round < 6; round++) {
                int times = 100_000;
                long begun = cpuNanos();
                for (int i = 0; i < times; i++) {
                    kept += codec.encode("t", "77ab01cd-17", "agent/db-1", 1_763_800_000_123L, event)
                            .value()
                            .length;
                }
                long encoded = cpuNanos();
                for (int i = 0; i < times; i++) {
                    kept += codec.decode(record).hashCode() == 0 ? 1 : 0;
                }
                long decoded = cpuNanos();
                System.out.printf(
                        "%s, %d bytes: encode %d ns, decode %d ns (%d)%n",
                        name, record.value().length, (encoded - begun) / times, (decoded - encoded) / times, kept % 10);
            }
        }
    }

    private static void latency() throws Exception {
        ClusterId cluster = new ClusterId("latency");
        try (TestBroker broker = TestBroker.start();
                ClusterTopics topics =
                        new ClusterTopics(KafkaSettings.of(broker.bootstrapServers(), "coordinator/c"))) {
            topics.create(cluster, Durability.SANDBOX);
            KafkaSettings settings = KafkaSettings.of(broker.bootstrapServers(), "agent/db-1");
            try (KafkaClusterLog log = new KafkaClusterLog(cluster, settings, LogListener.NONE)) {
                long[] took = new long[2_000];
                for (int i = -500; i < took.length; i++) {
                    long begun = System.nanoTime();
                    log.append(primary("db-1", i + 1_000));
                    List<LogRecord> back = List.of();
                    while (back.isEmpty()) {
                        back = log.poll(Duration.ofSeconds(1));
                    }
                    took[Math.max(0, i)] = System.nanoTime() - begun;
                }
                Arrays.sort(took);
                System.out.printf(
                        "append to read back: p50 %.2f ms, p90 %.2f, p99 %.2f, max %.2f%n",
                        took[1_000] / 1e6, took[1_800] / 1e6, took[1_980] / 1e6, took[1_999] / 1e6);
            }
        }
    }

    /** Load from a producer thread of its own; what is printed is the reading thread's processor time alone. */
    private static void fleet(int clusters, int perSecond) throws Exception {
        try (TestBroker broker = TestBroker.start();
                ClusterTopics topics =
                        new ClusterTopics(KafkaSettings.of(broker.bootstrapServers(), "coordinator/c"))) {
            List<ClusterId> ids = IntStream.range(0, clusters)
                    .mapToObj(i -> new ClusterId("c" + i))
                    .toList();
            ids.forEach(id -> topics.create(id, Durability.SANDBOX));
            KafkaSettings settings = KafkaSettings.of(broker.bootstrapServers(), "coordinator/c1");
            try (FleetLog fleet = new FleetLog(settings, LogListener.NONE);
                    KafkaProducer<byte[], byte[]> load = new KafkaProducer<>(
                            settings.producer(KafkaSettings.Scale.FLEET),
                            new ByteArraySerializer(),
                            new ByteArraySerializer())) {
                long begun = System.nanoTime();
                while (fleet.clusters().size() < clusters || !ids.stream().allMatch(fleet::isCaughtUp)) {
                    fleet.poll(Duration.ofMillis(100));
                }
                System.out.printf("all %d found and caught up in %d ms%n", clusters, millisSince(begun));
                for (ClusterId id : ids) {
                    Thread.ofVirtual().start(() -> known(load, id));
                }
                for (ClusterId id : ids) {
                    while (!known(load, id)) {
                        Thread.onSpinWait();
                    }
                }
                System.out.printf("where they are is known after %d ms%n", millisSince(begun));
                Thread loader = Thread.ofPlatform().daemon().start(() -> load(load, ids, perSecond));
                for (int round = 0; round < 14; round++) {
                    read(fleet);
                }
                loader.interrupt();
                loader.join();
            }
        }
    }

    private static boolean known(KafkaProducer<byte[], byte[]> producer, ClusterId id) {
        try {
            return !producer.partitionsFor(id.topic()).isEmpty();
        } catch (TimeoutException e) {
            return false;
        }
    }

    private static void load(KafkaProducer<byte[], byte[]> producer, List<ClusterId> ids, int perSecond) {
        EventCodec codec = new EventCodec();
        long begun = System.nanoTime();
        for (long sent = 0; !Thread.currentThread().isInterrupted(); sent++) {
            ClusterId id = ids.get((int) (sent % ids.size()));
            Heartbeat event = sent % 3 == 0 ? primary("db-1", sent) : standby("db-2", sent);
            var _ = producer.send(
                    codec.encode(id.topic(), "x-" + sent, "agent/db-1", System.currentTimeMillis(), event));
            LockSupport.parkNanos(begun + sent * 1_000_000_000L / perSecond - System.nanoTime());
        }
    }

    private static void read(FleetLog fleet) {
        long cpu = cpuNanos();
        long whole = SYSTEM.getProcessCpuTime();
        long begun = System.nanoTime();
        long records = 0;
        long polls = 0;
        long late = 0;
        while (millisSince(begun) < 5_000) {
            for (List<LogRecord> read : fleet.poll(Duration.ofMillis(100)).values()) {
                records += read.size();
                late += read.stream()
                        .mapToLong(r -> System.currentTimeMillis() - r.writtenAtMillis())
                        .sum();
            }
            polls++;
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        System.out.printf(
                "%.0f records/s in %.0f polls/s, %d ms old on average; reading thread %.0f %% of a core, process with load %.0f %%%n",
                records / seconds,
                polls / seconds,
                late / Math.max(1, records),
                (cpuNanos() - cpu) / 1e7 / seconds,
                (SYSTEM.getProcessCpuTime() - whole) / 1e7 / seconds);
    }

    /** Of this thread: a busy machine stretches wall time, not this. */
    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static long millisSince(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }
}
