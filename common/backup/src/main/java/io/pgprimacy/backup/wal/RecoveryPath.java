package io.pgprimacy.backup.wal;

import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The way through the archive to a timeline: which of its objects PostgreSQL may be given when it asks for a file, and how far that leads. What
 * is not on the way is answered as missing, or recovery could wander on to a timeline, or to WAL, that did not become history.
 */
public record RecoveryPath(WalInventory inventory, Ancestry ancestry) {

    /** What a segment is made of. */
    public enum Made {
        /** One object. */
        WHOLE,
        SLICES,
        /** The end of a timeline that PostgreSQL itself archived. */
        PARTIAL,
        MISSING
    }

    public Made made(WalSegment segment) {
        Made stored = stored(segment);
        return stored == Made.SLICES && isOvertaken(segment) ? Made.MISSING : stored;
    }

    private Made stored(WalSegment segment) {
        if (!ancestry.includes(segment)) {
            return Made.MISSING;
        }
        if (inventory.isWhole(segment)) {
            return Made.WHOLE;
        }
        if (inventory.slicedUpTo(segment) > 0) {
            return Made.SLICES;
        }
        return inventory.hasPartial(segment) ? Made.PARTIAL : Made.MISSING;
    }

    /**
     * A timeline's first segment repeats its parent's up to the switch. A primary that was lost right after its promotion may have stored less than
     * that: what an ancestor has stored leads further then, and PostgreSQL takes it where the newer one is missing.
     */
    private boolean isOvertaken(WalSegment segment) {
        Lsn mine = leadsTo(segment);
        boolean hasItsOwn = begun(segment.timeline()).map(mine::isAfter).orElse(true);
        return !hasItsOwn
                && ancestry.ends().headMap(segment.timeline()).keySet().stream()
                        .filter(ancestor -> !startsAfter(ancestor, segment))
                        .anyMatch(ancestor -> leadsTo(segment.on(ancestor)).isAfter(mine));
    }

    private Lsn leadsTo(WalSegment segment) {
        Lsn stored =
                switch (stored(segment)) {
                    case WHOLE, PARTIAL -> segment.end();
                    case SLICES -> segment.start().plus(inventory.slicedUpTo(segment));
                    case MISSING -> segment.start();
                };
        return ancestry.endOf(segment.timeline())
                .filter(end -> end.isBefore(stored))
                .orElse(stored);
    }

    /**
     * What of a segment is on the way: what a timeline's primary wrote after the switch is made zeros, where WAL ends. PostgreSQL would replay it where it
     * has no later timeline's copy of that segment. Changes {@code content}, and returns it.
     */
    public byte[] upToTheSwitch(WalSegment segment, byte[] content) {
        ancestry.endOf(segment.timeline())
                .map(end -> end.minus(segment.start()))
                .filter(length -> length < content.length)
                .ifPresent(length -> Arrays.fill(content, Math.toIntExact(length), content.length, (byte) 0));
        return content;
    }

    /** The segment that PostgreSQL asks for after that one: of the newest timeline that has it. Empty at the end of the WAL. */
    public Optional<WalSegment> following(WalSegment segment) {
        return onNewest(segment.next());
    }

    /** That part of the WAL as PostgreSQL takes it: of the newest timeline that has it. Empty where the archive has not. */
    public Optional<WalSegment> onNewest(WalSegment segment) {
        return Stream.concat(Stream.of(ancestry.timeline()), ancestry.ends().reversed().keySet().stream())
                .filter(timeline -> !startsAfter(timeline, segment))
                .map(segment::on)
                .filter(there -> made(there) != Made.MISSING)
                .findFirst();
    }

    /** True where that timeline began in a later segment. */
    private boolean startsAfter(TimelineId timeline, WalSegment segment) {
        return begun(timeline)
                .map(begun ->
                        WalSegment.containing(timeline, begun, segment.size()).number() > segment.number())
                .orElse(false);
    }

    private Optional<Lsn> begun(TimelineId timeline) {
        return ancestry.ends().headMap(timeline).values().stream().reduce(Lsn::max);
    }

    public boolean hasHistory(TimelineId timeline) {
        return ancestry.includes(timeline)
                && inventory
                        .timeline(timeline)
                        .map(WalInventory.Timeline::hasHistory)
                        .orElse(false);
    }

    /** How far one gets by replaying from there, without a hole; {@code start} itself where nothing goes on. */
    public Lsn reach(TimelineId from, Lsn start) {
        TimelineId at = from;
        Lsn position = start;
        while (true) {
            Optional<Lsn> end = ancestry.endOf(at);
            if (end.isEmpty()) {
                return follow(at, position);
            }
            TimelineId next = ancestry.after(at);
            // A timeline's first segment repeats its parent's up to the switch, so the parent's own is not needed.
            Lsn handover = WalSegment.containing(at, end.get(), inventory.segmentSize())
                    .start();
            Lsn got = position.isBefore(handover) ? follow(at, position) : position;
            if (got.isBefore(handover)) {
                return got;
            }
            if (!isTaken(next, end.get()) || !covers(next, Lsn.max(handover, position))) {
                Lsn byParent = toTheSwitch(at, Lsn.max(handover, position), end.get());
                if (byParent.isBefore(end.get()) || !covers(next, end.get())) {
                    return byParent;
                }
                position = end.get();
            } else {
                position = Lsn.max(handover, position);
            }
            at = next;
        }
    }

    /** That timeline, or a later one that began in the same segment, is what PostgreSQL takes of the segment with the switch. */
    private boolean isTaken(TimelineId next, Lsn begun) {
        return onNewest(WalSegment.containing(next, begun, inventory.segmentSize()))
                .filter(segment -> segment.timeline().value() >= next.value())
                .isPresent();
    }

    private Lsn follow(TimelineId timeline, Lsn position) {
        return inventory.timeline(timeline).flatMap(t -> t.endFrom(position)).orElse(position);
    }

    private boolean covers(TimelineId timeline, Lsn position) {
        return inventory.timeline(timeline).flatMap(t -> t.endFrom(position)).isPresent();
    }

    private Lsn toTheSwitch(TimelineId timeline, Lsn position, Lsn end) {
        WalSegment last = WalSegment.containing(timeline, position, inventory.segmentSize());
        if (inventory.hasPartial(last) && inventory.slicedUpTo(last) == 0) {
            return end;
        }
        Lsn followed = follow(timeline, position);
        return followed.isBefore(end) ? followed : end;
    }
}
