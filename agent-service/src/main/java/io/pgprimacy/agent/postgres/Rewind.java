package io.pgprimacy.agent.postgres;

import io.pgprimacy.agent.process.ProcessResult;
import io.pgprimacy.agent.state.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code pg_rewind}: turns an old primary, stopped, into something that can follow the new one. Its own configuration is
 * put back afterwards, since pg_rewind takes the source's.
 */
public final class Rewind {
    private static final Logger LOG = LoggerFactory.getLogger(Rewind.class);
    private static final String MARKER = "rewind-unfinished";
    private static final String CONTROL_FILE_KNOWS_TIMELINE =
            "select pg_walfile_name(pg_current_wal_lsn()) like upper(lpad(to_hex(timeline_id), 8, '0')) || '%'"
                    + " from pg_control_checkpoint()";

    private final PostgresInstance instance;
    private final InstanceSettings settings;
    private final Optional<ArchivedWal> archive;

    /** @param archive asked for WAL that is no longer here; empty where there is none */
    public Rewind(PostgresInstance instance, Optional<ArchivedWal> archive) {
        this.instance = instance;
        this.settings = instance.settings();
        this.archive = archive;
    }

    /** How it ended. */
    public sealed interface Outcome {
        record Rewound(Duration took) implements Outcome {}

        /** Its WAL holds nothing that the source does not have; nothing was changed. */
        record NotNeeded(Duration took) implements Outcome {}

        /**
         * @param directoryIsUsable false where files may have been changed: then only a rebuild helps
         */
        record Failed(Reason reason, String message, boolean directoryIsUsable) implements Outcome {}
    }

    /** Why it failed. */
    public enum Reason {
        /** Neither checksums nor {@code wal_log_hints}. */
        HINTS_NOT_LOGGED,
        /** The WAL back to the common point is no longer there, and cannot be had from the archive. */
        WAL_MISSING,
        /** Another system identifier, or no common timeline. */
        UNRELATED,
        SOURCE_UNREACHABLE,
        SOURCE_NOT_PRIMARY,
        TIMED_OUT,
        OTHER
    }

    /** True where a rewind was begun and did not succeed: PostgreSQL must not be started on that directory. */
    public static boolean isUnfinished(InstanceSettings settings) {
        return Files.exists(settings.stateDirectory().resolve(MARKER));
    }

    /** The caller has stopped the instance and saved what will be discarded (S9). */
    public Outcome run(Upstream source, Duration bound, Consumer<Progress> onProgress) {
        if (instance.processes().anyAlive()) {
            return new Outcome.Failed(Reason.OTHER, settings.node() + " still runs", true);
        }
        Optional<Outcome.Failed> unfit = bringUpToDate(source, bound).or(() -> sideBySide(source));
        if (unfit.isPresent()) {
            return unfit.get();
        }
        SavedConfig saved = new SavedConfig(settings);
        try {
            prepare(saved);
            ProcessResult result = rewind(source, Optional.empty(), bound, onProgress);
            String archiveSaid = "";
            if (lacksWal(result) && archive.isPresent()) {
                LOG.info("WAL that the rewind needs is asked of the archive: {}", result.complaint());
                try (RewindArchive wal = RewindArchive.open(instance, archive.get())) {
                    result = rewind(source, Optional.of(wal.configFile()), bound, onProgress);
                    if (result.succeeded()) {
                        wal.putBack(result.errors());
                        LOG.info("rewound with WAL of the archive");
                    }
                } catch (PostgresFailure e) {
                    archiveSaid = "; " + e.getMessage();
                }
            }
            if (!result.succeeded()) {
                return failure(result, archiveSaid, saved);
            }
            saved.restoreTo(settings.dataDirectory());
            // Before the marker goes: without it, a start after a crash here would be one as a primary.
            instance.config().writeStandbySignal();
            finish(saved);
            return result.errors().contains("no rewind required")
                    ? new Outcome.NotNeeded(result.took())
                    : new Outcome.Rewound(result.took());
        } catch (IOException e) {
            throw new PostgresFailure(PostgresFailure.Reason.FILES, "pg_rewind cannot be prepared or finished", e);
        }
    }

    /**
     * Until the first checkpoint after a promotion, the source's control file names its old timeline, and pg_rewind (up
     * to 15) concludes from it that nothing is to be done. The diverged node would then follow with what it must lose.
     */
    private static Optional<Outcome.Failed> bringUpToDate(Upstream source, Duration bound) {
        try (AdminConnection remote = AdminConnection.to(source, "rewind")) {
            return remote.run(bound, open -> {
                try (Statement statement = open.createStatement()) {
                    if (!isTrue(statement, "select not pg_is_in_recovery()")) {
                        return Optional.of(
                                new Outcome.Failed(Reason.SOURCE_NOT_PRIMARY, source + " is no primary", true));
                    }
                    if (!isTrue(statement, CONTROL_FILE_KNOWS_TIMELINE)) {
                        statement.execute("CHECKPOINT");
                    }
                    return Optional.empty();
                }
            });
        } catch (PostgresFailure e) {
            return Optional.of(new Outcome.Failed(Reason.SOURCE_UNREACHABLE, String.valueOf(e.getMessage()), true));
        }
    }

    /**
     * pg_rewind goes through the tablespaces' whole locations: it would remove from here what restores have replaced, because the source has none of it,
     * and copy to here what the source keeps.
     */
    private Optional<Outcome.Failed> sideBySide(Upstream source) {
        new DirectorySwap(instance).settle();
        try {
            Optional<String> occupied = Tablespaces.occupiedSides(settings.dataDirectory()).stream()
                    .map(Path::toString)
                    .findFirst()
                    .or(() -> RemoteTablespaces.occupiedSide(source).map(side -> side + " of " + source));
            return occupied.map(side -> new Outcome.Failed(
                    Reason.OTHER, "old data lies in " + side + ", which pg_rewind would not leave alone", true));
        } catch (IOException e) {
            throw new PostgresFailure(PostgresFailure.Reason.FILES, "the tablespaces cannot be looked at: " + e, e);
        } catch (PostgresFailure e) {
            return Optional.of(new Outcome.Failed(Reason.SOURCE_UNREACHABLE, String.valueOf(e.getMessage()), true));
        }
    }

    private static boolean isTrue(Statement statement, String question) throws SQLException {
        try (ResultSet row = statement.executeQuery(question)) {
            return row.next() && row.getBoolean(1);
        }
    }

    /** After the directory was replaced by other means, e.g. a rebuild. */
    static void forget(InstanceSettings settings) throws IOException {
        new SavedConfig(settings).discard();
        DurableFile.delete(settings.stateDirectory().resolve(MARKER));
    }

    private void prepare(SavedConfig saved) throws IOException {
        Path data = settings.dataDirectory();
        saved.save(data);
        DurableFile.write(settings.stateDirectory().resolve(MARKER), "see pg_rewind's manual\n");
        if (!instance.controlData().isCleanlyShutDown()) {
            // pg_rewind then recovers it with a single-user server, which refuses to be a standby. It serves nobody.
            DurableFile.delete(data.resolve("standby.signal"));
        }
        Files.deleteIfExists(data.resolve("postmaster.pid"));
        new TimelineReservation(data).clear();
    }

    /** @param config with a {@code restore_command}; empty: what the target has itself must do */
    private ProcessResult rewind(
            Upstream source, Optional<Path> config, Duration bound, Consumer<Progress> onProgress) {
        return instance.runner()
                .run(
                        command(source, config),
                        bound,
                        line -> {},
                        line -> Progress.parse(line).ifPresent(onProgress));
    }

    private List<String> command(Upstream source, Optional<Path> config) {
        List<String> command = new ArrayList<>(List.of(
                instance.installation().program("pg_rewind"),
                "--target-pgdata=" + settings.dataDirectory(),
                "--source-server=" + source.conninfo("pgprimacy rewind of " + settings.node(), "postgres"),
                "--progress"));
        if (config.isPresent()) {
            command.add("--restore-target-wal");
        }
        config.or(() -> Optional.of(settings.configFile()).filter(_ -> settings.configIsElsewhere()))
                .ifPresent(file -> command.add("--config-file=" + file));
        return command;
    }

    /** For nothing else, and before anything was changed. */
    private static boolean lacksWal(ProcessResult result) {
        return !result.succeeded() && isUntouched(result) && reason(result) == Reason.WAL_MISSING;
    }

    /** pg_rewind says so before it writes the first byte into the target. */
    private static boolean isUntouched(ProcessResult result) {
        return !result.timedOut() && !result.errors().contains("need to copy");
    }

    private Outcome failure(ProcessResult result, String archiveSaid, SavedConfig saved) throws IOException {
        saved.restoreTo(settings.dataDirectory());
        instance.config().writeStandbySignal();
        Reason reason = reason(result);
        boolean untouched = isUntouched(result);
        if (untouched) {
            finish(saved);
        }
        return new Outcome.Failed(reason, result.complaint() + archiveSaid, untouched);
    }

    private static Reason reason(ProcessResult result) {
        String text = result.errors();
        if (result.timedOut()) {
            return Reason.TIMED_OUT;
        } else if (text.contains("wal_log_hints")) {
            return Reason.HINTS_NOT_LOGGED;
        } else if (text.contains("could not find previous WAL record")
                || text.contains("could not open file")
                || text.contains("restore_command failed")) {
            return Reason.WAL_MISSING;
        } else if (text.contains("different systems") || text.contains("could not find common ancestor")) {
            return Reason.UNRELATED;
        } else if (text.contains("connection to server")) {
            return Reason.SOURCE_UNREACHABLE;
        }
        return Reason.OTHER;
    }

    /** The marker first: while it is there, the saved files are needed; without it, leftovers would only be stale. */
    private void finish(SavedConfig saved) throws IOException {
        DurableFile.delete(settings.stateDirectory().resolve(MARKER));
        saved.discard();
    }
}
