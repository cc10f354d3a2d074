package io.pgprimacy.backup.wal;

import io.pgprimacy.core.postgres.Lsn;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A set of positions, kept as the ranges that it consists of; ranges that touch become one. */
final class LsnRanges {
    private final TreeMap<Lsn, Lsn> ends = new TreeMap<>();

    void add(Lsn start, Lsn end) {
        Lsn from = start;
        Lsn to = end;
        Map.Entry<Lsn, Lsn> before = ends.floorEntry(from);
        if (before != null && !before.getValue().isBefore(from)) {
            from = before.getKey();
            to = Lsn.max(to, before.getValue());
        }
        Map.Entry<Lsn, Lsn> after = ends.ceilingEntry(from);
        while (after != null && !after.getKey().isAfter(to)) {
            to = Lsn.max(to, after.getValue());
            ends.remove(after.getKey());
            after = ends.ceilingEntry(from);
        }
        ends.put(from, to);
    }

    /** The range that holds it. */
    Optional<LsnRange> around(Lsn lsn) {
        return Optional.ofNullable(ends.floorEntry(lsn))
                .map(e -> new LsnRange(e.getKey(), e.getValue()))
                .filter(range -> range.contains(lsn));
    }

    List<LsnRange> list() {
        return ends.entrySet().stream()
                .map(e -> new LsnRange(e.getKey(), e.getValue()))
                .toList();
    }
}
