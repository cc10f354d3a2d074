package io.pgprimacy.worker.wal;

import io.pgprimacy.backup.wal.WalPages;
import io.pgprimacy.backup.wal.WalPlace;
import io.pgprimacy.backup.wal.WalSegment;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.worker.postgres.WalSession.Position;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Map;

/** Stores what is durable of the segment that PostgreSQL is writing. Segments before it are stored whole, by {@link Segments}. */
final class Slices {
    /** While more than that is new, the segment is soon whole, and slices would only store it twice. */
    private static final int LONGEST = 4 * 1024 * 1024;

    private final WalPlace place;
    private final Segments.Server server;
    private final Spool spool;
    private final Segments segments;
    private final ArchiveWriter archive;
    private final Events events;
    private WalSegment segment;
    private long upTo;

    /** @param upTo how far slices of that segment are stored already */
    Slices(
            WalPlace place,
            Segments.Server server,
            Spool spool,
            Segments segments,
            ArchiveWriter archive,
            Events events,
            WalSegment segment,
            long upTo) {
        this.place = place;
        this.server = server;
        this.spool = spool;
        this.segments = segments;
        this.archive = archive;
        this.events = events;
        this.segment = segment;
        this.upTo = upTo;
    }

    Lsn stored() {
        return segment.start().plus(upTo);
    }

    long segmentSize() {
        return segment.size();
    }

    /** Stores everything up to there, unless WAL before it is still to be stored; true where that took a slice. */
    boolean store(Position.Primary position) throws IOException {
        TimelineId timeline = server.ancestry().timeline();
        if (!position.timeline().equals(timeline)) {
            throw new KeeperRefused(
                    "the server writes timeline " + position.timeline() + ", not " + timeline,
                    "start a keeper for the term under which it was promoted");
        }
        WalSegment now = WalSegment.containing(timeline, position.flushed(), server.segmentSize());
        if (!now.equals(segment)) {
            segment = now;
            upTo = 0;
        }
        long end = position.flushed().minus(segment.start());
        if (end <= upTo || !segments.isNext(segment)) {
            return false;
        }
        while (upTo < end) {
            storeOne(Math.min(end, upTo + LONGEST));
        }
        return true;
    }

    private void storeOne(long to) throws IOException {
        byte[] bytes = new byte[Math.toIntExact(to - upTo)];
        try (FileChannel file = FileChannel.open(spool.file(segment.name()))) {
            ByteBuffer target = ByteBuffer.wrap(bytes);
            while (target.hasRemaining()) {
                if (file.read(target, upTo + target.position()) < 0) {
                    throw new WalRefused(segment + " ends at " + target.position() + ", before what is durable");
                }
            }
        }
        var complaint = WalPages.complaint(segment, server.system(), ByteBuffer.wrap(bytes), upTo);
        if (complaint.isPresent()) {
            throw new WalRefused(complaint.get());
        }
        archive.put(place.slice(segment, upTo, to), bytes);
        events.tell(
                "slice",
                Map.of(
                        "segment",
                        segment.name(),
                        "upTo",
                        segment.start().plus(to).toString()));
        upTo = to;
    }
}
