package io.pgprimacy.backup.wal;

import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A timeline and where each of those before it ended, as its history file tells.
 *
 * @param ends of its ancestors
 */
public record Ancestry(TimelineId timeline, SortedMap<TimelineId, Lsn> ends) {
    private static final Pattern FILE = Pattern.compile("([0-9A-F]{8})\\.history");
    private static final Pattern LINE =
            Pattern.compile("\\s*(\\d{1,10})\\s+([0-9A-Fa-f]{1,8}/[0-9A-Fa-f]{1,8})(\\s.*)?");

    public Ancestry {
        ends = new TreeMap<>(ends);
    }

    public static Ancestry ofFirst(TimelineId timeline) {
        return new Ancestry(timeline, new TreeMap<>());
    }

    /** @param history PostgreSQL's file: {@code 1<tab>0/3000000<tab>reason}; other lines are comments */
    public static Ancestry parse(TimelineId timeline, String history) {
        SortedMap<TimelineId, Lsn> ends = new TreeMap<>();
        for (String line : history.lines().toList()) {
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches()) {
                ends.put(new TimelineId(Long.parseLong(matcher.group(1))), Lsn.parse(matcher.group(2)));
            }
        }
        return new Ancestry(timeline, ends);
    }

    public static String fileName(TimelineId timeline) {
        return "%08X.history".formatted(timeline.value());
    }

    /** The timeline whose history has that file name; empty where it is no such name. */
    public static Optional<TimelineId> ofFile(String name) {
        Matcher file = FILE.matcher(name);
        return file.matches() ? Optional.of(new TimelineId(Long.parseLong(file.group(1), 16))) : Optional.empty();
    }

    /** Where that timeline's WAL stops being part of this history; empty for the timeline itself, which has no end yet. */
    public Optional<Lsn> endOf(TimelineId ancestor) {
        return Optional.ofNullable(ends.get(ancestor));
    }

    public boolean includes(TimelineId other) {
        return other.equals(timeline) || ends.containsKey(other);
    }

    /** True where WAL of that timeline up to that position is part of this history. */
    public boolean includes(TimelineId other, Lsn upTo) {
        return other.equals(timeline)
                || endOf(other).map(end -> !upTo.isAfter(end)).orElse(false);
    }

    /** True where the WAL in it, or its beginning, is part of this history. */
    public boolean includes(WalSegment segment) {
        return segment.timeline().equals(timeline)
                || endOf(segment.timeline())
                        .map(end -> segment.start().isBefore(end))
                        .orElse(false);
    }

    /** The timeline that came after that one; itself for the last. */
    public TimelineId after(TimelineId ancestor) {
        SortedMap<TimelineId, Lsn> later = new TreeMap<>(ends).tailMap(new TimelineId(ancestor.value() + 1));
        return later.isEmpty() ? timeline : later.firstKey();
    }
}
