package io.pgprimacy.agent.runtime;

import io.pgprimacy.agent.postgres.PostgresFailure;
import io.pgprimacy.agent.postgres.ReplicationSlots;
import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.postgres.Lsn;
import java.time.Duration;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves the idle slots on a standby forward to what their owners have said that they hold: or each would keep all WAL since it was
 * made. A slot never passes the position of its member's last heartbeat.
 */
final class SlotUpkeep implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SlotUpkeep.class);
    private static final Duration EVERY = Duration.ofSeconds(10);
    private static final Duration QUERY_BOUND = Duration.ofSeconds(5);

    private final ReplicationSlots slots;
    private final Supplier<Snapshot> snapshot;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("slots").factory());

    private final ScheduledFuture<?> rounds;

    SlotUpkeep(ReplicationSlots slots, Supplier<Snapshot> snapshot) {
        this.slots = slots;
        this.snapshot = snapshot;
        this.rounds =
                timer.scheduleWithFixedDelay(this::advance, EVERY.toSeconds(), EVERY.toSeconds(), TimeUnit.SECONDS);
    }

    private void advance() {
        Snapshot now = snapshot.get();
        SortedSet<NodeId> present = now.seen().slots();
        boolean idle = now.seen().job().isEmpty() && now.seen().view() instanceof PostgresView.Standby;
        if (!idle || present.isEmpty()) {
            return;
        }
        try {
            slots.reconcile(present, confirmed(now.state()), QUERY_BOUND);
        } catch (PostgresFailure e) {
            LOG.info("slots could not be moved forward: {}", e.getMessage());
        }
    }

    private static Map<NodeId, Lsn> confirmed(ClusterState state) {
        Map<NodeId, Lsn> confirmed = new TreeMap<>();
        for (Node node : state.members()) {
            node.view()
                    .filter(PostgresView.Standby.class::isInstance)
                    .map(v -> ((PostgresView.Standby) v).received())
                    .ifPresent(lsn -> confirmed.put(node.id(), lsn));
        }
        return confirmed;
    }

    @Override
    public void close() {
        rounds.cancel(true);
        timer.shutdownNow();
    }
}
