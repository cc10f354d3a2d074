package io.pgprimacy.backup.wal;

import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What there is of an incarnation's WAL, told by the names of its objects alone. Memory grows with the holes and with the slices that no
 * whole segment has superseded, not with the segments.
 */
public final class WalInventory {
    private static final Pattern NAME = Pattern.compile("([0-9A-F]{8})/(history|segments/([0-9A-F]{24})(\\.partial)?"
            + "|slices/([0-9A-F]{24})/([0-9a-f]{8})-([0-9a-f]{8}))");

    private final WalPlace place;
    private final long segmentSize;
    private final SortedMap<TimelineId, Timeline> timelines = new TreeMap<>();

    /** @param from offset in the segment */
    public record Slice(WalSegment segment, long from, long to) {}

    /** What there is of one timeline. */
    public static final class Timeline {
        private final LsnRanges segments = new LsnRanges();
        private final LsnRanges coverage = new LsnRanges();
        private final SortedSet<WalSegment> partials = new TreeSet<>();
        private final SortedMap<WalSegment, List<Slice>> slices = new TreeMap<>();
        private boolean history;
        private long bytes;
        private Instant newest = Instant.EPOCH;

        /** Whole segments, as ranges. */
        public List<LsnRange> segments() {
            return segments.list();
        }

        /** Everything that can be replayed: whole segments and slices. What is between the ranges are holes. */
        public List<LsnRange> coverage() {
            return coverage.list();
        }

        /** How far WAL goes without a hole from there; empty where there is none at that position. */
        public Optional<Lsn> endFrom(Lsn start) {
            return coverage.around(start).map(LsnRange::end);
        }

        public boolean hasHistory() {
            return history;
        }

        /** Of the stored objects. */
        public long bytes() {
            return bytes;
        }

        /** When something was last stored, by the store's clock. */
        public Instant newest() {
            return newest;
        }
    }

    public WalInventory(WalPlace place, long segmentSize) {
        this.place = place;
        this.segmentSize = segmentSize;
    }

    /** Names that are not WAL are passed over. Each name once. */
    public void add(String name, long length, Instant modified) {
        if (!name.startsWith(place.directory())) {
            return;
        }
        Matcher matcher = NAME.matcher(name.substring(place.directory().length()));
        if (!matcher.matches() || matcher.group(1).equals("00000000")) {
            return;
        }
        TimelineId id = new TimelineId(Long.parseLong(matcher.group(1), 16));
        Timeline timeline = timelines.computeIfAbsent(id, _ -> new Timeline());
        timeline.bytes += length;
        timeline.newest = timeline.newest.isBefore(modified) ? modified : timeline.newest;
        if (matcher.group(2).equals("history")) {
            timeline.history = true;
        } else if (matcher.group(3) != null) {
            addSegment(timeline, id, matcher.group(3), matcher.group(4) != null);
        } else {
            addSlice(timeline, id, matcher);
        }
    }

    /** The segment that an object is, or is a piece of; empty for what is none. */
    static Optional<WalSegment> segmentOf(String below, long segmentSize) {
        Matcher matcher = NAME.matcher(below);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String name = matcher.group(3) != null ? matcher.group(3) : matcher.group(5);
        return name == null ? Optional.empty() : WalSegment.parse(name, segmentSize);
    }

    private void addSegment(Timeline timeline, TimelineId id, String name, boolean partial) {
        WalSegment.parse(name, segmentSize)
                .filter(segment -> segment.timeline().equals(id))
                .ifPresent(segment -> {
                    if (partial) {
                        timeline.partials.add(segment);
                    } else {
                        timeline.segments.add(segment.start(), segment.end());
                        timeline.coverage.add(segment.start(), segment.end());
                        timeline.slices.remove(segment);
                    }
                });
    }

    private void addSlice(Timeline timeline, TimelineId id, Matcher matcher) {
        long from = Long.parseLong(matcher.group(6), 16);
        long to = Long.parseLong(matcher.group(7), 16);
        Optional<WalSegment> segment = WalSegment.parse(matcher.group(5), segmentSize)
                .filter(s -> s.timeline().equals(id) && from < to && to <= segmentSize);
        if (segment.isPresent() && !isWhole(segment.get())) {
            Lsn start = segment.get().start();
            timeline.coverage.add(start.plus(from), start.plus(to));
            timeline.slices
                    .computeIfAbsent(segment.get(), _ -> new ArrayList<>())
                    .add(new Slice(segment.get(), from, to));
        }
    }

    public WalPlace place() {
        return place;
    }

    public long segmentSize() {
        return segmentSize;
    }

    public SortedMap<TimelineId, Timeline> timelines() {
        return new TreeMap<>(timelines);
    }

    public Optional<Timeline> timeline(TimelineId id) {
        return Optional.ofNullable(timelines.get(id));
    }

    public boolean isWhole(WalSegment segment) {
        Timeline timeline = timelines.get(segment.timeline());
        return timeline != null && timeline.segments.around(segment.start()).isPresent();
    }

    public boolean hasPartial(WalSegment segment) {
        Timeline timeline = timelines.get(segment.timeline());
        return timeline != null && timeline.partials.contains(segment);
    }

    /** The slices that make up the beginning of a segment, each at or before where the one before it ends; as far as there are any. */
    public List<Slice> slices(WalSegment segment) {
        Timeline timeline = timelines.get(segment.timeline());
        List<Slice> there =
                new ArrayList<>(timeline == null ? List.of() : timeline.slices.getOrDefault(segment, List.of()));
        there.sort(Comparator.comparingLong(Slice::from).thenComparingLong(Slice::to));
        List<Slice> chain = new ArrayList<>();
        long end = 0;
        for (Slice slice : there) {
            if (slice.from() <= end && slice.to() > end) {
                chain.add(slice);
                end = slice.to();
            }
        }
        return chain;
    }

    /** Where the slices of a segment end, counted from its beginning; 0 where it has none. */
    public long slicedUpTo(WalSegment segment) {
        List<Slice> slices = slices(segment);
        return slices.isEmpty() ? 0 : slices.getLast().to();
    }
}
