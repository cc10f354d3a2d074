package io.pgprimacy.worker.restore;

import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.recovery.RecoveryTarget;
import io.pgprimacy.backup.wal.WalPlace;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One restore, as it was asked for.
 *
 * @param cluster whose data it is
 * @param into the life of another cluster that begins with it: the data is made a database system of its own; empty: it stays the same one
 * @param data the directory to fill; empty, or not there
 * @param side name of the places inside of the tablespaces' locations that they are made in; empty: in the locations themselves
 * @param masterKeys text of the master keys
 * @param goal what the data is to become
 * @param programs directory of PostgreSQL's programs
 * @param user a superuser of the restored cluster
 */
public record RestorePlan(
        ClusterId cluster,
        Incarnation incarnation,
        Optional<WalPlace> into,
        Path data,
        Optional<String> side,
        URI service,
        String token,
        String masterKeys,
        int workers,
        Goal goal,
        Path programs,
        String user) {

    /** What the data is to become. */
    public sealed interface Goal {
        /**
         * A standby's of a primary on that timeline, which has all WAL from {@code until} on.
         */
        record Standby(TimelineId timeline, Lsn until) implements Goal {}

        /**
         * The cluster's at a moment.
         *
         * @param backup the only one to begin with
         */
        record Moment(RecoveryTarget target, boolean inclusive, Optional<String> backup) implements Goal {}
    }
}
