package io.pgprimacy.backup.wal;

import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import java.util.Optional;

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

    /** The segment that PostgreSQL asks for after that one: of the newest timeline that has it. Empty at the end of the WAL. */
    public Optional<WalSegment> following(WalSegment segment) {
        return onNewest(segment.next());
    }

    /** That part of the WAL as PostgreSQL takes it: of the newest timeline that has it. Empty where the archive has not. */
    public Optional<WalSegment> onNewest(WalSegment segment) {
        TimelineId timeline = ancestry.timeline();
        WalSegment onNewest = segment.on(timeline);
        if (startsAfter(timeline, segment)) {
            onNewest = segment;
            for (TimelineId ancestor : ancestry.ends().keySet()) {
                onNewest = startsAfter(ancestor, segment) ? onNewest : segment.on(ancestor);
            }
        }
        return made(onNewest) == Made.MISSING ? Optional.empty() : Optional.of(onNewest);
    }

    /** True where that timeline began in a later segment. */
    private boolean startsAfter(TimelineId timeline, WalSegment segment) {
        return ancestry.ends().headMap(timeline).values().stream()
                .reduce(Lsn::max)
                .map(begun ->
                        WalSegment.containing(timeline, begun, segment.size()).number() > segment.number())
                .orElse(false);
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
            if (!covers(next, Lsn.max(handover, position))) {
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
