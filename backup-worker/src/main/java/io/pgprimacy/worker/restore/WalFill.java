package io.pgprimacy.worker.restore;

import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.backup.recovery.RecoveryPlan;
import io.pgprimacy.backup.recovery.ReplayedTablespaces;
import io.pgprimacy.backup.restore.RestoreRefused;
import io.pgprimacy.backup.restore.WalArchive;
import io.pgprimacy.backup.wal.Ancestry;
import io.pgprimacy.backup.wal.RecoveryPath;
import io.pgprimacy.backup.wal.WalSegment;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.TimelineId;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Puts the archive's WAL into {@code pg_wal}, where a standby that starts finds it before it asks its primary. So nothing has to run beside it, and
 * no setting is left behind.
 */
final class WalFill {
    private static final long ROOM_LEFT = 256L << 20;
    private static final byte[] PASSED_OVER =
            "# reserved by pgprimacy: nobody was promoted to this timeline\n".getBytes(StandardCharsets.US_ASCII);

    private final RecoveryPlan plan;
    private final WalArchive archive;
    private final Path wal;
    private final SystemIdentifier system;
    private final ReplayedTablespaces tablespaces;
    private final AtomicLong segments = new AtomicLong();

    WalFill(RecoveryPlan plan, WalArchive archive, Path data) {
        this.plan = plan;
        this.archive = archive;
        this.wal = data.resolve("pg_wal");
        this.system = plan.backup().postgres().systemIdentifier();
        this.tablespaces =
                new ReplayedTablespaces(data, plan.backup().postgres().version());
    }

    long segments() {
        return segments.get();
    }

    void run(int workers) throws IOException {
        List<WalSegment> wanted = wanted();
        long room = Files.getFileStore(wal).getUsableSpace() - ROOM_LEFT;
        long needed = wanted.size() * plan.path().inventory().segmentSize();
        if (room < needed) {
            throw new RestoreRefused(
                    "the WAL since backup " + plan.backup().id() + " takes " + needed + " bytes, and there is room for "
                            + Math.max(0, room),
                    "make room, or take a newer backup");
        }
        Files.createDirectories(wal.resolve("archive_status"));
        histories();
        ExecutorService hands = Executors.newFixedThreadPool(workers);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (WalSegment segment : wanted) {
                running.add(hands.submit(() -> {
                    put(segment);
                    return null;
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException trouble ? trouble : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the restore was interrupted");
        } finally {
            hands.shutdownNow();
            hands.close();
        }
        Durable.sync(wal);
    }

    /** From the backup's start; what the archive lacks up to the backup's end the backup has itself. */
    private List<WalSegment> wanted() {
        Manifest backup = plan.backup();
        RecoveryPath path = plan.path();
        long size = path.inventory().segmentSize();
        WalSegment at = WalSegment.containing(
                backup.walRanges().getFirst().timeline(), backup.start().lsn(), size);
        WalSegment end = WalSegment.containing(
                RecoveryPlan.timelineOf(backup), backup.stop().lsn(), size);
        List<WalSegment> wanted = new ArrayList<>();
        while (at.number() < end.number() && path.made(at) == RecoveryPath.Made.MISSING) {
            at = at.number() + 1 == end.number() ? end : at.next();
        }
        if (path.made(at) != RecoveryPath.Made.MISSING) {
            wanted.add(at);
        }
        // A timeline that left in that very segment goes on in its own copy of it; the parent's leads to what did not
        // become history.
        path.onNewest(at).filter(segment -> !wanted.contains(segment)).ifPresent(wanted::add);
        for (Optional<WalSegment> next = path.following(at); next.isPresent(); next = path.following(next.get())) {
            wanted.add(next.get());
        }
        return wanted;
    }

    /**
     * PostgreSQL looks for the newest timeline number by number, and stops at the first gap. Numbers that this history passes over get a file that
     * holds only a comment, as where they were reserved.
     */
    private void histories() throws IOException {
        TimelineId newest = plan.path().ancestry().timeline();
        long oldest = plan.backup().walRanges().getFirst().timeline().value();
        for (long number = Math.min(oldest, newest.value()); number <= newest.value(); number++) {
            TimelineId timeline = new TimelineId(number);
            if (plan.path().hasHistory(timeline)) {
                place(Ancestry.fileName(timeline), archive.history(timeline));
            } else if (number > 1) {
                place(Ancestry.fileName(timeline), PASSED_OVER);
            }
        }
    }

    private void put(WalSegment segment) throws IOException {
        byte[] content =
                switch (plan.path().made(segment)) {
                    case WHOLE -> archive.segment(segment, system);
                    case SLICES -> archive.sliced(plan.path().inventory(), segment, system);
                    case PARTIAL -> archive.partial(segment, system);
                    case MISSING -> throw new IOException("there is no segment " + segment);
                };
        plan.path().upToTheSwitch(segment, content);
        tablespaces.check(content);
        place(segment.name(), content);
        segments.incrementAndGet();
    }

    /** It appears whole or not at all, and as archived. */
    private void place(String name, byte[] content) throws IOException {
        Durable.write(wal.resolve(name), content);
        Files.write(wal.resolve("archive_status").resolve(name + ".done"), new byte[0]);
    }
}
