package io.pgprimacy.agent.postgres;

import io.pgprimacy.core.event.DataOrigin;
import io.pgprimacy.core.event.RestoreGoal;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineHistory;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.core.postgres.WalPosition;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Fills this node from the repository: as a standby of a primary, or with the cluster's data as of a moment. */
public final class RepositoryRestore {
    private static final Duration QUERY_BOUND = Duration.ofSeconds(10);
    private static final int SWITCHES_TOLD = 3;
    /** The timeline by the name of the segment that is written now: the control file's is the last checkpoint's. */
    private static final String WHERE =
            "select pg_current_wal_flush_lsn(), substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)";

    private final PostgresInstance instance;
    private final DirectorySwap swap;
    private final Worker worker;
    private Optional<Restored> restored = Optional.empty();

    /**
     * Restores into an empty directory, and into places of that name inside of the tablespaces' locations; throws {@link PostgresFailure} with what went
     * wrong.
     */
    public interface Worker {
        /** With all WAL up to {@code until} at least. */
        Filled standby(Path directory, String side, TimelineId timeline, Lsn until) throws InterruptedException;

        /** @param origin whose repository is read; empty: this cluster's own */
        Filled moment(Path directory, String side, RestoreGoal goal, Optional<DataOrigin> origin)
                throws InterruptedException;
    }

    /**
     * @param position the end of its WAL
     * @param copied where the WAL of the cluster ends that this is a copy of; empty where the data goes on as that cluster's
     * @param files how long they took
     * @param wal how long it took
     */
    public record Filled(
            String backup,
            WalPosition position,
            Optional<WalPosition> copied,
            Optional<String> lastCommit,
            long bytes,
            long segments,
            Duration files,
            Duration wal) {}

    /** What {@link #take} has put in place. */
    public record Taken(Filled filled, Duration took, Optional<Path> kept, List<TimelineHistory.Switch> switches) {}

    private record Restored(Term term, Filled filled, Duration took) {}

    public RepositoryRestore(PostgresInstance instance, Worker worker) {
        this.instance = instance;
        this.swap = new DirectorySwap(instance);
        this.worker = worker;
    }

    /**
     * Replaces the data by a standby's. It holds all that the primary had when this began, as a copy of the primary would: what this node has confirmed
     * to a synchronous primary before stays confirmed. The caller has stopped the instance and saved what will be discarded (S9).
     *
     * @param keep the restore until whose confirmation what is replaced stays beside it; empty: it goes
     */
    public Filled rebuild(Upstream primary, Optional<Term> keep) throws InterruptedException {
        WalPosition now = position(primary);
        try {
            List<Path> homes = RemoteTablespaces.of(primary).homes();
            String side = prepare();
            Optional<String> stranger = swap.obstacle(homes);
            if (stranger.isPresent()) {
                throw new PostgresFailure(PostgresFailure.Reason.FILES, stranger.get());
            }
            Filled filled = worker.standby(swap.incoming(), side, now.timeline(), now.lsn());
            requireStopped();
            swap.replace(keep);
            return filled;
        } catch (IOException e) {
            throw new PostgresFailure(PostgresFailure.Reason.FILES, "the data directory cannot be replaced", e);
        }
    }

    /** Restores beside the data directory, which is not touched, but for where its tablespaces are; {@link #take} comes next. */
    public void restore(Term term, RestoreGoal goal, Optional<DataOrigin> origin) throws InterruptedException {
        long begun = System.nanoTime();
        restored = Optional.empty();
        try {
            String side = prepare();
            Filled filled = worker.moment(swap.incoming(), side, goal, origin);
            restored = Optional.of(new Restored(term, filled, Duration.ofNanos(System.nanoTime() - begun)));
        } catch (PostgresFailure e) {
            throw new PostgresFailure(e.reason(), e.getMessage() + besideIt(), e);
        } catch (IOException e) {
            throw new PostgresFailure(PostgresFailure.Reason.FILES, "there is no room beside the data directory", e);
        }
    }

    /** What was restored for that term takes the place of the data directory, which is kept beside it. */
    public Taken take(Term term) {
        Restored done = restored.filter(r -> r.term().equals(term))
                .orElseThrow(() -> new IllegalStateException("nothing was restored for term " + term));
        requireStopped();
        try {
            restored = Optional.empty();
            Optional<Path> kept = swap.replace(Optional.of(term));
            List<TimelineHistory.Switch> switches = TimelineHistoryFile.read(
                    instance.settings().dataDirectory().resolve("pg_wal"),
                    done.filled().position().timeline());
            return new Taken(
                    done.filled(),
                    done.took(),
                    kept,
                    switches.subList(Math.max(0, switches.size() - SWITCHES_TOLD), switches.size()));
        } catch (IOException e) {
            throw new PostgresFailure(PostgresFailure.Reason.FILES, "the data directory cannot be replaced", e);
        }
    }

    /** Where it was for want of room, this is where to make some. */
    private String besideIt() {
        try {
            List<String> kept = new KeptDirectories(instance.settings().dataDirectory())
                    .all().keySet().stream().map(Path::toString).toList();
            return kept.isEmpty()
                    ? ""
                    : "; earlier restores have left " + String.join(", ", kept) + ": restore confirm removes that";
        } catch (IOException e) {
            return "";
        }
    }

    private String prepare() throws IOException {
        Optional<String> obstacle = swap.obstacle();
        if (obstacle.isPresent()) {
            throw new PostgresFailure(PostgresFailure.Reason.FILES, obstacle.get());
        }
        return swap.prepare();
    }

    private void requireStopped() {
        if (instance.processes().anyAlive()) {
            throw new IllegalStateException(instance.settings().node() + " still runs");
        }
    }

    private static WalPosition position(Upstream primary) {
        try (AdminConnection remote = AdminConnection.to(primary, "rebuild")) {
            return remote.run(QUERY_BOUND, open -> {
                try (Statement statement = open.createStatement();
                        ResultSet row = statement.executeQuery(WHERE)) {
                    row.next();
                    return new WalPosition(
                            new TimelineId(Long.parseLong(row.getString(2), 16)), Lsn.parse(row.getString(1)));
                }
            });
        }
    }
}
