package io.pgprimacy.log;

import io.pgprimacy.core.id.ClusterId;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads what a cluster's topic holds at this moment, as it lies there, by a consumer of its own for each time. */
public final class TopicExport {
    private static final Duration ANSWER_BOUND = Duration.ofSeconds(5);
    private static final Duration STALLED_AFTER = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration CLOSE_BOUND = Duration.ofMillis(500);

    private final KafkaSettings settings;

    public TopicExport(KafkaSettings settings) {
        this.settings = settings;
    }

    /** Takes the lines, in the order of the log, the trailer last. */
    @FunctionalInterface
    public interface Sink {
        void take(String line) throws IOException;
    }

    /** Takes the records, in the order of the log, without links of the chain; false where it wants no more. */
    @FunctionalInterface
    public interface Records {
        boolean take(ExportLine record) throws IOException;
    }

    /** Throws {@link org.apache.kafka.common.KafkaException} where the brokers do not give it. */
    public void read(ClusterId cluster, Sink sink) throws IOException {
        RecordChain chain = new RecordChain();
        long[] records = {0};
        long[] through = {-1};
        records(cluster, 0, line -> {
            sink.take(line.withChain(chain.next(line)).write());
            records[0]++;
            through[0] = line.offset();
            return true;
        });
        sink.take(new ExportTrailer(cluster.value(), records[0], through[0], chain.head()).write());
    }

    /**
     * From that offset on. Returns the offset behind the last record that the topic had when it was asked; where that is before {@code from},
     * nothing was read. Throws as {@link #read} does.
     */
    public long records(ClusterId cluster, long from, Records sink) throws IOException {
        TopicPartition partition = new TopicPartition(cluster.topic(), 0);
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        try {
            consumer.assign(List.of(partition));
            @Nullable
            Long end = consumer.endOffsets(List.of(partition), ANSWER_BOUND).get(partition);
            if (from == 0) {
                consumer.seekToBeginning(List.of(partition));
            } else {
                consumer.seek(partition, from);
            }
            read(cluster, consumer, partition, end == null ? 0 : end, sink);
            return end == null ? 0 : end;
        } finally {
            consumer.close(CloseOptions.timeout(CLOSE_BOUND));
        }
    }

    private static void read(
            ClusterId cluster, KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, long end, Records sink)
            throws IOException {
        long position = consumer.position(partition, ANSWER_BOUND);
        long movedAt = System.nanoTime();
        while (position < end) {
            ConsumerRecords<byte[], byte[]> fetched = consumer.poll(POLL);
            for (ConsumerRecord<byte[], byte[]> record : fetched.records(partition)) {
                if (record.offset() < end && !sink.take(ExportLine.of(cluster, record))) {
                    return;
                }
            }
            long next = consumer.position(partition, ANSWER_BOUND);
            if (next > position) {
                position = next;
                movedAt = System.nanoTime();
            } else if (System.nanoTime() - movedAt > STALLED_AFTER.toNanos()) {
                throw new TimeoutException("the brokers have given nothing for " + STALLED_AFTER.toSeconds()
                        + " s after offset " + (position - 1));
            }
        }
    }

    private Map<String, Object> properties() {
        Map<String, Object> properties = new TreeMap<>(settings.consumer(KafkaSettings.Scale.ONE_CLUSTER));
        properties.put("client.id", properties.get("client.id") + "-export");
        return properties;
    }
}
