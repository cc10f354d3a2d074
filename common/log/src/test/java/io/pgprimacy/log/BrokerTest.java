package io.pgprimacy.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Heartbeat;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.log.ClusterTopics.Durability;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;

/**
 * What the tests against a real broker share: one broker for all of them, a topic for each, and waiting with a bound. The broker
 * ends with this process, whatever becomes of the tests (see {@link BrokerMain}).
 */
abstract class BrokerTest {
    static final Duration BOUND = Duration.ofMinutes(1);
    static final Duration SHORT = Duration.ofMillis(100);

    static TestBroker broker;
    static ClusterTopics topics;

    ClusterId cluster;

    @BeforeAll
    static void startBroker() throws Exception {
        if (broker != null) {
            return;
        }
        broker = TestBroker.start();
        topics = new ClusterTopics(KafkaSettings.of(broker.bootstrapServers(), "coordinator/test"));
        // For all classes, so it ends with the process.
        Runtime.getRuntime().addShutdownHook(new Thread(broker::closeQuietly));
    }

    @BeforeEach
    void createTopic(TestInfo test) {
        String name = test.getTestMethod().orElseThrow().getName().toLowerCase(java.util.Locale.ROOT);
        cluster = new ClusterId(name.substring(0, Math.min(60, name.length())));
        topics.create(cluster, Durability.SANDBOX);
    }

    KafkaClusterLog log(String writer, LogListener listener) {
        return new KafkaClusterLog(cluster, KafkaSettings.of(broker.bootstrapServers(), writer), listener);
    }

    /** The first append of a process may be lost while it looks for its broker; here each one must arrive. */
    KafkaClusterLog connected(String writer) {
        KafkaClusterLog log = log(writer, LogListener.NONE);
        readUntil(log, records -> {
            log.append(new Heartbeat.CoordinatorPulse(writer.replace('/', '-'), 1));
            return records.stream().anyMatch(r -> r.writer().equals(writer));
        });
        return log;
    }

    static List<LogRecord> factsUntil(KafkaClusterLog log, int count) {
        List<LogRecord> facts = new ArrayList<>();
        await(() -> {
            log.poll(SHORT).stream().filter(r -> r.event() instanceof Fact).forEach(facts::add);
            return facts.size() >= count;
        });
        return facts;
    }

    static FleetLog fleet() {
        return new FleetLog(KafkaSettings.of(broker.bootstrapServers(), "coordinator/c1"), LogListener.NONE);
    }

    static Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    /** A deletion goes on for a moment after it was answered. */
    void createAgain(Admin admin) throws Exception {
        await(() -> {
            try {
                return !admin.listTopics().names().get(20, TimeUnit.SECONDS).contains(cluster.topic());
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        topics.create(cluster, Durability.SANDBOX);
    }

    static KafkaProducer<byte[], byte[]> stranger() {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    void send(KafkaProducer<byte[], byte[]> producer, String type) throws Exception {
        RecordHeaders headers = new RecordHeaders();
        Map.of("ce_specversion", "1.0", "ce_id", "1", "ce_source", "x", "ce_type", type)
                .forEach((k, v) ->
                        headers.add(new RecordHeader(k, v.getBytes(java.nio.charset.StandardCharsets.UTF_8))));
        producer.send(new ProducerRecord<>(cluster.topic(), 0, new byte[] {1}, new byte[] {'{', '}'}, headers))
                .get(20, TimeUnit.SECONDS);
    }

    static List<LogRecord> readUntil(KafkaClusterLog log, java.util.function.Predicate<List<LogRecord>> enough) {
        List<LogRecord> read = new ArrayList<>();
        await(() -> {
            read.addAll(log.poll(SHORT));
            return enough.test(read);
        });
        return read;
    }

    static List<LogRecord> readUntil(
            FleetLog log, ClusterId cluster, java.util.function.Predicate<List<LogRecord>> enough) {
        List<LogRecord> read = new ArrayList<>();
        await(() -> {
            read.addAll(log.poll(SHORT).getOrDefault(cluster, List.of()));
            return enough.test(read);
        });
        return read;
    }

    static void readWhile(KafkaClusterLog log, BooleanSupplier more) {
        await(() -> {
            log.poll(SHORT);
            return !more.getAsBoolean();
        });
    }

    static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + BOUND.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited for " + BOUND).isLessThan(deadline);
        }
    }

    static ClusterEvent prepared(String node, long term) {
        return new Fact.SwitchoverPrepared(new NodeId(node), new Term(term));
    }

    static List<ClusterEvent> termsInOrder(String node, int terms) {
        return LongStream.rangeClosed(1, terms).mapToObj(t -> prepared(node, t)).toList();
    }

    static ClusterEvent beat(long beat) {
        return new Heartbeat.CoordinatorPulse("c1", beat);
    }

    static final class Recorder implements LogListener {
        final List<ClusterEvent> failed = new CopyOnWriteArrayList<>();
        final List<ClusterEvent> superseded = new CopyOnWriteArrayList<>();
        final List<Decoded.Unreadable> skipped = new CopyOnWriteArrayList<>();
        final List<LogHalt> halts = new CopyOnWriteArrayList<>();

        @Override
        public void appendFailed(ClusterId cluster, ClusterEvent event, Exception cause) {
            failed.add(event);
        }

        @Override
        public void superseded(ClusterId cluster, ClusterEvent event) {
            superseded.add(event);
        }

        @Override
        public void skipped(ClusterId cluster, Decoded.Unreadable record) {
            skipped.add(record);
        }

        @Override
        public void halted(ClusterId cluster, LogHalt halt) {
            halts.add(halt);
        }
    }
}
