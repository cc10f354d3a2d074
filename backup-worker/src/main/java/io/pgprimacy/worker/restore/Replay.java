package io.pgprimacy.worker.restore;

import io.pgprimacy.backup.recovery.Programs;
import io.pgprimacy.backup.recovery.RecoveryPlan;
import io.pgprimacy.backup.recovery.RecoverySettings;
import io.pgprimacy.backup.recovery.RecoveryTarget;
import io.pgprimacy.backup.recovery.ReplayedTablespaces;
import io.pgprimacy.backup.recovery.ScratchServer;
import io.pgprimacy.backup.recovery.WalFeed;
import io.pgprimacy.backup.restore.WalArchive;
import io.pgprimacy.backup.wal.WalSegment;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.core.postgres.WalPosition;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Has PostgreSQL replay WAL over a restored backup up to the target, and leaves a standby's directory that ends exactly there. It is not promoted:
 * that is done where it is granted, on a timeline number that is certainly unused.
 */
final class Replay {
    private static final String SPOOL = "pgprimacy_recovery";
    private static final int FETCHERS = 4;
    private static final Duration LOOK = Duration.ofMillis(250);
    /** Looked at again after that long, a server that has replayed no more may be at the end. */
    private static final Duration QUIET = Duration.ofSeconds(1);

    private final RecoveryPlan plan;
    private final WalArchive archive;
    private final Path data;
    private final Programs programs;
    private final String user;
    private final Consumer<Lsn> onReplayed;
    private final WalEnd end;

    /** @param lastCommit commit time of the last transaction */
    record Reached(WalPosition position, Optional<String> lastCommit, long segments) {}

    /** @param onReplayed told how far it is, every now and then */
    Replay(RecoveryPlan plan, WalArchive archive, Path data, Programs programs, String user, Consumer<Lsn> onReplayed) {
        this.plan = plan;
        this.archive = archive;
        this.data = data;
        this.programs = programs;
        this.user = user;
        this.onReplayed = onReplayed;
        this.end = new WalEnd(
                data, plan.path().inventory().segmentSize(), plan.path().ancestry());
    }

    Reached run() throws IOException {
        RecoverySettings settings = new RecoverySettings(data);
        try (WalFeed feed = new WalFeed(
                data.resolve(SPOOL),
                plan.path(),
                archive,
                plan.backup().postgres().systemIdentifier(),
                new ReplayedTablespaces(data, plan.backup().postgres().version()),
                FETCHERS)) {
            feed.expectFirstOf(plan);
            settings.writeForStandby(plan, feed.restoreCommand());
            ScratchServer.Status reached;
            try (ScratchServer server = new ScratchServer(programs, data, user)) {
                reached = await(server, feed);
                server.stop();
            }
            settings.finishStandby(plan, feed.restoreCommand());
            end.cut(reached.replayed());
            return new Reached(
                    new WalPosition(end.timelineOf(reached.replayed()), reached.replayed()),
                    reached.lastCommit(),
                    feed.segments());
        }
    }

    private ScratchServer.Status await(ScratchServer server, WalFeed feed) throws IOException {
        Optional<ScratchServer.Status> before = Optional.empty();
        long quietSince = System.nanoTime();
        while (true) {
            pause();
            if (!server.isAlive()) {
                throw feed.trouble()
                        .map(e -> new IOException("WAL that is needed cannot be given: " + e.getMessage(), e))
                        .orElseGet(() -> notRecovered(server));
            }
            Optional<ScratchServer.Status> now = server.status();
            if (now.isPresent() && now.get().paused()) {
                return now.get();
            }
            if (!now.equals(before)) {
                before = now;
                quietSince = System.nanoTime();
                now.map(ScratchServer.Status::replayed).ifPresent(onReplayed);
            } else if (now.isPresent()
                    && System.nanoTime() - quietSince > QUIET.toNanos()
                    && isAtTheEnd(now.get().replayed())) {
                refuseUnlessMeant(now.get().replayed());
                return now.get();
            }
        }
    }

    /** The last record that there is lies in the last segment that there is, and nothing readable follows it. */
    private boolean isAtTheEnd(Lsn replayed) throws IOException {
        long size = plan.path().inventory().segmentSize();
        WalSegment last = WalSegment.containing(new TimelineId(1), plan.reach().plus(-1), size);
        if (replayed.isBefore(last.start())) {
            return false;
        }
        Optional<WalSegment> file = end.segmentWith(replayed);
        return file.isEmpty() || !hasRecordAt(replayed, file.get());
    }

    private boolean hasRecordAt(Lsn position, WalSegment file) throws IOException {
        return programs.run(
                        Map.of(),
                        "pg_waldump",
                        "--path=" + data.resolve("pg_wal"),
                        "--start=" + position,
                        "--limit=1",
                        file.name())
                .text()
                .lines()
                .anyMatch(line -> line.startsWith("rmgr:"));
    }

    /** A time or a position may lie in the quiet tail; a transaction or a name that was not found was not there. */
    private void refuseUnlessMeant(Lsn replayed) throws IOException {
        boolean meant =
                switch (plan.target()) {
                    case RecoveryTarget.Latest _ -> true;
                    case RecoveryTarget.Time _, RecoveryTarget.At _ -> plan.complete();
                    case RecoveryTarget.Xid _, RecoveryTarget.Name _ -> false;
                };
        if (!meant) {
            throw new IOException(plan.target().describe() + " was not found in the WAL, which ends at " + replayed);
        }
    }

    private static IOException notRecovered(ScratchServer server) {
        try {
            return new IOException("PostgreSQL has not recovered; its log ends with\n" + server.lastLines());
        } catch (IOException e) {
            return e;
        }
    }

    private static void pause() throws InterruptedIOException {
        try {
            Thread.sleep(LOOK);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }
}
