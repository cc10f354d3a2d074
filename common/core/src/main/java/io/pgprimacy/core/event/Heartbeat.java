package io.pgprimacy.core.event;

import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import java.time.Duration;
import java.util.Optional;

/** Superseded by the next one of the same writer. */
public sealed interface Heartbeat extends ClusterEvent {

    /**
     * What an agent sees of its PostgreSQL; renews the lease when it claims one (S2).
     *
     * @param incarnation differs with each start of the agent
     * @param beat counts heartbeats of this incarnation from 1
     * @param termSeen the highest term that the agent has made durable
     * @param sequence of the last decision of which its lease takes account: whoever was a member by then has promised whatever the lease
     *     rests on, unless the log has given it back (S11). Mostly the last decision that the agent had read. Never more than the
     *     log holds before this heartbeat, unless decisions were lost since
     * @param lease present whenever PostgreSQL may be accepting writes, and then at least as long as the guard still
     *     lets it
     * @param protocol highest version of these records that the agent understands
     * @param activity what the agent is busy with, for people; empty when it is just watching
     */
    record NodeHeartbeat(
            NodeId node,
            String incarnation,
            long beat,
            Term termSeen,
            long sequence,
            Optional<LeaseClaim> lease,
            PostgresView postgres,
            int protocol,
            String activity)
            implements Heartbeat {}

    /** The primary's right to accept writes under {@code term} for {@code length} from the sending of this heartbeat. */
    record LeaseClaim(Term term, Duration length) {}

    /** A coordinator's own record: read back in time, it proves that the log is live (S7). */
    record CoordinatorPulse(String coordinator, long beat) implements Heartbeat {}
}
