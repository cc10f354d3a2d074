package io.pgprimacy.agent.postgres;

import io.pgprimacy.agent.process.ProcessResult;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.core.postgres.WalPosition;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the WAL of a data directory by {@code pg_waldump}, to see what it holds and where it ends.
 *
 * @param end of the last whole record
 * @param transactions that were committed from {@code begin} on
 */
public record WalScan(TimelineId timeline, Lsn begin, Lsn end, long records, long transactions) {
    private static final Pattern RECORD =
            Pattern.compile(".*len \\(rec/tot\\):\\s*\\d+/\\s*(\\d+), .*\\blsn: ([0-9A-F]+/[0-9A-F]+), .*");
    /** How pg_waldump says that it has come to the end: at the place where the next record would begin. */
    private static final Pattern END =
            Pattern.compile(".*error in WAL record at ([0-9A-F]+/[0-9A-F]+): .*?(?: at ([0-9A-F]+/[0-9A-F]+).*)?");

    /** Bytes between begin and end. */
    public long bytes() {
        return end.minus(begin);
    }

    /** From a place that is still in {@code pg_wal}; throws where it is not. */
    static WalScan of(PostgresInstance instance, WalSegments wal, Lsn begin, Duration bound) {
        TimelineId timeline = wal.timeline();
        long first = wal.numberAt(begin);
        long last = wal.lastFrom(first);
        if (last < first) {
            throw new PostgresFailure(
                    PostgresFailure.Reason.FILES,
                    wal.file(first) + " is not there, where the WAL from " + begin + " on was");
        }
        Counter counter = new Counter(begin);
        ProcessResult result = instance.runner()
                .run(
                        List.of(
                                instance.installation().program("pg_waldump"),
                                "--path=" + wal.directory(),
                                "--start=" + begin,
                                // Named, because pg_waldump otherwise learns the length of segments from whichever file
                                // it
                                // comes upon, which may be one that PostgreSQL has made in advance and that is all
                                // zeros.
                                wal.name(first),
                                wal.name(last)),
                        bound,
                        counter::record,
                        line -> {});
        // It always ends with an error, because the WAL has no proper end. Only one without any record is a failure.
        if (result.timedOut()) {
            PostgresInstance.require(result, "pg_waldump");
        }
        Matcher end = END.matcher(result.errors().strip());
        if (!end.matches()) {
            if (result.errors().contains("could not find a valid record after") || counter.records > 0) {
                // The WAL ends with a segment and there is no next one; records begin at multiples of 8.
                return new WalScan(timeline, begin, counter.end, counter.records, counter.transactions);
            }
            throw new PostgresFailure(PostgresFailure.Reason.PROGRAM_FAILED, "pg_waldump: " + result.complaint());
        }
        String next = end.group(2);
        Lsn reached = next != null ? Lsn.parse(next) : counter.end;
        return new WalScan(timeline, begin, Lsn.max(reached, begin), counter.records, counter.transactions);
    }

    /**
     * Where the WAL of a cleanly stopped primary ends: after its shutdown checkpoint, the last thing that it sent (S3 A).
     */
    public static WalPosition endOfStopped(PostgresInstance instance, Duration bound) {
        ControlData control = instance.controlData();
        return new WalPosition(
                control.timeline(),
                of(
                                instance,
                                WalSegments.of(instance, control.timeline(), control.walSegmentBytes()),
                                control.checkpoint(),
                                bound)
                        .end());
    }

    private static final class Counter {
        private Lsn end;
        private long records;
        private long transactions;

        Counter(Lsn begin) {
            this.end = begin;
        }

        void record(String line) {
            Matcher matcher = RECORD.matcher(line);
            if (matcher.matches()) {
                records++;
                long length = Long.parseLong(matcher.group(1));
                end = Lsn.parse(matcher.group(2)).plus((length + 7) / 8 * 8);
                if (line.contains("desc: COMMIT")) {
                    transactions++;
                }
            }
        }
    }
}
