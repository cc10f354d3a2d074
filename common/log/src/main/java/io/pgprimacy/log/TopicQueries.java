package io.pgprimacy.log;

import io.pgprimacy.core.id.ClusterId;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicListing;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * What a reader asks the brokers beside fetching. Every answer comes later on another thread, so that a broker that does not
 * answer never holds up the reading; one question of each kind is under way at a time, and each answer is asked for again.
 */
final class TopicQueries implements AutoCloseable {
    /** Until a question is given up, so that it can be asked again. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Duration CLOSE_BOUND = Duration.ofMillis(500);

    private final Admin admin;
    private final LogListener listener;
    private final AtomicBoolean endsAsked = new AtomicBoolean();
    private final AtomicBoolean idAsked = new AtomicBoolean();
    private final AtomicBoolean clustersAsked = new AtomicBoolean();

    TopicQueries(KafkaSettings settings, LogListener listener) {
        this.admin = Admin.create(settings.admin(PATIENCE));
        this.listener = listener;
    }

    /** Tells each reader where its topic ends now. */
    void ends(Collection<TopicReader> readers) {
        if (readers.isEmpty() || !endsAsked.compareAndSet(false, true)) {
            return;
        }
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        readers.forEach(r -> latest.put(r.partition, OffsetSpec.latest()));
        ListOffsetsResult asked = admin.listOffsets(latest);
        for (TopicReader reader : readers) {
            // A topic that has just been deleted must not keep the others from their answers.
            onAnswer(asked.partitionResult(reader.partition), (end, failure) -> {
                if (end != null) {
                    reader.endIs(end.offset());
                }
            });
        }
        onAnswer(asked.all(), (all, failure) -> {
            endsAsked.set(false);
            report(failure);
        });
    }

    /** Tells the reader the topic's identity, which changes when a topic is deleted and created anew under its old name. */
    void identity(TopicReader reader) {
        if (!idAsked.compareAndSet(false, true)) {
            return;
        }
        List<String> topic = List.of(reader.partition.topic());
        onAnswer(admin.describeTopics(topic).allTopicNames(), (topics, failure) -> {
            idAsked.set(false);
            report(failure);
            if (topics != null) {
                topics.values().forEach(found -> reader.topicIdIs(found.topicId()));
            }
        });
    }

    /** All clusters that have a topic, with its identity. */
    void clusters(Consumer<SortedMap<ClusterId, Uuid>> answer) {
        if (!clustersAsked.compareAndSet(false, true)) {
            return;
        }
        onAnswer(admin.listTopics().listings(), (listings, failure) -> {
            clustersAsked.set(false);
            report(failure);
            if (listings != null) {
                answer.accept(clustersOf(listings));
            }
        });
    }

    private static <T> void onAnswer(KafkaFuture<T> asked, BiConsumer<@Nullable T, @Nullable Throwable> then) {
        var _ = asked.whenComplete(then::accept);
    }

    private static SortedMap<ClusterId, Uuid> clustersOf(Collection<TopicListing> listings) {
        SortedMap<ClusterId, Uuid> found = new TreeMap<>();
        for (TopicListing topic : listings) {
            if (ClusterId.isClusterTopic(topic.name())) {
                found.put(ClusterId.ofTopic(topic.name()), topic.topicId());
            }
        }
        return found;
    }

    private void report(@Nullable Throwable failure) {
        if (failure != null) {
            listener.readFailed(failure instanceof Exception e ? e : new IllegalStateException(failure));
        }
    }

    @Override
    public void close() {
        admin.close(CLOSE_BOUND);
    }
}
