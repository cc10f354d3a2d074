package io.pgprimacy.core.plan;

import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.TimelineHistory;
import io.pgprimacy.core.postgres.WalPosition;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an agent sees of its own node.
 *
 * @param processes any process of this data directory is left, the postmaster or not
 * @param joined what the node would announce of itself
 * @param shutdownCheckpoint where the shutdown checkpoint's record begins, when PostgreSQL is stopped and was shut down cleanly
 * @param lastFlushed the last position seen while PostgreSQL accepted writes
 * @param switches the last few entries of this node's own timeline history
 * @param syncApplied the synchronous set that PostgreSQL enforces; empty when none was applied since it started
 * @param slots nodes that have a replication slot here; meaningless while PostgreSQL does not run
 * @param parameters the cluster's parameters as last applied here
 * @param pendingRestarts what its PostgreSQL takes only when it is started again; meaningless while it does not run
 * @param guardHolds the deadline that the guard has acknowledged, on the uptime clock; empty when it is disarmed
 * @param job the one action under way; empty when idle
 * @param lastJob the one that ended last
 */
public record Observation(
        PostgresView view,
        boolean processes,
        Fact.NodeJoined joined,
        Optional<WalPosition> shutdownCheckpoint,
        Optional<WalPosition> lastFlushed,
        List<TimelineHistory.Switch> switches,
        Optional<AppliedSync> syncApplied,
        SortedSet<NodeId> slots,
        SortedMap<String, String> parameters,
        SortedMap<String, Fact.RestartPending.Waiting> pendingRestarts,
        Optional<Duration> guardHolds,
        Optional<NodeAction> job,
        Optional<JobResult> lastJob) {
    public Observation {
        switches = List.copyOf(switches);
        slots = Collections.unmodifiableSortedSet(new TreeSet<>(slots));
        parameters = Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
        pendingRestarts = Collections.unmodifiableSortedMap(new TreeMap<>(pendingRestarts));
    }

    /** @param at end of the primary's WAL when the set came into force; what was acknowledged before lies below */
    public record AppliedSync(long sequence, Lsn at) {}

    /** How a job ended; {@code outcome} facts are stated in the log. */
    public sealed interface JobResult {
        NodeAction job();

        record Done(NodeAction job, Optional<Fact> outcome) implements JobResult {}

        /** @param attempt counts failures of the same action in a row, from 1 */
        record Failed(NodeAction job, String reason, int attempt) implements JobResult {}
    }

    public Optional<SystemIdentifier> systemIdentifier() {
        return joined.systemIdentifier();
    }

    public boolean isRunningPrimary() {
        return view instanceof PostgresView.Primary || (view instanceof PostgresView.Unresponsive u && u.wasPrimary());
    }
}
