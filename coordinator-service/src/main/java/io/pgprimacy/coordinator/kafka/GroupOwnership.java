package io.pgprimacy.coordinator.kafka;

import io.pgprimacy.coordinator.runtime.Ownership;
import io.pgprimacy.core.id.ClusterId;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidSessionTimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.ConsumerAwareRebalanceListener;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;
import org.springframework.kafka.listener.MessageListener;
import org.springframework.kafka.listener.MessageListenerContainer;

/**
 * Ownership by the assignments of a consumer group that fetches nothing. When the brokers refuse the session time-out that was
 * configured, it falls back to one that every broker allows by default: take-over is slower then, and nothing else.
 */
public final class GroupOwnership implements Ownership, SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(GroupOwnership.class);
    private static final String GROUP = "pgprimacy-coordinators";
    private static final Pattern TOPICS = Pattern.compile("pgprimacy\\.cluster\\..*");
    private static final Duration ALLOWED_BY_DEFAULT = Duration.ofSeconds(6);

    private final Map<String, Object> common;
    private final Set<ClusterId> owned = ConcurrentHashMap.newKeySet();
    private Duration session;
    private volatile boolean running;
    private KafkaMessageListenerContainer<byte[], byte[]> container;

    public GroupOwnership(Map<String, Object> clientProperties, String coordinator, Duration session) {
        this.common = new HashMap<>(clientProperties);
        common.put(ConsumerConfig.GROUP_ID_CONFIG, GROUP);
        common.put(ConsumerConfig.CLIENT_ID_CONFIG, coordinator + "-ownership");
        this.session = session;
        this.container = container();
    }

    private KafkaMessageListenerContainer<byte[], byte[]> container() {
        Map<String, Object> all = new HashMap<>(common);
        all.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, Math.toIntExact(session.toMillis()));
        all.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, Math.toIntExact(session.toMillis() / 4));
        all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
        all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        all.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        // A new cluster is noticed by its pattern within that time; until then whoever reads it decides after a second.
        all.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 2000);
        // The others keep what they have while one joins or leaves.
        all.put(
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                java.util.List.of(CooperativeStickyAssignor.class.getName()));
        ContainerProperties properties = new ContainerProperties(TOPICS);
        properties.setMessageListener((MessageListener<byte[], byte[]>) record -> {});
        properties.setConsumerRebalanceListener(new Assignments());
        properties.setPollTimeout(500);
        properties.setMissingTopicsFatal(false);
        // Offsets of this group mean nothing: what is committed would only grow the offsets topic.
        properties.setAckMode(ContainerProperties.AckMode.MANUAL);
        properties.setAssignmentCommitOption(ContainerProperties.AssignmentCommitOption.NEVER);
        KafkaMessageListenerContainer<byte[], byte[]> made = new KafkaMessageListenerContainer<>(
                new DefaultKafkaConsumerFactory<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                properties);
        made.setBeanName("ownership");
        made.setCommonErrorHandler(new Trouble());
        // Only the assignments matter; a paused container keeps its membership and fetches nothing.
        made.pause();
        return made;
    }

    private final class Trouble implements CommonErrorHandler {
        @Override
        public boolean seeksAfterHandling() {
            return false;
        }

        @Override
        public void handleOtherException(
                Exception thrown, Consumer<?, ?> consumer, MessageListenerContainer which, boolean batch) {
            if (causedBySession(thrown)) {
                // Not on the container's own thread, which would wait for itself to stop.
                Thread.ofVirtual().name("ownership-fallback").start(GroupOwnership.this::fallBack);
                return;
            }
            LOG.warn("the group's consumer failed; it goes on: {}", thrown.toString());
        }

        private static boolean causedBySession(Throwable thrown) {
            for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
                if (cause instanceof InvalidSessionTimeoutException) {
                    return true;
                }
            }
            return false;
        }
    }

    private synchronized void fallBack() {
        if (!running || session.compareTo(ALLOWED_BY_DEFAULT) >= 0) {
            return;
        }
        LOG.warn(
                "the brokers allow no session of {}; taking {}. Lower their group.min.session.timeout.ms for a faster take-over",
                session,
                ALLOWED_BY_DEFAULT);
        session = ALLOWED_BY_DEFAULT;
        container.stop();
        container = container();
        container.start();
    }

    private final class Assignments implements ConsumerAwareRebalanceListener {
        @Override
        public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
            for (TopicPartition partition : partitions) {
                if (ClusterId.isClusterTopic(partition.topic())) {
                    owned.add(ClusterId.ofTopic(partition.topic()));
                }
            }
        }

        @Override
        public void onPartitionsRevokedBeforeCommit(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
            drop(partitions);
        }

        @Override
        public void onPartitionsLost(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
            drop(partitions);
        }

        private void drop(Collection<TopicPartition> partitions) {
            for (TopicPartition partition : partitions) {
                if (ClusterId.isClusterTopic(partition.topic())) {
                    owned.remove(ClusterId.ofTopic(partition.topic()));
                }
            }
        }
    }

    @Override
    public boolean owns(ClusterId cluster) {
        return owned.contains(cluster);
    }

    @Override
    public synchronized void start() {
        running = true;
        container.start();
    }

    @Override
    public synchronized void stop() {
        running = false;
        container.stop();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
