package io.pgprimacy.log;

import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.log.Outbox.Letter;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends on a thread of its own, because Kafka's producer blocks its caller while it knows no broker, and a lease cannot wait
 * for that. Nothing is tried again from here: the loops are level-triggered and state anew whatever still holds.
 */
final class Appender implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Appender.class);
    private static final long IDLE_MILLIS = 1_000;

    private final EventCodec codec;
    private final LogListener listener;
    private final String writer;
    private final Outbox outbox;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Thread thread;
    private final AtomicLong count = new AtomicLong();

    /** Tells the records of this start of the process from those of an earlier one. */
    private final String start = HexFormat.of().toHexDigits(new SecureRandom().nextLong());

    Appender(KafkaSettings settings, KafkaSettings.Scale scale, int capacity, EventCodec codec, LogListener listener) {
        this.codec = codec;
        this.listener = listener;
        this.writer = settings.writer();
        this.outbox = new Outbox(capacity);
        this.producer =
                new KafkaProducer<>(settings.producer(scale), new ByteArraySerializer(), new ByteArraySerializer());
        this.thread = Thread.ofPlatform().daemon().name("log-appender").start(this::run);
    }

    void append(ClusterId cluster, ClusterEvent event) {
        Letter letter = new Letter(
                cluster, event, start + "-" + count.incrementAndGet(), System.currentTimeMillis(), System.nanoTime());
        switch (outbox.put(letter)) {
            case Outbox.Put.Accepted a -> {}
            case Outbox.Put.Superseded s ->
                listener.superseded(cluster, s.older().event());
            case Outbox.Put.Full f ->
                listener.appendFailed(cluster, event, new IllegalStateException("too many appends are waiting"));
            case Outbox.Put.Closed c ->
                listener.appendFailed(cluster, event, new IllegalStateException("the log is closed"));
        }
    }

    /**
     * Learns where these clusters' topics are, all at the same time. Left to the first append to each, a coordinator that
     * starts would ask for a thousand topics one after the other, and every append would wait behind that.
     */
    void introduce(Collection<ClusterId> clusters) {
        for (ClusterId cluster : clusters) {
            Thread.ofVirtual().start(() -> {
                try {
                    producer.partitionsFor(cluster.topic());
                } catch (KafkaException | IllegalStateException e) {
                    // Then the first append asks. Not known yet, or closed meanwhile.
                }
            });
        }
    }

    private void run() {
        try {
            while (!outbox.isDrained()) {
                Optional<Letter> letter = outbox.take(IDLE_MILLIS);
                letter.ifPresent(this::sendOrSay);
            }
        } catch (InterruptedException e) {
            // Only close() interrupts, after its time to drain is over.
            Thread.currentThread().interrupt();
        }
    }

    /** This thread must outlive a listener that breaks its promise: without it nothing is appended, and the node fences itself. */
    private void sendOrSay(Letter letter) {
        try {
            send(letter);
        } catch (RuntimeException e) {
            LOG.error("appending {} of {} went wrong", letter.event(), letter.cluster(), e);
        }
    }

    private void send(Letter letter) {
        if (age(letter).compareTo(KafkaSettings.APPEND_BOUND) > 0) {
            failed(letter, new TimeoutException("it waited too long for a broker"));
            return;
        }
        try {
            // The callback says the same as the future.
            var _ = producer.send(
                    codec.encode(letter.cluster().topic(), letter.id(), writer, letter.wallMillis(), letter.event()),
                    (metadata, exception) -> {
                        if (exception == null) {
                            listener.appended(letter.cluster(), letter.event(), age(letter));
                        } else {
                            failed(letter, exception);
                        }
                    });
        } catch (RuntimeException e) {
            failed(letter, e);
        }
    }

    private void failed(Letter letter, Exception cause) {
        listener.appendFailed(letter.cluster(), letter.event(), cause);
    }

    private static Duration age(Letter letter) {
        return Duration.ofNanos(System.nanoTime() - letter.nanos());
    }

    /** Sends what was handed over, the last heartbeat of an agent that restarts above all, and waits for it within the bound. */
    @Override
    public void close() {
        outbox.close();
        try {
            thread.join(KafkaSettings.APPEND_BOUND);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        thread.interrupt();
        producer.close(KafkaSettings.APPEND_BOUND);
    }
}
