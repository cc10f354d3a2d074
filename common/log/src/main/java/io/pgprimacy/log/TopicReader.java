package io.pgprimacy.log;

import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.id.ClusterId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * How far one topic has been read, and whether it may be read further. Records are read by one thread; what the brokers say of
 * the topic comes in on others.
 */
final class TopicReader {
    private static final Logger LOG = LoggerFactory.getLogger(TopicReader.class);
    private static final long UNKNOWN = -1;
    private static final int WARNED_TYPES = 64;

    final ClusterId cluster;
    final TopicPartition partition;
    private final EventCodec codec;
    private final LogListener listener;

    private final Set<String> warned = new HashSet<>();

    private volatile long next;
    private volatile long endAtStart = UNKNOWN;
    private volatile @Nullable Uuid topicId;
    private volatile @Nullable LogHalt halt;

    TopicReader(ClusterId cluster, EventCodec codec, LogListener listener) {
        this.cluster = cluster;
        this.partition = new TopicPartition(cluster.topic(), 0);
        this.codec = codec;
        this.listener = listener;
    }

    /** What was fetched, up to the first decision that cannot be read. */
    List<LogRecord> read(List<ConsumerRecord<byte[], byte[]>> fetched) {
        List<LogRecord> records = new ArrayList<>(fetched.size());
        for (ConsumerRecord<byte[], byte[]> record : fetched) {
            if (halt != null) {
                break;
            }
            if (record.offset() < next) {
                halt(new LogHalt.Reset(next - 1, "a record came with offset " + record.offset()));
                break;
            }
            next = record.offset() + 1;
            switch (codec.decode(record)) {
                case Decoded.Known known -> records.add(known.record());
                case Decoded.Unreadable unreadable -> leaveOut(unreadable);
            }
        }
        return records;
    }

    private void leaveOut(Decoded.Unreadable record) {
        if (record.decision()) {
            halt(new LogHalt.UnreadableDecision(record.offset(), record.type(), record.reason()));
        } else {
            // Once for each type: a newer member's heartbeat comes twice a second.
            boolean first = warned.size() < WARNED_TYPES && warned.add(record.type());
            LOG.atLevel(first ? Level.WARN : Level.DEBUG)
                    .log(
                            "{}: skipped the record at offset {} ({}): {}",
                            cluster,
                            record.offset(),
                            record.type(),
                            record.reason());
            listener.skipped(cluster, record);
        }
    }

    /** Where the next fetch goes on, which may be further than the last record where compaction has left nothing. */
    void positionIs(long position) {
        if (halt == null && position > next) {
            next = position;
        }
    }

    long readThrough() {
        return next - 1;
    }

    boolean isEndKnown() {
        return endAtStart != UNKNOWN;
    }

    void endIs(long end) {
        if (endAtStart == UNKNOWN) {
            endAtStart = end;
        }
    }

    /** A halt changes nothing about that: what was read before stays read. */
    boolean isCaughtUp() {
        return endAtStart != UNKNOWN && next >= endAtStart;
    }

    /** The first answer says which topic this is; another one later says that it has been replaced. */
    void topicIdIs(Uuid id) {
        Uuid known = topicId;
        if (known == null) {
            topicId = id;
        } else if (!known.equals(id)) {
            halt(new LogHalt.Reset(readThrough(), "the topic was deleted and created anew"));
        }
    }

    void halt(LogHalt reason) {
        synchronized (this) {
            if (halt != null) {
                return;
            }
            halt = reason;
        }
        LOG.error("{}: {}", cluster, reason.sentence());
        listener.halted(cluster, reason);
    }

    Optional<LogHalt> halted() {
        return Optional.ofNullable(halt);
    }
}
