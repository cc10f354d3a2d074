package io.pgprimacy.coordinator.runtime;

import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.RecordKey;
import io.pgprimacy.core.explain.LogEntry;
import io.pgprimacy.core.explain.Subjects;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A cluster's log without its heartbeats, by offset. As compaction does, it keeps of the progress of a backup, a drill or a restore only the newest: that
 * is all that anybody asks for, and a long one has thousands.
 */
final class KeptEntries {
    private final List<LogEntry> entries = new ArrayList<>();
    private final Map<String, Long> progress = new HashMap<>();

    void add(LogEntry entry) {
        if (entry.record().event() instanceof Fact fact && Subjects.isProgress(fact)) {
            Long superseded = progress.put(RecordKey.of(fact), entry.record().offset());
            if (superseded != null) {
                entries.remove(firstAfter(superseded) - 1);
            }
        }
        entries.add(entry);
    }

    int size() {
        return entries.size();
    }

    List<LogEntry> all() {
        return Collections.unmodifiableList(entries);
    }

    /** The oldest of those behind that offset, at most that many. */
    List<LogEntry> after(long offset, int atMost) {
        int from = firstAfter(offset);
        return List.copyOf(entries.subList(from, Math.min(entries.size(), from + atMost)));
    }

    boolean hasAfter(long offset) {
        return !entries.isEmpty() && entries.getLast().record().offset() > offset;
    }

    /** The offset behind which the last {@code number} lie; -1 where there are no more. */
    long offsetBefore(int number) {
        int first = entries.size() - number;
        return first <= 0 ? -1 : entries.get(first - 1).record().offset();
    }

    private int firstAfter(long offset) {
        int low = 0;
        int high = entries.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (entries.get(middle).record().offset() > offset) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
