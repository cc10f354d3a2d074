package io.pgprimacy.rescue;

import io.pgprimacy.backup.crypto.MasterKeys;
import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.backup.recovery.RecoveryPlan;
import io.pgprimacy.backup.recovery.RecoverySettings;
import io.pgprimacy.backup.recovery.RecoveryTarget;
import io.pgprimacy.backup.recovery.ReplayedTablespaces;
import io.pgprimacy.backup.recovery.WalFeed;
import io.pgprimacy.backup.restore.WalArchive;
import io.pgprimacy.backup.wal.RecoveryPath;
import io.pgprimacy.backup.wal.WalSegment;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Brings a restored backup to its target: settings, WAL, and PostgreSQL itself where that is wanted. */
final class Recovery {
    private static final String SPOOL = "pgprimacy_recovery";
    private static final int FETCHERS = 4;
    private static final int LAST_LINES = 8;
    private static final String ENDED_EARLY = "(recovery ended before configured recovery target was reached)";
    private static final Duration LOOK = Duration.ofMillis(200);

    private final RecoveryPlan plan;
    private final WalArchive archive;
    private final Path data;
    private final Optional<PostgresRun> postgres;

    private Recovery(RecoveryPlan plan, WalArchive archive, Path data, Optional<PostgresRun> postgres) {
        this.plan = plan;
        this.archive = archive;
        this.data = data;
        this.postgres = postgres;
    }

    /** Decides everything that can be decided, and refuses what must be refused, before anything is written. */
    static Recovery prepare(
            Bucket bucket,
            MasterKeys masters,
            List<Manifest> backups,
            Optional<String> backup,
            RecoveryOptions options,
            Path data)
            throws IOException {
        RecoveryTarget target = options.target();
        Manifest any = backups.getLast();
        StoredWal wal = StoredWal.in(bucket, any.cluster(), any.incarnation());
        WalArchive archive = new WalArchive(wal.inventory().place(), masters, bucket);
        TimelineId timeline = options.timeline().orElseGet(() -> newest(wal, any));
        RecoveryPath path = new RecoveryPath(wal.inventory(), archive.ancestry(wal.inventory(), timeline));
        RecoveryPlan plan = RecoveryPlan.choose(
                target,
                !options.exclusive,
                path,
                backups.stream()
                        .filter(b -> b.incarnation().equals(any.incarnation()))
                        .toList(),
                backup);
        Optional<PostgresRun> postgres = Optional.empty();
        if (options.start) {
            int major = plan.backup().postgres().version() / 10000;
            Path programs = PostgresRun.programs(Optional.ofNullable(options.programs), major);
            postgres = Optional.of(new PostgresRun(programs, data, options.postgresOptions));
        }
        return new Recovery(plan, archive, data, postgres);
    }

    Manifest backup() {
        return plan.backup();
    }

    /** On a restored backup. Returns once PostgreSQL has recovered; throws where it has not. */
    void run() throws IOException {
        RecoverySettings settings = new RecoverySettings(data);
        try (WalFeed feed = new WalFeed(
                data.resolve(SPOOL),
                plan.path(),
                archive,
                plan.backup().postgres().systemIdentifier(),
                new ReplayedTablespaces(data, plan.backup().postgres().version()),
                FETCHERS)) {
            feed.expectFirstOf(plan);
            settings.write(plan, feed.restoreCommand());
            if (postgres.isPresent()) {
                drive(postgres.get(), settings, feed);
            } else {
                System.err.println("start PostgreSQL on " + data + " now; this gives it the WAL up to "
                        + plan.target().describe() + " and ends when it has recovered");
                await(settings, feed);
            }
            settings.finish(plan, feed.restoreCommand());
            System.err.println(
                    "gave " + feed.segments() + " segments; archive_mode is off in postgresql.auto.conf, so that"
                            + " this copy does not archive over the original");
        }
    }

    private void drive(PostgresRun run, RecoverySettings settings, WalFeed feed) throws IOException {
        run.start();
        if (!run.await()) {
            refuseTrouble(feed, run);
            if (run.said(ENDED_EARLY).isEmpty() || !isAtTheEnd(run)) {
                throw notRecovered(run);
            }
            // No commit lies behind a target in the quiet tail, and PostgreSQL takes that for a failure.
            System.err.println(
                    "there is nothing after " + plan.target().describe() + ": recovering to the end of the WAL");
            settings.forgetTarget(plan);
            run.start();
            if (!run.await()) {
                refuseTrouble(feed, run);
                throw notRecovered(run);
            }
        }
        tellReached(run);
    }

    /** Only a time or a position may lie in the quiet tail; a transaction or a name that was not found was not there. */
    private boolean isAtTheEnd(PostgresRun run) throws IOException {
        boolean mayBeInTheTail =
                plan.target() instanceof RecoveryTarget.Time || plan.target() instanceof RecoveryTarget.At;
        return mayBeInTheTail && plan.complete() && replayedAll(run);
    }

    /** The last record lies in the last segment that there is: nothing before the end was unreadable. */
    private boolean replayedAll(PostgresRun run) throws IOException {
        Optional<Lsn> last = run.said("redo done at ([0-9A-F]+/[0-9A-F]+)").map(Lsn::parse);
        Lsn beforeTheEnd = plan.reach().plus(-1);
        long size = plan.path().inventory().segmentSize();
        return last.isEmpty()
                || !last.get()
                        .isBefore(WalSegment.containing(new TimelineId(1), beforeTheEnd, size)
                                .start());
    }

    private void tellReached(PostgresRun run) throws IOException {
        String lsn = run.said("redo done at ([0-9A-F]+/[0-9A-F]+)").orElse("the end of the backup");
        System.err.printf(
                "recovered to %s: last record at %s, %s, last transaction of %s, now on timeline %s%n",
                plan.target().describe(),
                lsn,
                run.said("(recovery stopping .*)").orElse("the end of the WAL"),
                run.said("last completed transaction was at log time (.*)").orElse("before the backup's end"),
                run.said("selected new timeline ID: (\\d+)").orElse("?"));
        if (plan.target() instanceof RecoveryTarget.Latest && !replayedAll(run)) {
            throw new IOException("PostgreSQL stopped at " + lsn + ", and there is WAL up to " + plan.reach()
                    + "; its log is " + run.log());
        }
    }

    private void await(RecoverySettings settings, WalFeed feed) throws IOException {
        while (settings.isRecovering()) {
            if (feed.trouble().isPresent()) {
                throw feed.trouble().get();
            }
            try {
                Thread.sleep(LOOK);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException();
            }
        }
    }

    private static IOException notRecovered(PostgresRun run) throws IOException {
        return new IOException(
                "PostgreSQL has not recovered; its log, " + run.log() + ", ends with\n" + run.lastLines(LAST_LINES));
    }

    private static void refuseTrouble(WalFeed feed, PostgresRun run) throws IOException {
        if (feed.trouble().isPresent()) {
            throw new IOException(
                    "PostgreSQL has stopped, for WAL that it needs cannot be given: "
                            + feed.trouble().get().getMessage() + "; its log is " + run.log(),
                    feed.trouble().get());
        }
    }

    private static TimelineId newest(StoredWal wal, Manifest backup) {
        TimelineId ofBackup = RecoveryPlan.timelineOf(backup);
        TimelineId ofWal = wal.inventory().timelines().isEmpty()
                ? ofBackup
                : wal.inventory().timelines().lastKey();
        return ofWal.compareTo(ofBackup) > 0 ? ofWal : ofBackup;
    }
}
