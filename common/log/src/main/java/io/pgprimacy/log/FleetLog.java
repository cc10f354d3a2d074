package io.pgprimacy.log;

import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.id.ClusterId;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * The logs of all clusters, for a coordinator. Clusters come and go by themselves with their topics. {@link #poll}, {@link
 * #readAnew} and {@link #close} belong to one thread; the rest may be called by any.
 *
 * <p>A log that is halted (see {@link LogHalt}) stays so, and stays listed, until {@link #readAnew}; the others go on.
 */
public final class FleetLog implements AutoCloseable {
    /** A pulse for each of a few thousand clusters, and some. */
    private static final int OUTBOX_CAPACITY = 8_192;

    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration END_EVERY = Duration.ofMillis(100);
    private static final Duration CLOSE_BOUND = Duration.ofMillis(500);

    /**
     * Each poll of Kafka's consumer looks at every partition it reads: about a millisecond for a thousand. Unpaced, a thousand
     * clusters whose records come one by one would take a whole core; so they are fetched at most every 10 ms, ten every 0.1 ms.
     */
    private static final Duration PACE_PER_CLUSTER = Duration.ofNanos(10_000);

    /** A broker that has just started may not know the newest topics yet, so one listing without a topic proves nothing. */
    private static final int GONE_AFTER_LISTINGS = 5;

    private final LogListener listener;
    private final EventCodec codec = new EventCodec();
    private final Appender appender;
    private final TopicQueries queries;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final ConcurrentSkipListMap<ClusterId, TopicReader> readers = new ConcurrentSkipListMap<>();
    private final SortedMap<ClusterId, Integer> missing = new TreeMap<>();
    private final SortedSet<ClusterId> assigned = new TreeSet<>();
    private final Rhythm lookRhythm = new Rhythm(LOOK_EVERY);
    private final Rhythm endRhythm = new Rhythm(END_EVERY);
    private long polledAt = System.nanoTime();
    private volatile @Nullable SortedMap<ClusterId, Uuid> listing;
    private volatile boolean lookNow;
    private volatile boolean listed;
    private final Bell bell = new Bell();

    public FleetLog(KafkaSettings settings, LogListener listener) {
        this.listener = listener;
        this.consumer = new KafkaConsumer<>(
                settings.consumer(KafkaSettings.Scale.FLEET), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.queries = new TopicQueries(settings, listener);
        this.appender = new Appender(settings, KafkaSettings.Scale.FLEET, OUTBOX_CAPACITY, codec, listener);
    }

    /** Hands the event over for appending and returns at once. */
    public void append(ClusterId cluster, ClusterEvent event) {
        appender.append(cluster, event);
    }

    /** The next records of each cluster that has any, in their order, waiting for at most {@code atMost} while there are none. */
    public SortedMap<ClusterId, List<LogRecord>> poll(Duration atMost) {
        look();
        if (assigned.isEmpty()) {
            bell.await(atMost);
            return Collections.emptySortedMap();
        }
        pace();
        try {
            return read(consumer.poll(atMost));
        } catch (WakeupException e) {
            return Collections.emptySortedMap();
        } catch (InvalidOffsetException e) {
            for (TopicPartition partition : e.partitions()) {
                TopicReader reader = readers.get(ClusterId.ofTopic(partition.topic()));
                if (reader != null) {
                    reader.halt(LogHalt.Reset.of(reader.readThrough(), e));
                }
            }
            reassign();
            return Collections.emptySortedMap();
        } catch (InterruptException e) {
            // The thread's interrupt flag is set again; whoever interrupted it decides what follows.
            return Collections.emptySortedMap();
        } catch (KafkaException e) {
            listener.readFailed(e);
            bell.await(atMost);
            return Collections.emptySortedMap();
        }
    }

    private void pace() {
        long interval = PACE_PER_CLUSTER.multipliedBy(assigned.size()).toNanos();
        long early = polledAt + interval - System.nanoTime();
        if (early > 0) {
            bell.await(Duration.ofNanos(early));
        }
        polledAt = System.nanoTime();
    }

    private SortedMap<ClusterId, List<LogRecord>> read(ConsumerRecords<byte[], byte[]> fetched) {
        SortedMap<ClusterId, List<LogRecord>> out = new TreeMap<>();
        fetched.nextOffsets().forEach((partition, next) -> {
            TopicReader reader = readers.get(ClusterId.ofTopic(partition.topic()));
            if (reader == null) {
                return;
            }
            List<LogRecord> records = reader.read(fetched.records(partition));
            reader.positionIs(next.offset());
            if (!records.isEmpty()) {
                out.put(reader.cluster, records);
            }
        });
        return out;
    }

    /** Takes in what the brokers have answered, and asks again where it is time. */
    private void look() {
        SortedMap<ClusterId, Uuid> answered = listing;
        if (answered != null) {
            listing = null;
            takeIn(answered);
        }
        if (lookNow) {
            lookNow = false;
            lookRhythm.hurry();
        }
        if (lookRhythm.isDue()) {
            queries.clusters(topics -> {
                listing = topics;
                if (!topics.keySet().equals(readers.keySet())) {
                    wakeup();
                }
            });
        }
        if (endRhythm.isDue()) {
            queries.ends(readers.values().stream().filter(r -> !r.isEndKnown()).toList());
        }
    }

    private void takeIn(SortedMap<ClusterId, Uuid> topics) {
        topics.forEach((cluster, id) -> {
            missing.remove(cluster);
            readers.computeIfAbsent(cluster, c -> new TopicReader(c, codec, listener))
                    .topicIdIs(id);
        });
        for (ClusterId cluster : readers.keySet()) {
            if (!topics.containsKey(cluster) && missing.merge(cluster, 1, Integer::sum) >= GONE_AFTER_LISTINGS) {
                missing.remove(cluster);
                readers.remove(cluster);
            }
        }
        reassign();
        listed = true;
    }

    /** What is read already keeps its position; what is new begins at the beginning. */
    private void reassign() {
        SortedMap<ClusterId, TopicPartition> wanted = new TreeMap<>();
        readers.forEach((cluster, reader) -> {
            if (reader.halted().isEmpty()) {
                wanted.put(cluster, reader.partition);
            }
        });
        if (wanted.keySet().equals(assigned)) {
            return;
        }
        SortedMap<ClusterId, TopicPartition> fresh = new TreeMap<>(wanted);
        fresh.keySet().removeAll(assigned);
        appender.introduce(fresh.keySet());
        consumer.assign(wanted.values());
        consumer.seekToBeginning(fresh.values());
        assigned.clear();
        assigned.addAll(wanted.keySet());
        endRhythm.hurry();
    }

    /** Looks for new clusters at once instead of within a second, for whoever has just created one. */
    public void lookForClusters() {
        lookNow = true;
        wakeup();
    }

    /** True once the brokers have said which clusters there are: only then does an empty set mean that there are none. */
    public boolean isListed() {
        return listed;
    }

    /** The clusters that have a log. */
    public SortedSet<ClusterId> clusters() {
        return Collections.unmodifiableSortedSet(readers.keySet());
    }

    /** True once everything that this cluster's log held when it was found has been polled, and while it is not halted. */
    public boolean isCaughtUp(ClusterId cluster) {
        TopicReader reader = readers.get(cluster);
        return reader != null && reader.isCaughtUp() && reader.halted().isEmpty();
    }

    /** Why this cluster's log is not read any more, if so. */
    public Optional<LogHalt> halted(ClusterId cluster) {
        return Optional.ofNullable(readers.get(cluster)).flatMap(TopicReader::halted);
    }

    /** Forgets what was read of this cluster, a halt too, and reads its log from the beginning. */
    public void readAnew(ClusterId cluster) {
        readers.remove(cluster);
        reassign();
        lookForClusters();
    }

    /** Ends a poll that is under way, or the next one, at once. */
    public void wakeup() {
        bell.ring();
        consumer.wakeup();
    }

    @Override
    public void close() {
        appender.close();
        queries.close();
        consumer.close(CloseOptions.timeout(CLOSE_BOUND));
    }
}
