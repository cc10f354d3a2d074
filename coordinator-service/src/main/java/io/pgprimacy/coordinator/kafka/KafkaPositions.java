package io.pgprimacy.coordinator.kafka;

import io.pgprimacy.coordinator.webhook.Positions;
import io.pgprimacy.core.id.ClusterId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A receiver's place is what Kafka has such a thing for: the committed offset of a consumer group of its own, so `kafka-consumer-groups` shows how far behind
 * it is. The group has no members; the incident that is open is the commit's metadata.
 */
public final class KafkaPositions implements Positions, AutoCloseable {
    private static final String GROUP = "pgprimacy-webhook-";
    private static final Duration BOUND = Duration.ofSeconds(5);

    private final String coordinator;
    private final Map<String, Object> common;
    private final Map<String, KafkaConsumer<byte[], byte[]>> consumers = new HashMap<>();

    public KafkaPositions(Map<String, Object> clientProperties, String coordinator) {
        this.coordinator = coordinator;
        this.common = new HashMap<>(clientProperties);
        common.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        common.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    }

    @Override
    public synchronized Optional<Place> of(String webhook, ClusterId cluster) {
        TopicPartition log = log(cluster);
        return Optional.ofNullable(
                        consumer(webhook).committed(Set.of(log), BOUND).get(log))
                .map(found -> new Place(
                        found.offset() - 1, Optional.of(found.metadata()).filter(incident -> !incident.isEmpty())));
    }

    @Override
    public synchronized void remember(String webhook, ClusterId cluster, Place place) {
        OffsetAndMetadata next =
                new OffsetAndMetadata(place.offset() + 1, place.incident().orElse(""));
        consumer(webhook).commitSync(Map.of(log(cluster), next), BOUND);
    }

    private static TopicPartition log(ClusterId cluster) {
        return new TopicPartition(cluster.topic(), 0);
    }

    private KafkaConsumer<byte[], byte[]> consumer(String webhook) {
        return consumers.computeIfAbsent(webhook, name -> {
            Map<String, Object> all = new HashMap<>(common);
            all.put(ConsumerConfig.GROUP_ID_CONFIG, GROUP + name);
            all.put(ConsumerConfig.CLIENT_ID_CONFIG, coordinator + "-webhook-" + name);
            return new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        });
    }

    @Override
    public synchronized void close() {
        consumers.values().forEach(consumer -> consumer.close());
        consumers.clear();
    }
}
