package io.pgprimacy.agent.postgres;

import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.TimelineId;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What {@code pg_controldata} says about a data directory, running or not.
 *
 * @param state in PostgreSQL's words, e.g. {@code shut down}, {@code in production}, {@code in archive recovery}
 * @param checkpoint where the latest checkpoint record begins
 * @param timeline of the latest checkpoint; WAL after it may be on a later one
 * @param minimumRecoveryEnd up to where a standby must replay to be consistent; empty outside recovery
 * @param canBeRewound checksums or {@code wal_log_hints} are on, so {@code pg_rewind} would do
 */
public record ControlData(
        SystemIdentifier systemIdentifier,
        String state,
        Lsn checkpoint,
        Lsn redo,
        TimelineId timeline,
        Optional<Lsn> minimumRecoveryEnd,
        long walSegmentBytes,
        boolean canBeRewound) {

    /** True where it was stopped in order: its WAL ends with a (restart) point and needs no crash recovery. */
    public boolean isCleanlyShutDown() {
        return state.equals("shut down") || state.equals("shut down in recovery");
    }

    /** True where it was a primary when it was last running. */
    public boolean wasPrimary() {
        return state.equals("shut down") || state.equals("in production") || state.equals("shutting down");
    }

    static ControlData parse(String text) {
        Map<String, String> values = values(text);
        Lsn minimum = Lsn.parse(value(values, "Minimum recovery ending location"));
        return new ControlData(
                new SystemIdentifier(value(values, "Database system identifier")),
                value(values, "Database cluster state"),
                Lsn.parse(value(values, "Latest checkpoint location")),
                Lsn.parse(value(values, "Latest checkpoint's REDO location")),
                new TimelineId(Long.parseLong(value(values, "Latest checkpoint's TimeLineID"))),
                minimum.equals(Lsn.ZERO) ? Optional.empty() : Optional.of(minimum),
                Long.parseLong(value(values, "Bytes per WAL segment")),
                !value(values, "Data page checksum version").equals("0")
                        || value(values, "wal_log_hints setting").equals("on"));
    }

    /** The lines of {@code pg_controldata} by their labels. */
    static Map<String, String> values(String text) {
        Map<String, String> values = new TreeMap<>();
        text.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                values.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        });
        return values;
    }

    private static String value(Map<String, String> values, String key) {
        String value = values.get(key);
        if (value == null) {
            throw new PostgresFailure(
                    PostgresFailure.Reason.PROGRAM_FAILED, "pg_controldata does not say '" + key + "'");
        }
        return value;
    }
}
