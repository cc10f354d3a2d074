package io.pgprimacy.backup.wal;

import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One segment of WAL, named as PostgreSQL names its file (XLogFileName).
 *
 * @param number counted from LSN 0/0
 * @param size of every segment of that cluster, in bytes
 */
public record WalSegment(TimelineId timeline, long number, long size) implements Comparable<WalSegment> {
    private static final Pattern NAME = Pattern.compile("[0-9A-F]{24}");
    private static final long SMALLEST = 1 << 20;
    private static final long LARGEST = 1 << 30;
    private static final long PER_LOG_FILE = 0x100000000L;
    private static final int HEX = 16;

    public WalSegment {
        if (Long.bitCount(size) != 1 || size < SMALLEST || size > LARGEST || number < 0) {
            throw new IllegalArgumentException("there is no segment " + number + " of " + size + " bytes");
        }
    }

    /** The segment that holds the byte at that position. */
    public static WalSegment containing(TimelineId timeline, Lsn lsn, long size) {
        return new WalSegment(timeline, Long.divideUnsigned(lsn.value(), size), size);
    }

    /** Empty where it is no segment's name, a history file's say. */
    public static Optional<WalSegment> parse(String name, long size) {
        if (!NAME.matcher(name).matches()) {
            return Optional.empty();
        }
        long timeline = Long.parseLong(name, 0, 8, HEX);
        long log = Long.parseLong(name, 8, 16, HEX);
        long part = Long.parseLong(name, 16, 24, HEX);
        long perLogFile = PER_LOG_FILE / size;
        return timeline == 0 || part >= perLogFile
                ? Optional.empty()
                : Optional.of(new WalSegment(new TimelineId(timeline), log * perLogFile + part, size));
    }

    /** The segments that hold WAL from {@code start} up to, not including, {@code end}. */
    public static List<WalSegment> covering(TimelineId timeline, Lsn start, Lsn end, long size) {
        List<WalSegment> segments = new ArrayList<>();
        for (WalSegment at = containing(timeline, start, size); at.start().isBefore(end); at = at.next()) {
            segments.add(at);
        }
        return segments;
    }

    public String name() {
        long perLogFile = PER_LOG_FILE / size;
        return "%08X%08X%08X".formatted(timeline.value(), number / perLogFile, number % perLogFile);
    }

    public Lsn start() {
        return new Lsn(number * size);
    }

    /** The first position after it. */
    public Lsn end() {
        return new Lsn((number + 1) * size);
    }

    public WalSegment next() {
        return new WalSegment(timeline, number + 1, size);
    }

    public WalSegment on(TimelineId other) {
        return new WalSegment(other, number, size);
    }

    @Override
    public int compareTo(WalSegment other) {
        int byTimeline = timeline.compareTo(other.timeline);
        return byTimeline != 0 ? byTimeline : Long.compare(number, other.number);
    }

    @Override
    public String toString() {
        return name();
    }
}
