package io.pgprimacy.agent.postgres;

import io.pgprimacy.agent.process.ProcessResult;
import io.pgprimacy.agent.state.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Fills this node from another by {@code pg_basebackup}: into a new directory beside the data directory, which takes its
 * place only when it is complete. The old one is kept until {@link #discardOld}.
 */
public final class BaseBackup {
    private static final String COMPLETE = "pgprimacy.complete";

    private final PostgresInstance instance;
    private final InstanceSettings settings;
    private final Path incoming;
    private final Path old;

    public BaseBackup(PostgresInstance instance) {
        this.instance = instance;
        this.settings = instance.settings();
        Path data = settings.dataDirectory();
        this.incoming = data.resolveSibling(data.getFileName() + ".incoming");
        this.old = data.resolveSibling(data.getFileName() + ".old");
    }

    /** How it ended. */
    public sealed interface Outcome {
        record Filled(Duration took, long bytes) implements Outcome {}

        /** The old data directory is as it was. */
        record Failed(String message) implements Outcome {}
    }

    /** The caller has stopped the instance and saved what will be discarded (S9). */
    public Outcome run(Upstream source, Duration bound, Consumer<Progress> onProgress) {
        if (instance.processes().anyAlive()) {
            return new Outcome.Failed(settings.node() + " still runs");
        }
        try {
            if (isMountPoint()) {
                return new Outcome.Failed(settings.dataDirectory()
                        + " is a mount point and cannot be swapped; put the data directory one level below it");
            }
            prepareIncoming();
            ProcessResult result = instance.runner()
                    .run(
                            command(source),
                            bound,
                            line -> {},
                            line -> Progress.parse(line).ifPresent(onProgress));
            if (!result.succeeded()) {
                DirectoryTree.delete(incoming);
                return new Outcome.Failed("pg_basebackup: " + result.complaint());
            }
            long kilobytes = result.errors()
                    .lines()
                    .map(Progress::parse)
                    .mapToLong(progress -> progress.map(Progress::doneKilobytes).orElse(0L))
                    .max()
                    .orElse(0);
            makeItOurs();
            swap();
            return new Outcome.Filled(result.took(), kilobytes * 1024);
        } catch (IOException e) {
            throw new PostgresFailure(PostgresFailure.Reason.FILES, "the data directory cannot be replaced", e);
        }
    }

    /**
     * Brings a swap to an end in which the agent died; call it before anything else at start. True where there was one.
     */
    public boolean finishInterruptedSwap() {
        try {
            if (Files.exists(settings.dataDirectory())) {
                return false;
            }
            if (Files.exists(incoming.resolve(COMPLETE))) {
                swap();
                return true;
            }
            if (Files.exists(old)) {
                Files.move(old, settings.dataDirectory());
                syncParent();
                return true;
            }
            return false;
        } catch (IOException e) {
            throw new PostgresFailure(PostgresFailure.Reason.FILES, "the data directory cannot be replaced", e);
        }
    }

    /** When the new one has proved itself. */
    public void discardOld() {
        try {
            DirectoryTree.delete(old);
        } catch (IOException e) {
            throw new PostgresFailure(PostgresFailure.Reason.FILES, old + " cannot be removed", e);
        }
    }

    private List<String> command(Upstream source) {
        return List.of(
                instance.installation().program("pg_basebackup"),
                "--pgdata=" + incoming,
                // Not the node's own name: a backup that streams WAL must never count as a synchronous standby.
                "--dbname=" + source.conninfo("pgprimacy base backup for " + settings.node()),
                "--wal-method=stream",
                "--checkpoint=fast",
                "--progress",
                "--verbose",
                "--no-password");
    }

    private void prepareIncoming() throws IOException {
        DirectoryTree.delete(incoming);
        OwnedDirectory.create(incoming, instance.runner().user());
        Files.createDirectories(settings.stateDirectory());
    }

    /** The backup brings the source's configuration (its port, its upstream): ours goes over it before it can start. */
    private void makeItOurs() throws IOException {
        SavedConfig saved = new SavedConfig(settings);
        if (instance.isInitialised() && !settings.configIsElsewhere()) {
            saved.save(settings.dataDirectory());
            saved.restoreTo(incoming);
        } else {
            // The first filling: what the source's managed file says about links and ports is wrong here.
            Files.deleteIfExists(incoming.resolve(ManagedConfig.FILE));
        }
        DurableFile.write(incoming.resolve("standby.signal"), "");
        Files.deleteIfExists(incoming.resolve("recovery.signal"));
        DurableFile.write(incoming.resolve(COMPLETE), "");
    }

    /** The marker lies in the new directory until both renames are durable, so that a crash between them is healed. */
    private void swap() throws IOException {
        Path data = settings.dataDirectory();
        if (Files.exists(data)) {
            DirectoryTree.delete(old);
            Files.move(data, old);
        }
        Files.move(incoming, data);
        syncParent();
        Files.deleteIfExists(data.resolve(COMPLETE));
        Rewind.forget(settings);
    }

    private boolean isMountPoint() throws IOException {
        Path data = settings.dataDirectory();
        return Files.exists(data)
                && !Objects.equals(Files.getAttribute(data, "unix:dev"), Files.getAttribute(parent(), "unix:dev"));
    }

    private void syncParent() throws IOException {
        DurableFile.syncDirectory(parent());
    }

    private Path parent() {
        return Objects.requireNonNull(settings.dataDirectory().toAbsolutePath().getParent(), "data directory is /");
    }
}
