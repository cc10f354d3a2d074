package io.pgprimacy.agent.postgres;

import io.pgprimacy.agent.process.ProcessResult;
import io.pgprimacy.core.id.Term;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Fills this node from another by {@code pg_basebackup}. The old data is kept until {@link DirectorySwap#discardOld}.
 */
public final class BaseBackup {
    private final PostgresInstance instance;
    private final InstanceSettings settings;
    private final DirectorySwap swap;

    public BaseBackup(PostgresInstance instance) {
        this.instance = instance;
        this.settings = instance.settings();
        this.swap = new DirectorySwap(instance);
    }

    /** How it ended. */
    public sealed interface Outcome {
        record Filled(Duration took, long bytes) implements Outcome {}

        /** The old data directory is as it was. */
        record Failed(String message) implements Outcome {}
    }

    /**
     * The caller has stopped the instance and saved what will be discarded (S9).
     *
     * @param keep the restore until whose confirmation what is replaced stays beside it; empty: it goes
     */
    public Outcome run(Upstream source, Optional<Term> keep, Duration bound, Consumer<Progress> onProgress) {
        if (instance.processes().anyAlive()) {
            return new Outcome.Failed(settings.node() + " still runs");
        }
        try {
            Optional<String> obstacle = swap.obstacle();
            if (obstacle.isPresent()) {
                return new Outcome.Failed(obstacle.get());
            }
            RemoteTablespaces tablespaces = RemoteTablespaces.of(source);
            Optional<String> shortage = tablespaces.shortage();
            if (shortage.isPresent()) {
                return new Outcome.Failed(shortage.get());
            }
            String side = swap.prepare();
            Optional<String> stranger = swap.obstacle(tablespaces.homes());
            if (stranger.isPresent()) {
                return new Outcome.Failed(stranger.get());
            }
            swap.fills(side, tablespaces.homes());
            ProcessResult result = instance.runner()
                    .run(
                            command(source, tablespaces, side),
                            bound,
                            line -> {},
                            line -> Progress.parse(line).ifPresent(onProgress));
            if (!result.succeeded()) {
                swap.discardIncoming();
                return new Outcome.Failed("pg_basebackup: " + result.complaint());
            }
            long kilobytes = result.errors()
                    .lines()
                    .map(Progress::parse)
                    .mapToLong(progress -> progress.map(Progress::doneKilobytes).orElse(0L))
                    .max()
                    .orElse(0);
            swap.replace(keep);
            return new Outcome.Filled(result.took(), kilobytes * 1024);
        } catch (IOException e) {
            throw new PostgresFailure(PostgresFailure.Reason.FILES, "the data directory cannot be replaced", e);
        }
    }

    private List<String> command(Upstream source, RemoteTablespaces tablespaces, String side) {
        List<String> command = new ArrayList<>(List.of(
                instance.installation().program("pg_basebackup"),
                "--pgdata=" + swap.incoming(),
                // Not the node's own name: a backup that streams WAL must never count as a synchronous standby.
                "--dbname=" + source.conninfo("pgprimacy base backup for " + settings.node()),
                "--wal-method=stream",
                "--checkpoint=fast",
                "--progress",
                "--verbose",
                "--no-password"));
        for (RemoteTablespaces.Tablespace each : tablespaces.all()) {
            command.add("--tablespace-mapping=" + escaped(each.location()) + "="
                    + escaped(each.home().resolve(side)));
        }
        return command;
    }

    private static String escaped(Path path) {
        return path.toString().replace("=", "\\=");
    }
}
