package io.pgprimacy.log;

import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Heartbeat;
import io.pgprimacy.core.event.RecordKey;
import io.pgprimacy.core.id.ClusterId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What has been handed over for appending and not yet to Kafka's producer: first in, first out, bounded. A heartbeat takes the
 * place of an unsent older one of the same writer, at the end of the queue, so that what was stated before it stays before it.
 */
final class Outbox {
    record Letter(ClusterId cluster, ClusterEvent event, String id, long wallMillis, long nanos) {}

    private record Place(ClusterId cluster, String key) {}

    private final int capacity;
    private final Map<Place, Letter> letters = new LinkedHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private boolean closed;

    Outbox(int capacity) {
        this.capacity = capacity;
    }

    sealed interface Put {
        record Accepted() implements Put {}

        record Superseded(Letter older) implements Put {}

        record Full() implements Put {}

        record Closed() implements Put {}
    }

    Put put(Letter letter) {
        lock.lock();
        try {
            if (closed) {
                return new Put.Closed();
            }
            Letter older = letters.remove(placeOf(letter));
            if (letters.size() >= capacity) {
                return new Put.Full();
            }
            letters.put(placeOf(letter), letter);
            arrived.signal();
            return older == null ? new Put.Accepted() : new Put.Superseded(older);
        } finally {
            lock.unlock();
        }
    }

    /** The oldest letter; empty when there was none within the bound, or none is left after {@link #close}. */
    Optional<Letter> take(long atMostMillis) throws InterruptedException {
        lock.lock();
        try {
            long nanos = TimeUnit.MILLISECONDS.toNanos(atMostMillis);
            while (letters.isEmpty() && !closed && nanos > 0) {
                nanos = arrived.awaitNanos(nanos);
            }
            Iterator<Letter> oldest = letters.values().iterator();
            if (!oldest.hasNext()) {
                return Optional.empty();
            }
            Letter letter = oldest.next();
            oldest.remove();
            return Optional.of(letter);
        } finally {
            lock.unlock();
        }
    }

    boolean isDrained() {
        lock.lock();
        try {
            return closed && letters.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing more; what is there can still be taken. */
    void close() {
        lock.lock();
        try {
            closed = true;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Only heartbeats share a place; anything else has one of its own. */
    private static Place placeOf(Letter letter) {
        String key = letter.event() instanceof Heartbeat heartbeat ? RecordKey.of(heartbeat) : letter.id();
        return new Place(letter.cluster(), key);
    }
}
