package io.pgprimacy.rescue;

import io.pgprimacy.backup.recovery.RecoveryTarget;
import io.pgprimacy.core.postgres.TimelineId;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where to recover to, and whether to start PostgreSQL. */
final class RecoveryOptions {
    @Option(
            names = "--to",
            paramLabel = "TARGET",
            description = {
                "Recovers with the WAL archive: to 'latest', a time with its zone, an LSN, xid:N or name:NAME.",
                "Without it the backup alone is restored."
            })
    @Nullable
    String to;

    @Option(names = "--to-exclusive", description = "Stops just before the target instead of just after it.")
    boolean exclusive;

    @Option(names = "--timeline", paramLabel = "N", description = "On which timeline (default: ${DEFAULT-VALUE}).")
    String timeline = "latest";

    @Option(
            names = "--start",
            description =
                    "Starts PostgreSQL, and says what was reached. Without it you start PostgreSQL while this waits.")
    boolean start;

    @Option(
            names = "--pg-bin",
            paramLabel = "DIR",
            description = "PostgreSQL's programs, for --start (default: Debian's place for the backup's version).")
    @Nullable
    Path programs;

    @Option(
            names = "--postgres-options",
            paramLabel = "OPTIONS",
            description = "Given to PostgreSQL by --start, for instance '-c port=5433'.")
    String postgresOptions = "";

    boolean wanted() {
        return to != null;
    }

    RecoveryTarget target() {
        return RecoveryTarget.parse(String.valueOf(to));
    }

    /** Empty for the latest. */
    Optional<TimelineId> timeline() {
        return timeline.equals("latest") ? Optional.empty() : Optional.of(new TimelineId(Long.parseLong(timeline)));
    }
}
