package io.pgprimacy.agent.postgres;

import io.pgprimacy.core.postgres.TimelineId;
import java.nio.file.Path;

/** The repository's WAL, for a program of PostgreSQL that asks by a {@code restore_command}. */
@FunctionalInterface
public interface ArchivedWal {
    /**
     * Throws {@link PostgresFailure} where the archive cannot be read, within a bound.
     *
     * @param spool a directory that is made; in one of PostgreSQL's user
     * @param timeline what is not on the way to it is not given
     */
    Giving give(Path spool, ControlData of, TimelineId timeline);

    /** Until it is closed. */
    interface Giving extends AutoCloseable {
        /** Ends with 1 where there is no such file, and with more than 128 where there is one that cannot be had. */
        String restoreCommand();

        @Override
        void close();
    }
}
