package io.pgprimacy.backup.retention;

import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.format.Manifest.WalRange;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;

/** WAL that must stay, and for what. Timeline history files always stay: they are tiny, and recovery asks for them all. */
public sealed interface WalNeed {
    Incarnation incarnation();

    String why();

    /** Whether WAL of that timeline from {@code start} up to, not including, {@code end} is a part of it. */
    boolean covers(Incarnation incarnation, TimelineId timeline, Lsn start, Lsn end);

    /**
     * Everything from a position on. On all timelines: which of them a later point in time lies on is for the restore to find out, and WAL of
     * one that was abandoned after a failover is small.
     */
    record Since(Incarnation incarnation, Lsn from, String why) implements WalNeed {
        @Override
        public boolean covers(Incarnation life, TimelineId timeline, Lsn start, Lsn end) {
            return incarnation.equals(life) && end.isAfter(from);
        }
    }

    /** Just what makes one backup consistent. */
    record Between(Incarnation incarnation, WalRange range, String why) implements WalNeed {
        @Override
        public boolean covers(Incarnation life, TimelineId timeline, Lsn start, Lsn end) {
            return incarnation.equals(life)
                    && range.timeline().equals(timeline)
                    && end.isAfter(range.start())
                    && start.isBefore(range.end());
        }
    }
}
