package io.pgprimacy.backup.wal;

import io.pgprimacy.core.postgres.Lsn;
import java.util.ArrayList;
import java.util.List;

/** WAL from one position up to, not including, another. */
public record LsnRange(Lsn start, Lsn end) {

    public boolean contains(Lsn lsn) {
        return !lsn.isBefore(start) && lsn.isBefore(end);
    }

    /** What lies between ranges that are in order and do not touch. */
    public static List<LsnRange> between(List<LsnRange> ranges) {
        List<LsnRange> gaps = new ArrayList<>();
        for (int i = 1; i < ranges.size(); i++) {
            Lsn lost = ranges.get(i - 1).end();
            gaps.add(new LsnRange(lost, ranges.get(i).start()));
        }
        return gaps;
    }

    @Override
    public String toString() {
        return start + ".." + end;
    }
}
