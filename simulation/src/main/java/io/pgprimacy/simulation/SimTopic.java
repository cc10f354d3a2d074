package io.pgprimacy.simulation;

import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.event.RecordKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What one topic holds: the records in order, with offsets that have gaps, and when each landed. It only grows. */
final class SimTopic {
    private final List<LogRecord> records = new ArrayList<>();
    private final List<Long> landedAt = new ArrayList<>();

    void add(LogRecord record, long now) {
        records.add(record);
        landedAt.add(now);
    }

    /** Another topic that begins with the first {@code count} of these records, as a copy made at that time would. */
    SimTopic copy(int count) {
        SimTopic copy = new SimTopic();
        for (int i = 0; i < count; i++) {
            copy.add(records.get(i), landedAt.get(i));
        }
        return copy;
    }

    /** How many records the two share at their beginning. */
    int commonWith(SimTopic other) {
        int most = Math.min(size(), other.size());
        for (int i = 0; i < most; i++) {
            if (!records.get(i).id().equals(other.records.get(i).id())) {
                return i;
            }
        }
        return most;
    }

    /** Where each decision is that was the first with its sequence. */
    List<Integer> decisions() {
        List<Integer> at = new ArrayList<>();
        long sequence = 0;
        for (int i = 0; i < records.size(); i++) {
            if (records.get(i).event() instanceof Decision d && d.basis().sequence() > sequence) {
                sequence = d.basis().sequence();
                at.add(i);
            }
        }
        return at;
    }

    int size() {
        return records.size();
    }

    long nextOffset() {
        return records.isEmpty() ? 0 : records.getLast().offset() + 1;
    }

    long offset(int index) {
        return records.get(index).offset();
    }

    List<LogRecord> slice(int from, int to) {
        return List.copyOf(records.subList(from, to));
    }

    int visibleThrough(long time) {
        int end = records.size();
        while (end > 0 && landedAt.get(end - 1) > time) {
            end--;
        }
        return end;
    }

    /** The log up to {@code end}, with all records before index {@code horizon} compacted. */
    List<LogRecord> compacted(int horizon, int end) {
        Set<String> seen = new HashSet<>();
        List<LogRecord> kept = new ArrayList<>();
        for (int i = horizon - 1; i >= 0; i--) {
            if (seen.add(RecordKey.of(records.get(i).id(), records.get(i).event()))) {
                kept.add(records.get(i));
            }
        }
        Collections.reverse(kept);
        kept.addAll(records.subList(horizon, end));
        return kept;
    }
}
