package io.pgprimacy.worker.wal;

import io.pgprimacy.backup.wal.Ancestry;
import io.pgprimacy.backup.wal.WalPlace;
import io.pgprimacy.backup.wal.WalSegment;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.TimelineId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Stores the files that PostgreSQL wants archived and opens the gate for each. The list is read anew each time, so nothing is forgotten when this
 * process ends. A refused file keeps its gate shut; the others go on.
 */
final class Segments {
    /** Where more wait than that they are sent side by side: what is lost then may have a hole before its end. */
    private static final int KEPT_UP = 2;

    private static final int AT_ONCE = 2;
    private static final int LARGEST_HISTORY = 1024 * 1024;
    private static final Pattern BACKUP_LABEL = Pattern.compile("[0-9A-F]{24}\\.[0-9A-F]{8}\\.backup");

    private final WalPlace place;
    private final Server server;
    private final Spool spool;
    private final Gate gate;
    private final ArchiveWriter archive;
    private final StoreState store;
    private final Events events;
    private final ExecutorService senders;
    private final Set<String> sending = new ConcurrentSkipListSet<>();
    private final Set<String> stored = new ConcurrentSkipListSet<>();
    private final Set<String> refused = new ConcurrentSkipListSet<>();
    /** That some have been stored since {@link #awaitStored} was called last. */
    private final Semaphore news = new Semaphore(0);

    /** Whose WAL it is. */
    record Server(SystemIdentifier system, long segmentSize, Ancestry ancestry) {}

    Segments(
            WalPlace place,
            Server server,
            Spool spool,
            Gate gate,
            ArchiveWriter archive,
            StoreState store,
            Events events,
            ExecutorService senders) {
        this.place = place;
        this.server = server;
        this.spool = spool;
        this.gate = gate;
        this.archive = archive;
        this.store = store;
        this.events = events;
        this.senders = senders;
    }

    /** One look at what is ready; throws what ends the keeper. */
    void pass(Set<Future<?>> running) throws IOException {
        SortedSet<String> ready = spool.ready();
        gate.keepOnly(ready);
        stored.retainAll(ready);
        SortedSet<String> waiting = waiting(ready);
        int atOnce = waiting.size() > KEPT_UP ? AT_ONCE : 1;
        for (String file : waiting) {
            if (!refused.contains(file) && sending.size() < atOnce && sending.add(file)) {
                running.add(senders.submit(() -> {
                    boolean arrived;
                    try {
                        arrived = send(file);
                    } finally {
                        sending.remove(file);
                    }
                    // Of a failure nothing is told: what cannot be stored now would only be tried without a pause.
                    if (arrived) {
                        news.release();
                    }
                    return null;
                }));
            }
        }
    }

    /** Returns as soon as one has been stored, and the next can be sent; at the latest after that time. */
    void awaitStored(Duration longest) throws InterruptedException {
        if (news.tryAcquire(longest.toNanos(), TimeUnit.NANOSECONDS)) {
            news.drainPermits();
        }
    }

    /** How many files PostgreSQL waits for. */
    int backlog() throws IOException {
        return waiting(spool.ready()).size();
    }

    /**
     * Whether WAL of that segment would follow what is stored. Stored before what precedes it, it would be behind a hole if this host were lost
     * now. A refused segment is a hole anyway.
     */
    boolean isNext(WalSegment segment) throws IOException {
        return waiting(spool.ready()).stream()
                .filter(file -> !refused.contains(file))
                .flatMap(file -> WalSegment.parse(file, server.segmentSize()).stream())
                .noneMatch(before -> before.number() < segment.number());
    }

    private SortedSet<String> waiting(SortedSet<String> ready) {
        SortedSet<String> waiting = new TreeSet<>(ready);
        waiting.removeAll(stored);
        return waiting;
    }

    private boolean send(String file) throws IOException {
        try {
            store(file);
            store.worked();
            stored.add(file);
            gate.open(file);
            return true;
        } catch (WalRefused e) {
            refused.add(file);
            events.tell("refused", Map.of("file", file, "because", String.valueOf(e.getMessage())));
        } catch (NoSuchFileException e) {
            // PostgreSQL has taken it away: it was archived before this keeper came.
        } catch (IOException e) {
            store.failed(e);
        }
        return false;
    }

    private void store(String file) throws IOException {
        Optional<TimelineId> history = Ancestry.ofFile(file);
        Optional<WalSegment> segment = WalSegment.parse(file, server.segmentSize());
        if (segment.isPresent()) {
            store(segment.get());
        } else if (history.isPresent()) {
            refuseForeign(history.get(), file);
            archive.put(place.history(history.get()), readHistory(file));
        } else if (file.endsWith(WalPlace.PARTIAL)) {
            storePartial(file);
        } else if (!BACKUP_LABEL.matcher(file).matches()) {
            throw new WalRefused(file + " is nothing that a WAL archive holds");
        }
        // A backup's label is in the backup's own manifest.
    }

    /** Also for healing: a file that PostgreSQL keeps, but does not want archived any more. */
    void store(WalSegment segment) throws IOException {
        put(segment, () -> CheckedSegment.open(spool.file(segment.name()), segment, server.system()));
    }

    /** From another node. */
    void store(WalSegment segment, ArchiveWriter.Source file) throws IOException {
        put(segment, () -> new CheckedSegment(file.open(), segment, server.system()));
    }

    private void put(WalSegment segment, ArchiveWriter.Source checked) throws IOException {
        refuseForeign(segment.timeline(), segment.name());
        archive.put(place.segment(segment), checked);
    }

    /** Only its beginning is of this segment, so only its first page can be looked at. */
    private void storePartial(String file) throws IOException {
        String name = file.substring(0, file.length() - WalPlace.PARTIAL.length());
        WalSegment segment = WalSegment.parse(name, server.segmentSize())
                .orElseThrow(() -> new WalRefused(file + " is no segment's end"));
        refuseForeign(segment.timeline(), file);
        archive.put(place.partial(segment), () -> Files.newInputStream(spool.file(file)));
    }

    private byte[] readHistory(String file) throws IOException {
        byte[] content = Files.readAllBytes(spool.file(file));
        if (content.length > LARGEST_HISTORY) {
            throw new WalRefused(file + " is longer than any history");
        }
        return content;
    }

    private void refuseForeign(TimelineId timeline, String file) throws WalRefused {
        if (!server.ancestry().includes(timeline)) {
            throw new WalRefused(file + " is of a timeline that is not in the history of timeline "
                    + server.ancestry().timeline());
        }
    }
}
