package io.pgprimacy.worker.wal;

import io.pgprimacy.backup.wal.Ancestry;
import io.pgprimacy.backup.wal.LsnRange;
import io.pgprimacy.backup.wal.WalReport;
import io.pgprimacy.backup.wal.WalReport.TimelineReport;
import io.pgprimacy.backup.wal.WalSegment;
import io.pgprimacy.core.postgres.Lsn;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Stores segments that the archive lacks and this node still has: WAL that an old primary did not get to store before it was lost, say. Tells of
 * each hole that is left.
 */
final class Healing {
    private final Segments.Server server;
    private final Spool spool;
    private final Segments segments;
    private final Events events;

    Healing(Segments.Server server, Spool spool, Segments segments, Events events) {
        this.server = server;
        this.spool = spool;
        this.segments = segments;
        this.events = events;
    }

    /** Returns how many segments were stored. */
    int heal(WalReport archive, Lsn flushed) throws IOException {
        int healed = 0;
        var ready = spool.ready();
        for (String file : spool.files()) {
            Optional<WalSegment> segment = WalSegment.parse(file, server.segmentSize())
                    .filter(s -> isFinished(s, flushed) && !ready.contains(file) && !isWhole(archive, s));
            if (segment.isPresent() && store(segment.get())) {
                healed++;
                events.tell("healed", Map.of("segment", file));
            }
        }
        return healed;
    }

    /** Holes on the way to this timeline; WAL after a switch is nobody's loss. */
    void tellHoles(WalReport archive) {
        for (TimelineReport timeline : archive.timelines()) {
            for (LsnRange hole : timeline.holes()) {
                if (server.ancestry().includes(timeline.timeline(), hole.start())) {
                    Map<String, Object> details = new LinkedHashMap<>();
                    details.put("timeline", timeline.timeline().value());
                    details.put("start", hole.start().toString());
                    details.put("end", hole.end().toString());
                    events.tell("hole", details);
                }
            }
        }
    }

    private boolean store(WalSegment segment) throws IOException {
        try {
            segments.store(segment);
            return true;
        } catch (WalRefused e) {
            // Recycled while it was read, or not the same WAL: either way it heals nothing.
            events.tell("refused", Map.of("file", segment.name(), "because", String.valueOf(e.getMessage())));
            return false;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private boolean isFinished(WalSegment segment, Lsn flushed) {
        Ancestry ancestry = server.ancestry();
        return segment.timeline().equals(ancestry.timeline())
                ? !segment.end().isAfter(flushed)
                : ancestry.includes(segment.timeline(), segment.end());
    }

    private static boolean isWhole(WalReport archive, WalSegment segment) {
        return archive.timelines().stream()
                .filter(t -> t.timeline().equals(segment.timeline()))
                .anyMatch(t -> t.segments().stream().anyMatch(range -> range.contains(segment.start())));
    }
}
