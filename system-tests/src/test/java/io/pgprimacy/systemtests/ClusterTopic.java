package io.pgprimacy.systemtests;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The log of the sandbox's cluster as any Kafka client sees it, without the product's code. */
final class ClusterTopic {
    static final String NAME = "pgprimacy.cluster.main";

    private ClusterTopic() {}

    static Map<String, Object> settings(SandboxUnderTest sandbox) {
        return Map.of(
                "bootstrap.servers",
                "127.0.0.1:" + sandbox.process("kafka", "kafka").port());
    }

    /** All that it holds now. */
    static List<ConsumerRecord<byte[], byte[]>> records(SandboxUnderTest sandbox) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (var consumer =
                new KafkaConsumer<>(settings(sandbox), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition(NAME, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofSeconds(1)).forEach(records::add);
            }
        }
        return records;
    }

    static Optional<String> header(ConsumerRecord<byte[], byte[]> record, String name) {
        return Optional.ofNullable(record.headers().lastHeader(name))
                .map(h -> new String(h.value(), java.nio.charset.StandardCharsets.UTF_8));
    }
}
