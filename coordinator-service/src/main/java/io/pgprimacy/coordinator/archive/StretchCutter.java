package io.pgprimacy.coordinator.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pgprimacy.backup.log.LogPlace;
import io.pgprimacy.backup.log.LogStretch;
import io.pgprimacy.log.ExportLine;
import io.pgprimacy.log.RecordChain;
import java.util.Optional;

/** Makes one stretch of the records that it is given, in the order of the log. */
final class StretchCutter {
    /** Of text, but for a record that is longer alone: what the storage service takes is 2 MiB, in JSON once more. */
    static final int MOST_BYTES = 512 * 1024;

    private final LogPlace place;
    private final int mostRecords;
    private final String before;
    private final RecordChain chain;
    private final StringBuilder lines = new StringBuilder();
    private int bytes;
    private int records;
    private long through;
    private boolean full;

    /** @param before head of the chain behind which the stretch begins */
    StretchCutter(LogPlace place, String before, int mostRecords) {
        this.place = place;
        this.before = before;
        this.chain = new RecordChain(before);
        this.mostRecords = mostRecords;
    }

    /** False where it takes no more. Heartbeats are left out: no link of the chain is one. */
    boolean take(ExportLine record) {
        if (record.isHeartbeat()) {
            return true;
        }
        // Not yet linked: a record that is not taken must leave the chain as it is.
        int length = record.write().getBytes(UTF_8).length;
        full = records == mostRecords || (records > 0 && bytes + length > MOST_BYTES);
        if (full) {
            return false;
        }
        lines.append(record.withChain(chain.next(record)).write()).append('\n');
        bytes += length;
        records++;
        through = record.offset();
        return true;
    }

    /** There was more than it takes. */
    boolean isFull() {
        return full;
    }

    /** Empty where there was nothing to keep. */
    Optional<LogStretch> cut() {
        return records == 0
                ? Optional.empty()
                : Optional.of(LogStretch.of(place, through, records, before, chain.head(), lines.toString()));
    }
}
