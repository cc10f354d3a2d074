package io.pgprimacy.agent.postgres;

import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.TimelineId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a running instance said of itself in one round trip.
 *
 * @param timeline of what it writes, or has received
 * @param flushed on a primary: the end of its WAL on disk
 * @param received on a standby: by its WAL receiver since the start
 * @param localWalExhausted on a standby: all WAL that it has has been read
 * @param standbys that are connected here, base backups and other tools left out
 * @param synchronousStandbyNames in force
 * @param replayedAt commit time of the last transaction that a standby has replayed
 * @param restores a {@code restore_command} is set: what does not stream comes from an archive
 */
public record PostgresObservation(
        boolean inRecovery,
        Optional<TimelineId> timeline,
        Optional<Lsn> flushed,
        Optional<Lsn> received,
        Optional<Lsn> replayed,
        boolean localWalExhausted,
        boolean replayPaused,
        Optional<WalReceiver> walReceiver,
        List<ConnectedStandby> standbys,
        SystemIdentifier systemIdentifier,
        int serverVersion,
        Instant postmasterStart,
        String synchronousStandbyNames,
        Optional<Instant> replayedAt,
        boolean restores) {

    /** The end of the WAL that is here: a lower bound on a standby that receives. */
    public Lsn walEnd() {
        return flushed.orElseGet(() -> Lsn.max(received.orElse(Lsn.ZERO), replayed.orElse(Lsn.ZERO)));
    }

    PostgresObservation onTimeline(TimelineId known) {
        return new PostgresObservation(
                inRecovery,
                Optional.of(known),
                flushed,
                received,
                replayed,
                localWalExhausted,
                replayPaused,
                walReceiver,
                standbys,
                systemIdentifier,
                serverVersion,
                postmasterStart,
                synchronousStandbyNames,
                replayedAt,
                restores);
    }

    /**
     * @param pid of its process
     * @param status {@code streaming}, {@code starting}, {@code waiting}, ...
     * @param silentFor since the upstream last said anything
     */
    public record WalReceiver(
            long pid,
            String status,
            Optional<TimelineId> timeline,
            Optional<Lsn> flushed,
            Optional<Duration> silentFor,
            Optional<String> host,
            Optional<Integer> port,
            Optional<String> slot) {
        public boolean isStreaming() {
            return status.equals("streaming");
        }
    }

    /**
     * @param name its {@code application_name}, which for members is the node id
     * @param syncState {@code async}, {@code potential}, {@code sync} or {@code quorum}
     */
    public record ConnectedStandby(
            String name,
            String state,
            Optional<Lsn> sent,
            Optional<Lsn> flushed,
            Optional<Lsn> replayed,
            String syncState,
            Optional<String> address) {}
}
