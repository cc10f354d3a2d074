package io.pgprimacy.agent.runtime;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.lease.LeaseKeeper;
import io.pgprimacy.core.plan.LocalMemory;
import io.pgprimacy.core.plan.Observation;
import java.time.Duration;
import java.util.Optional;

/**
 * What the agent knew at the end of one pass of its loop; for HTTP and metrics, which never touch the loop itself.
 *
 * @param at on the uptime clock
 * @param caughtUp the log has been read to its end since the start
 * @param halted why the log is not read any further
 */
public record Snapshot(
        NodeId node,
        ClusterState state,
        LocalMemory memory,
        LeaseKeeper lease,
        Observation seen,
        String because,
        Duration at,
        boolean caughtUp,
        Optional<String> halted) {

    /** What the agent does or waits for, for people. */
    public String doing() {
        return halted.orElse(because);
    }

    /** PostgreSQL accepts writes, under the newest grant and a lease that runs. */
    public boolean isPrimary(Duration now) {
        return seen.view() instanceof PostgresView.Primary
                && state.isPrimary(node, memory.primaryOf())
                && leaseLeft(now).isPositive();
    }

    public Optional<PostgresView.Standby> standby() {
        return seen.view() instanceof PostgresView.Standby s ? Optional.of(s) : Optional.empty();
    }

    public boolean isRunning() {
        return seen.view() instanceof PostgresView.Primary || seen.view() instanceof PostgresView.Standby;
    }

    /** Zero or negative when it has ended or none is held. */
    public Duration leaseLeft(Duration now) {
        return lease.heldFor(memory.primaryOf()).map(h -> h.endsAt().minus(now)).orElse(Duration.ZERO);
    }

    /** How old this may be before the loop counts as stuck. */
    public Duration staleAfter() {
        return state.config()
                .map(ClusterConfig::timing)
                .map(t -> seen.view() instanceof PostgresView.Primary
                        ? t.lease()
                        : t.lease().multipliedBy(2))
                .orElse(Duration.ofSeconds(20));
    }

    /** By how much this standby is behind the primary's last heartbeat; zero on the primary. */
    public long lagBytes() {
        Optional<PostgresView.Standby> own = standby();
        if (own.isEmpty()) {
            return 0;
        }
        return state.lastGrant()
                .flatMap(g -> state.node(g.node()))
                .flatMap(n -> n.position())
                .map(p -> Math.max(0, p.lsn().minus(own.get().replayed())))
                .orElse(Long.MAX_VALUE);
    }
}
