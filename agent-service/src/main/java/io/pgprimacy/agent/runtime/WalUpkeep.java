package io.pgprimacy.agent.runtime;

import io.pgprimacy.agent.backup.WalKeeper;
import io.pgprimacy.agent.postgres.ManagedParameters;
import io.pgprimacy.agent.postgres.WalGate;
import io.pgprimacy.agent.process.UptimeClock;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.event.Endpoint;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.PostgresView;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps WAL while this node is primary. A keeper is begun under a lease that runs, and ended only when PostgreSQL has ended or follows another: a
 * primary that is shut down waits for its last segment.
 */
final class WalUpkeep implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WalUpkeep.class);
    private static final Duration EVERY = Duration.ofMillis(500);

    private final WalKeeper keeper;
    private final WalGate gate;
    private final Supplier<Snapshot> snapshot;
    private final UptimeClock clock;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("wal").factory());

    private final ScheduledFuture<?> rounds;

    WalUpkeep(WalKeeper keeper, WalGate gate, Supplier<Snapshot> snapshot, UptimeClock clock) {
        this.keeper = keeper;
        this.gate = gate;
        this.snapshot = snapshot;
        this.clock = clock;
        this.rounds =
                timer.scheduleWithFixedDelay(this::look, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            Snapshot now = snapshot.get();
            boolean others = ManagedParameters.isArchivedOtherwise(
                    now.state().config().map(ClusterConfig::parameters).orElseGet(TreeMap::new));
            switch (now.seen().view()) {
                case PostgresView.Primary p when others -> keeper.end();
                case PostgresView.Primary p
                when now.isPrimary(clock.now()) ->
                    keeper.keep(new WalKeeper.Task(now.memory().primaryOf(), p.timeline(), gate), others(now));
                case PostgresView.Standby s -> keeper.end();
                case PostgresView.Stopped s -> keeper.end();
                case PostgresView.Empty e -> keeper.end();
                case PostgresView.Primary p -> {}
                case PostgresView.Starting s -> {}
                case PostgresView.Unresponsive u -> {}
            }
        } catch (RuntimeException e) {
            // A timer whose task throws never runs again.
            LOG.error("the WAL keeper could not be looked after", e);
        }
    }

    private static List<Endpoint> others(Snapshot now) {
        return now.state().members().stream()
                .filter(n -> !n.id().equals(now.node()))
                .flatMap(n -> n.joined().stream())
                .map(Fact.NodeJoined::endpoint)
                .toList();
    }

    @Override
    public void close() {
        rounds.cancel(true);
        timer.shutdownNow();
        keeper.close();
    }
}
