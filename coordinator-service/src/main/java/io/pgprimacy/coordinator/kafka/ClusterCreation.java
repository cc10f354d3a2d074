package io.pgprimacy.coordinator.kafka;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.retry.Retry;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.log.ClusterTopics;
import io.pgprimacy.log.ClusterTopics.Durability;
import io.pgprimacy.log.TopicWeakness;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the topic that holds a new cluster's log. Creating it twice is creating it once, so a failed try is repeated; when the
 * brokers do not answer at all, the breaker lets callers know at once instead of after the bound.
 */
public final class ClusterCreation implements AutoCloseable, io.pgprimacy.coordinator.api.TopicMaker {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterCreation.class);

    private final ClusterTopics topics;
    private final KafkaClusterLogs logs;
    private final Durability durability;
    private final boolean sandbox;
    private final Retry retry;
    private final CircuitBreaker breaker;

    public ClusterCreation(
            ClusterTopics topics,
            KafkaClusterLogs logs,
            Durability durability,
            boolean sandbox,
            Retry retry,
            CircuitBreaker breaker) {
        this.topics = topics;
        this.logs = logs;
        this.durability = durability;
        this.sandbox = sandbox;
        this.retry = retry;
        this.breaker = breaker;
    }

    @Override
    public void make(ClusterId cluster) {
        Supplier<List<TopicWeakness>> making = () -> {
            topics.create(cluster, durability);
            return topics.check(cluster, sandbox);
        };
        List<TopicWeakness> tolerated = CircuitBreaker.decorateSupplier(breaker, Retry.decorateSupplier(retry, making))
                .get();
        for (TopicWeakness weakness : tolerated) {
            LOG.warn("SANDBOX ONLY: topic {} {}", cluster.topic(), weakness.sentence());
        }
        logs.lookForClusters();
    }

    @Override
    public void close() {
        topics.close();
    }
}
