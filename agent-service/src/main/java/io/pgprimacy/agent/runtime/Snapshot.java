package io.pgprimacy.agent.runtime;

import io.pgprimacy.agent.postgres.PostgresObservation;
import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.lease.LeaseKeeper;
import io.pgprimacy.core.plan.LocalMemory;
import io.pgprimacy.core.plan.Observation;
import io.pgprimacy.core.postgres.Lsn;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the agent knew at the end of one pass of its loop; for HTTP and metrics, which never touch the loop itself.
 *
 * @param at on the uptime clock
 * @param caughtUp the log has been read to its end since the start
 * @param halted why the log is not read any further
 * @param logReadAt when the log gave something back last, on the uptime clock
 * @param told PostgreSQL's own words, while it answers
 * @param chronicle changes of primary, oldest first
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
        Optional<String> halted,
        Optional<Duration> logReadAt,
        Optional<PostgresObservation> told,
        List<Chronicle.Entry> chronicle) {

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

    /** By the wall clock, for people: when the log gave something back last. */
    public Optional<Instant> logLastSeen(Duration now) {
        return logReadAt.map(read -> Instant.now().minus(now.minus(read)));
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

    /** By how much this standby's replay is behind the primary's last heartbeat; zero on the primary, empty while nobody knows where that is. */
    public Optional<Long> lagBytes() {
        return standby().map(s -> behind(s.replayed())).orElse(Optional.of(0L));
    }

    /** The same of what it has received. */
    public Optional<Long> receiveLagBytes() {
        return standby().map(s -> behind(s.received())).orElse(Optional.of(0L));
    }

    private Optional<Long> behind(Lsn own) {
        return state.lastGrant()
                .flatMap(g -> state.node(g.node()))
                .flatMap(Node::position)
                .map(p -> Math.max(0, p.lsn().minus(own)));
    }

    /** Commits wait for it, or may. */
    public boolean isSynchronous() {
        return standby().isPresent()
                && state.sync().acknowledgements() > 0
                && state.sync().standbys().contains(node);
    }
}
