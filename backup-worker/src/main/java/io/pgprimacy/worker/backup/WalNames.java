package io.pgprimacy.worker.backup;

import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import java.util.ArrayList;
import java.util.List;

/** Names of WAL segments, as PostgreSQL computes them (XLogFileName). */
final class WalNames {
    private static final long PER_LOG_FILE = 0x100000000L;

    private WalNames() {}

    /** The segments that hold WAL from {@code start} up to, not including, {@code end}. */
    static List<String> covering(TimelineId timeline, Lsn start, Lsn end, long segmentSize) {
        List<String> names = new ArrayList<>();
        long last = Long.divideUnsigned(end.value() - 1, segmentSize);
        for (long segment = Long.divideUnsigned(start.value(), segmentSize); segment <= last; segment++) {
            names.add(name(timeline, segment, segmentSize));
        }
        return names;
    }

    static String history(TimelineId timeline) {
        return "%08X.history".formatted(timeline.value());
    }

    private static String name(TimelineId timeline, long segment, long segmentSize) {
        long perLogFile = PER_LOG_FILE / segmentSize;
        return "%08X%08X%08X".formatted(timeline.value(), segment / perLogFile, segment % perLogFile);
    }
}
