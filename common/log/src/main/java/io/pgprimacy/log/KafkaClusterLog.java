package io.pgprimacy.log;

import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.loop.ClusterLog;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * One cluster's log, read from its beginning. {@link #poll} and {@link #close} belong to one thread; the rest may be called by
 * any.
 *
 * <p>A broker that restarts or fails is waited for, without an end: nothing is lost and no position moves. What does end the
 * reading is a {@link LogHalt}: from then on {@link #poll} returns nothing for ever. Appends still go to the topic of that name, for
 * whoever reads the new one learns from them that it is not the old one.
 */
public final class KafkaClusterLog implements ClusterLog, AutoCloseable {
    /** An agent writes a few records a second; these are minutes of them, and {@link KafkaSettings#APPEND_BOUND} is seconds. */
    private static final int OUTBOX_CAPACITY = 1_024;

    private static final Duration IDENTITY_EVERY = Duration.ofSeconds(5);
    private static final Duration END_EVERY = Duration.ofMillis(100);
    private static final Duration CLOSE_BOUND = Duration.ofMillis(500);

    private final ClusterId cluster;
    private final LogListener listener;
    private final Appender appender;
    private final TopicQueries queries;
    private final TopicReader reader;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Rhythm identityRhythm = new Rhythm(IDENTITY_EVERY);
    private final Rhythm endRhythm = new Rhythm(END_EVERY);
    private final Bell bell = new Bell();

    public KafkaClusterLog(ClusterId cluster, KafkaSettings settings, LogListener listener) {
        EventCodec codec = new EventCodec();
        this.cluster = cluster;
        this.listener = listener;
        this.reader = new TopicReader(cluster, codec, listener);
        this.consumer = new KafkaConsumer<>(
                settings.consumer(KafkaSettings.Scale.ONE_CLUSTER),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        this.queries = new TopicQueries(settings, listener);
        this.appender = new Appender(settings, KafkaSettings.Scale.ONE_CLUSTER, OUTBOX_CAPACITY, codec, listener);
        consumer.assign(List.of(reader.partition));
        consumer.seekToBeginning(List.of(reader.partition));
    }

    @Override
    public void append(ClusterEvent event) {
        appender.append(cluster, event);
    }

    @Override
    public List<LogRecord> poll(Duration atMost) {
        if (halted().isPresent()) {
            bell.await(atMost);
            return List.of();
        }
        ask();
        try {
            ConsumerRecords<byte[], byte[]> fetched = consumer.poll(atMost);
            List<LogRecord> records = reader.read(fetched.records(reader.partition));
            OffsetAndMetadata next = fetched.nextOffsets().get(reader.partition);
            if (next != null) {
                reader.positionIs(next.offset());
            }
            return records;
        } catch (WakeupException e) {
            return List.of();
        } catch (InvalidOffsetException e) {
            reader.halt(LogHalt.Reset.of(reader.readThrough(), e));
            return List.of();
        } catch (InterruptException e) {
            // The thread's interrupt flag is set again; whoever interrupted it decides what follows.
            return List.of();
        } catch (KafkaException e) {
            listener.readFailed(e);
            bell.await(atMost);
            return List.of();
        }
    }

    private void ask() {
        if (!reader.isEndKnown() && endRhythm.isDue()) {
            queries.ends(List.of(reader));
        }
        if (identityRhythm.isDue()) {
            queries.identity(reader);
        }
    }

    /**
     * Also of a log that was exchanged after it had been read to its end: for its reader that is as if the brokers were gone, and what it
     * knows goes on to hold. A decision that cannot be read is another matter: what it changes is not known.
     */
    @Override
    public boolean isCaughtUp() {
        return reader.isCaughtUp()
                && reader.halted().map(LogHalt.Reset.class::isInstance).orElse(true);
    }

    /** Why nothing is read any more, if so. */
    public Optional<LogHalt> halted() {
        return reader.halted();
    }

    /** Ends a poll that is under way, or the next one, at once. */
    public void wakeup() {
        bell.ring();
        consumer.wakeup();
    }

    /** Appends what was handed over, waiting for at most {@link KafkaSettings#APPEND_BOUND} twice. */
    @Override
    public void close() {
        appender.close();
        queries.close();
        consumer.close(CloseOptions.timeout(CLOSE_BOUND));
    }
}
