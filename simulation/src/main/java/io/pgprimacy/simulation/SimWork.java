package io.pgprimacy.simulation;

import io.pgprimacy.core.cluster.BackupOrder;
import io.pgprimacy.core.cluster.DrillOrder;
import io.pgprimacy.core.cluster.WorkOrder;
import io.pgprimacy.core.config.BackupType;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.plan.OrderedWork;
import io.pgprimacy.core.postgres.Lsn;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Backups, or drills, of one agent process: each takes some seconds; the worker dies with the agent. */
final class SimWork<O extends WorkOrder> {
    private final World world;
    private final SimHost host;
    private final SimAgent agent;
    private final Trade<O> trade;
    private Optional<OrderedWork> work = Optional.empty();

    /** What distinguishes the two. */
    sealed interface Trade<O> {
        Fact started(long ordered);

        Fact progressed(long ordered, long second);

        Fact completed(O order);

        Fact failed(long ordered, String reason);

        /** Why it cannot go on. */
        Optional<String> obstacle();
    }

    SimWork(World world, SimHost host, SimAgent agent, Trade<O> trade) {
        this.world = world;
        this.host = host;
        this.agent = agent;
        this.trade = trade;
    }

    Optional<OrderedWork> work() {
        return work;
    }

    void hold(Optional<O> order) {
        boolean same = order.isPresent()
                && work.map(w -> w.ordered() == order.get().ordered()).orElse(false);
        if (same) {
            return;
        }
        if (work.isPresent() && work.get().end().isEmpty()) {
            end(trade.failed(work.get().ordered(), "it was cancelled"));
        } else {
            order.ifPresent(this::begin);
        }
    }

    private void begin(O order) {
        agent.effect();
        long ordered = order.ordered();
        world.trace(host.name(), () -> "begins " + order);
        work = Optional.of(OrderedWork.begun(ordered).started(trade.started(ordered)));
        goOn(order, 0, 1 + ordered % 9);
    }

    /** @param seconds that it takes */
    private void goOn(O order, long second, long seconds) {
        long ordered = order.ordered();
        agent.process().after(World.SECOND, () -> {
            boolean under =
                    work.map(w -> w.ordered() == ordered && w.end().isEmpty()).orElse(false);
            if (!under) {
                return;
            }
            Optional<String> obstacle = trade.obstacle();
            if (obstacle.isPresent()) {
                end(trade.failed(ordered, obstacle.get()));
            } else if (second + 1 == seconds) {
                end(trade.completed(order));
            } else {
                work = work.map(w -> w.progressed(trade.progressed(ordered, second)));
                goOn(order, second + 1, seconds);
            }
            agent.wake();
        });
    }

    private void end(Fact fact) {
        work = work.map(w -> w.ended(fact));
    }

    /** Needs its PostgreSQL all the time. */
    record Backing(SimHost host) implements Trade<BackupOrder> {
        @Override
        public Fact started(long ordered) {
            return new Fact.BackupStarted(host.id(), ordered, "backup-" + ordered);
        }

        @Override
        public Fact progressed(long ordered, long second) {
            return new Fact.BackupProgressed(host.id(), ordered, second, second, second, Duration.ofSeconds(second));
        }

        @Override
        public Fact completed(BackupOrder order) {
            long ordered = order.ordered();
            if (!order.type().isPhysical()) {
                return new Fact.DumpCompleted(
                        host.id(), ordered, "backup-" + ordered, 1, 1, 1, Instant.EPOCH, Instant.EPOCH);
            }
            Fact.BackupCompleted.Point point = new Fact.BackupCompleted.Point(new Lsn(ordered), Instant.EPOCH);
            return new Fact.BackupCompleted(
                    host.id(),
                    ordered,
                    "backup-" + ordered,
                    BackupType.FULL,
                    Optional.empty(),
                    Optional.empty(),
                    point,
                    point,
                    1,
                    1,
                    1,
                    0,
                    List.of());
        }

        @Override
        public Fact failed(long ordered, String reason) {
            return new Fact.BackupFailed(host.id(), ordered, reason);
        }

        @Override
        public Optional<String> obstacle() {
            return host.postgres().process().isAlive() ? Optional.empty() : Optional.of("the session was lost");
        }
    }

    /** Works on a copy of its own. */
    record Drilling(SimHost host) implements Trade<DrillOrder> {
        @Override
        public Fact started(long ordered) {
            return new Fact.DrillStarted(host.id(), ordered, "backup", 1);
        }

        @Override
        public Fact progressed(long ordered, long second) {
            return new Fact.DrillProgressed(host.id(), ordered, "restoring", second, Duration.ofSeconds(second));
        }

        @Override
        public Fact completed(DrillOrder order) {
            return new Fact.DrillCompleted(
                    host.id(), order.ordered(), "backup", Duration.ZERO, Duration.ZERO, 1, List.of(), Instant.EPOCH);
        }

        @Override
        public Fact failed(long ordered, String reason) {
            return new Fact.DrillFailed(host.id(), ordered, Optional.empty(), reason);
        }

        @Override
        public Optional<String> obstacle() {
            return Optional.empty();
        }
    }
}
