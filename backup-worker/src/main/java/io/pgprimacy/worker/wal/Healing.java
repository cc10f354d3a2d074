package io.pgprimacy.worker.wal;

import io.pgprimacy.backup.wal.Ancestry;
import io.pgprimacy.backup.wal.LsnRange;
import io.pgprimacy.backup.wal.WalReport;
import io.pgprimacy.backup.wal.WalReport.TimelineReport;
import io.pgprimacy.backup.wal.WalSegment;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.worker.postgres.BackupSession.Address;
import io.pgprimacy.worker.postgres.OtherServer;
import io.pgprimacy.worker.postgres.SessionFailed;
import io.pgprimacy.worker.transfer.WalClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;

/**
 * Stores segments that the archive lacks and a node still has: WAL that an old primary did not get to store before it was lost, say. This node is
 * looked at first, then the others. Tells of each hole that is left.
 *
 * <p>It is this keeper that stores what another node has, so the archive has one writer as ever (S12), and takes of it what belongs to this
 * timeline's history alone.
 */
final class Healing {
    /** A node that did not answer is asked again. */
    private static final Duration AGAIN = Duration.ofMinutes(1);

    private final WalClient client;
    private final Segments.Server server;
    private final Spool spool;
    private final Segments segments;
    private final List<Address> others;
    private final StoreState store;
    private final Events events;
    private final Set<Address> away = new HashSet<>();
    private List<Map<String, Object>> holes = List.of();

    Healing(
            WalClient client,
            Segments.Server server,
            Spool spool,
            Segments segments,
            List<Address> others,
            StoreState store,
            Events events) {
        this.client = client;
        this.server = server;
        this.spool = spool;
        this.segments = segments;
        this.others = others;
        this.store = store;
        this.events = events;
    }

    /** Returns when every node has been asked. */
    void run(WalReport begun, Lsn flushed) throws IOException, InterruptedException {
        WalReport archive = begun;
        boolean own = false;
        List<Address> unasked = new ArrayList<>(others);
        while (true) {
            try {
                int healed = own ? 0 : heal(archive, flushed);
                own = true;
                archive = healed > 0 ? client.report() : archive;
                healed += healFrom(unasked, archive, flushed);
                tellHoles(healed > 0 ? client.report() : archive);
                if (unasked.isEmpty()) {
                    events.tell("searched", Map.of("others", others.size()));
                    return;
                }
                Thread.sleep(AGAIN);
                archive = client.report();
            } catch (IOException e) {
                store.failed(e);
                Thread.sleep(store.pause());
            }
        }
    }

    /** From this node; returns how many segments were stored. */
    private int heal(WalReport archive, Lsn flushed) throws IOException {
        int healed = 0;
        SortedSet<String> ready = spool.ready();
        for (String file : spool.files()) {
            Optional<WalSegment> lacking = lacking(file, archive, flushed).filter(_ -> !ready.contains(file));
            if (lacking.isPresent() && store(lacking.get())) {
                healed++;
                events.tell("healed", Map.of("segment", file));
            }
        }
        return healed;
    }

    /** @param unasked is left with those that did not answer */
    private int healFrom(List<Address> unasked, WalReport archive, Lsn flushed) throws IOException {
        int healed = 0;
        for (Address other : List.copyOf(unasked)) {
            try (OtherServer wal = OtherServer.open(other)) {
                healed += healFrom(other, wal, archive, flushed);
                unasked.remove(other);
            } catch (SessionFailed e) {
                if (away.add(other)) {
                    String because = String.valueOf(e.getMessage());
                    events.tell("other-away", Map.of("host", other.host(), "port", other.port(), "because", because));
                }
            }
        }
        return healed;
    }

    private int healFrom(Address other, OtherServer wal, WalReport archive, Lsn flushed) throws IOException {
        Optional<Lsn> oldest = oldest(archive);
        Lsn whole = wal.end();
        SortedSet<String> missing = wal.files();
        List<Ancestry> histories = histories(wal, missing);
        missing.removeAll(spool.files());
        int healed = 0;
        for (String file : missing) {
            Optional<WalSegment> lacking = lacking(file, archive, flushed)
                    .filter(s -> !s.end().isAfter(whole) && histories.stream().noneMatch(h -> leaves(h, s)))
                    .filter(s -> oldest.filter(o -> o.isBefore(s.end())).isPresent());
            if (lacking.isPresent()) {
                String from = other.host() + ":" + other.port();
                try {
                    segments.store(lacking.get(), () -> wal.open(file));
                    healed++;
                    events.tell("healed", Map.of("segment", file, "from", from));
                } catch (WalRefused e) {
                    events.tell(
                            "not-healed",
                            Map.of("segment", file, "from", from, "because", String.valueOf(e.getMessage())));
                }
            }
        }
        return healed;
    }

    /** Of every timeline that the node has come to know of, by what it keeps in its {@code pg_wal} for good. */
    private static List<Ancestry> histories(OtherServer wal, SortedSet<String> files) throws IOException {
        List<Ancestry> histories = new ArrayList<>();
        for (String file : files) {
            Optional<TimelineId> timeline = Ancestry.ofFile(file);
            if (timeline.isPresent()) {
                String history = new String(wal.content(file), StandardCharsets.UTF_8);
                histories.add(Ancestry.parse(timeline.get(), history));
            }
        }
        return histories;
    }

    /**
     * A node that may have left the segment's timeline within it has only its beginning. The rest can be all zero, which looks like a segment that
     * PostgreSQL left early; stored under its name, it would end every recovery there, and nobody would see a hole.
     */
    private static boolean leaves(Ancestry history, WalSegment segment) {
        return history.includes(segment.timeline()) && !history.includes(segment.timeline(), segment.end());
    }

    /** Holes on the way to this timeline, when they are others than before; WAL after a switch is nobody's loss. */
    private void tellHoles(WalReport archive) {
        List<Map<String, Object>> now = new ArrayList<>();
        for (TimelineReport timeline : archive.timelines()) {
            for (LsnRange hole : timeline.holes()) {
                if (server.ancestry().includes(timeline.timeline(), hole.start())) {
                    Map<String, Object> details = new LinkedHashMap<>();
                    details.put("timeline", timeline.timeline().value());
                    details.put("start", hole.start().toString());
                    details.put("end", hole.end().toString());
                    now.add(details);
                }
            }
        }
        if (!now.equals(holes)) {
            now.forEach(hole -> events.tell("hole", hole));
        }
        holes = now;
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

    /** The segment of that name, where it is whole, belongs to this history, and the archive does not have it. */
    private Optional<WalSegment> lacking(String file, WalReport archive, Lsn flushed) {
        return WalSegment.parse(file, server.segmentSize()).filter(s -> isFinished(s, flushed) && !isWhole(archive, s));
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

    /** Where the archive begins: what lies before has gone by retention, or was never wanted. */
    private static Optional<Lsn> oldest(WalReport archive) {
        return archive.timelines().stream()
                .flatMap(t -> t.coverage().stream())
                .map(LsnRange::start)
                .min(Comparator.naturalOrder());
    }
}
