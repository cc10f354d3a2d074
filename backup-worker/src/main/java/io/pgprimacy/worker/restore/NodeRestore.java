package io.pgprimacy.worker.restore;

import io.pgprimacy.backup.crypto.MasterKeys;
import io.pgprimacy.backup.format.Manifest;
import io.pgprimacy.backup.recovery.Programs;
import io.pgprimacy.backup.recovery.RecoveryPlan;
import io.pgprimacy.backup.restore.DataDirectoryRestore;
import io.pgprimacy.backup.restore.RestoreRefused;
import io.pgprimacy.backup.restore.StoredBackup;
import io.pgprimacy.backup.restore.VersionDirectory;
import io.pgprimacy.backup.restore.WalArchive;
import io.pgprimacy.backup.wal.WalPlace;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.SidePlace;
import io.pgprimacy.core.postgres.WalPosition;
import io.pgprimacy.worker.transfer.RepositoryClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One restore: the backup, then WAL. */
public final class NodeRestore {
    private final RestorePlan plan;
    private final Listener listener;

    /** Told what happens, on any thread. */
    public interface Listener {
        void begun(RecoveryPlan plan);

        void restored(long bytes);

        /** The files are there; what is done now. */
        void step(String step);

        void replayed(Lsn position);
    }

    /**
     * @param position the end of the WAL that is there
     * @param copied the position up to which another database system was copied; empty where it is the same one still
     * @param lastCommit commit time of the last transaction; known only where a moment was restored
     */
    public record Outcome(
            Manifest backup,
            WalPosition position,
            Optional<WalPosition> copied,
            Optional<String> lastCommit,
            long bytes,
            long segments,
            Duration filesTook,
            Duration walTook) {}

    public NodeRestore(RestorePlan plan, Listener listener) {
        this.plan = plan;
        this.listener = listener;
    }

    /** Refuses what can be refused before anything is written. */
    public Outcome run() throws IOException {
        RepositoryClient repository = plan.into()
                .map(reader -> RepositoryClient.ofOrigin(plan.service(), plan.token(), reader, plan.incarnation()))
                .orElseGet(
                        () -> new RepositoryClient(plan.service(), plan.token(), plan.cluster(), plan.incarnation()));
        MasterKeys masters = MasterKeys.parse(plan.masterKeys());
        WalArchive archive = new WalArchive(new WalPlace(plan.cluster(), plan.incarnation()), masters, repository);
        Selection selection = new Selection(repository, archive);
        RecoveryPlan chosen = select(selection);
        Programs programs = new Programs(plan.programs());
        programs.requireMajor(chosen.backup().postgres().version());
        StoredBackup stored = StoredBackup.open(chosen.backup().place(), masters, repository);
        DataDirectoryRestore restore = new DataDirectoryRestore(
                stored, new DataDirectoryRestore.Settings(plan.data(), places(chosen.backup()), plan.workers(), false));
        listener.begun(chosen);
        long begun = System.nanoTime();
        DataDirectoryRestore.Outcome files = restore.run((_, bytes) -> listener.restored(bytes));
        Duration filesTook = since(begun);
        long walBegun = System.nanoTime();
        return switch (plan.goal()) {
            case RestorePlan.Goal.Standby goal -> {
                listener.step("fetching WAL");
                RecoveryPlan now = selection.again(goal, chosen);
                WalFill wal = new WalFill(now, archive, plan.data());
                wal.run(plan.workers());
                yield new Outcome(
                        chosen.backup(),
                        new WalPosition(goal.timeline(), now.reach()),
                        Optional.empty(),
                        Optional.empty(),
                        files.bytes(),
                        wal.segments(),
                        filesTook,
                        since(walBegun));
            }
            case RestorePlan.Goal.Moment _ -> {
                listener.step("replaying WAL");
                Replay.Reached reached =
                        new Replay(chosen, archive, plan.data(), programs, plan.user(), listener::replayed).run();
                Optional<WalPosition> position =
                        plan.into().isPresent() ? Optional.of(detach(programs)) : Optional.empty();
                yield new Outcome(
                        chosen.backup(),
                        position.orElse(reached.position()),
                        position.map(_ -> reached.position()),
                        reached.lastCommit(),
                        files.bytes(),
                        reached.segments(),
                        filesTook,
                        since(walBegun));
            }
        };
    }

    /** Refuses where something of that version is in the way: nobody could say whose the files are. */
    private Map<Long, Path> places(Manifest backup) throws IOException {
        Map<Long, Path> places = new TreeMap<>();
        for (Manifest.Tablespace tablespace : backup.tablespaces()) {
            Path home = Path.of(SidePlace.home(tablespace.location()));
            Optional<Path> stranger =
                    VersionDirectory.in(home, backup.postgres().version());
            if (stranger.isPresent()) {
                throw new RestoreRefused(
                        stranger.get() + " is in the way of tablespace " + tablespace.oid(),
                        "move it away, or remove it if nobody needs it");
            }
            places.put(tablespace.oid(), plan.side().map(home::resolve).orElse(home));
        }
        return places;
    }

    /** Nothing of what is restored is served before this is done. */
    private WalPosition detach(Programs programs) throws IOException {
        listener.step("making it a database system of its own");
        return new NewSystem(programs, plan.data(), plan.user()).make();
    }

    private static Duration since(long begun) {
        return Duration.ofMillis((System.nanoTime() - begun) / 1_000_000);
    }

    private RecoveryPlan select(Selection selection) throws IOException {
        return switch (plan.goal()) {
            case RestorePlan.Goal.Standby goal -> selection.standby(goal);
            case RestorePlan.Goal.Moment goal -> selection.moment(goal);
        };
    }
}
