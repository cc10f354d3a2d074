package io.pgprimacy.core.loop;

import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.RecordKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Facts on their way into the log: appended again until they have been read back. */
final class Outbox {
    private static final Duration APPEND_AGAIN_AFTER = Duration.ofSeconds(1);

    private final SortedMap<String, Entry> entries = new TreeMap<>();
    private long puts;

    private record Entry(long order, Fact fact, Optional<Duration> appendedAt) {}

    /** The newest fact with a key replaces an older one that is not in the log yet. */
    void put(Fact fact) {
        String key = RecordKey.of(fact);
        Entry held = entries.get(key);
        if (held == null || !held.fact().equals(fact)) {
            puts++;
            entries.put(key, new Entry(puts, fact, Optional.empty()));
        }
    }

    void readBack(ClusterEvent event) {
        if (event instanceof Fact fact) {
            String key = RecordKey.of(fact);
            Entry held = entries.get(key);
            if (held != null && held.fact().equals(fact)) {
                entries.remove(key);
            }
        }
    }

    /** What is to be appended now, in the order in which it was put. */
    List<Fact> due(Duration now) {
        List<Entry> due = new ArrayList<>();
        for (Entry entry : entries.values()) {
            boolean waits = entry.appendedAt()
                    .map(at -> now.minus(at).compareTo(APPEND_AGAIN_AFTER) < 0)
                    .orElse(false);
            if (!waits) {
                due.add(entry);
            }
        }
        due.sort(java.util.Comparator.comparingLong(Entry::order));
        for (Entry entry : due) {
            entries.put(RecordKey.of(entry.fact()), new Entry(entry.order(), entry.fact(), Optional.of(now)));
        }
        return due.stream().map(Entry::fact).toList();
    }
}
