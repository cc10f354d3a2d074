package io.pgprimacy.core.event;

import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.core.postgres.WalPosition;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** PostgreSQL as its agent sees it. */
public sealed interface PostgresView {
    /** No data directory yet: the node can be filled. */
    record Empty() implements PostgresView {}

    /** A data directory is there; no process runs on it. */
    record Stopped(String reason) implements PostgresView {}

    /** Processes run, but it takes no connections yet. */
    record Starting() implements PostgresView {}

    /** Processes run, but it has not answered within the bound; {@code wasPrimary} by its last answer. */
    record Unresponsive(boolean wasPrimary, Duration since) implements PostgresView {}

    /**
     * Accepts writes.
     *
     * @param syncApplied sequence of the decision whose synchronous set PostgreSQL enforces; 0 when none
     */
    record Primary(TimelineId timeline, Lsn flushed, WriteProbe probe, List<Downstream> downstreams, long syncApplied)
            implements PostgresView {
        public Primary {
            downstreams = List.copyOf(downstreams);
        }

        /** By the primary's own account. */
        public boolean streamsTo(NodeId standby) {
            for (Downstream d : downstreams) {
                if (d.applicationName().equals(standby.value()) && d.state().equals("streaming")) {
                    return true;
                }
            }
            return false;
        }
    }

    /**
     * Replays WAL.
     *
     * @param received end of the WAL that is safely on this node's disk, as far as is known: the larger of received and
     *     replayed
     * @param exact true when {@code received} is certainly the end of this node's WAL; false while PostgreSQL is still
     *     working through WAL of before its start
     */
    record Standby(TimelineId timeline, Lsn received, Lsn replayed, boolean exact, Upstream upstream)
            implements PostgresView {
        public WalPosition position() {
            return new WalPosition(timeline, received);
        }
    }

    /**
     * Where a standby gets its WAL.
     *
     * @param node empty when the WAL receiver is cut
     * @param streaming true while the WAL receiver is connected
     * @param lastMessage how long ago the last message came; empty when none came
     */
    record Upstream(Optional<NodeId> node, boolean streaming, Optional<Duration> lastMessage) {
        public static final Upstream CUT = new Upstream(Optional.empty(), false, Optional.empty());
    }

    /** A standby as the primary sees it in pg_stat_replication. */
    record Downstream(String applicationName, String state, Lsn flushed, String syncState) {}

    /** Result of the small local write that goes with the primary's heartbeat. */
    sealed interface WriteProbe {
        record Passed(Duration took) implements WriteProbe {}

        record Hanging(Duration since) implements WriteProbe {}

        record Failed(String message, Duration since) implements WriteProbe {}

        record NotYet() implements WriteProbe {}
    }

    /** The position, where this view has one. */
    default Optional<WalPosition> knownPosition() {
        return switch (this) {
            case Primary p -> Optional.of(new WalPosition(p.timeline(), p.flushed()));
            case Standby s -> Optional.of(s.position());
            case Empty e -> Optional.empty();
            case Stopped s -> Optional.empty();
            case Starting s -> Optional.empty();
            case Unresponsive u -> Optional.empty();
        };
    }
}
