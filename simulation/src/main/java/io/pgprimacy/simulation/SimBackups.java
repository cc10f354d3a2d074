package io.pgprimacy.simulation;

import io.pgprimacy.core.cluster.BackupOrder;
import io.pgprimacy.core.config.BackupType;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.plan.BackupWork;
import io.pgprimacy.core.postgres.Lsn;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Backups of one agent process: each takes some seconds and needs its PostgreSQL all the time; the worker dies with the agent. */
final class SimBackups {
    private final World world;
    private final SimHost host;
    private final SimAgent agent;
    private Optional<BackupWork> work = Optional.empty();

    SimBackups(World world, SimHost host, SimAgent agent) {
        this.world = world;
        this.host = host;
        this.agent = agent;
    }

    Optional<BackupWork> work() {
        return work;
    }

    void hold(Optional<BackupOrder> order) {
        boolean same = order.isPresent()
                && work.map(w -> w.ordered() == order.get().ordered()).orElse(false);
        if (same) {
            return;
        }
        if (work.isPresent() && work.get().end().isEmpty()) {
            end(work.get().ordered(), Optional.of("it was cancelled"));
        } else {
            order.ifPresent(this::begin);
        }
    }

    private void begin(BackupOrder order) {
        agent.effect();
        long ordered = order.ordered();
        world.trace(host.name(), () -> "begins the backup of decision " + ordered);
        work = Optional.of(new BackupWork(
                ordered,
                Optional.of(new Fact.BackupStarted(host.id(), ordered, "backup-" + ordered)),
                Optional.empty(),
                Optional.empty()));
        copy(ordered, 0, 1 + ordered % 9);
    }

    /** @param seconds that it takes */
    private void copy(long ordered, long second, long seconds) {
        agent.process().after(World.SECOND, () -> {
            boolean under =
                    work.map(w -> w.ordered() == ordered && w.end().isEmpty()).orElse(false);
            if (!under) {
                return;
            }
            if (!host.postgres().process().isAlive()) {
                end(ordered, Optional.of("the session was lost"));
            } else if (second + 1 == seconds) {
                end(ordered, Optional.empty());
            } else {
                work = work.map(
                        w -> new BackupWork(ordered, w.started(), Optional.of(progress(ordered, second)), w.end()));
                copy(ordered, second + 1, seconds);
            }
            agent.wake();
        });
    }

    private Fact.BackupProgressed progress(long ordered, long second) {
        return new Fact.BackupProgressed(host.id(), ordered, second, second, second, Duration.ofSeconds(second));
    }

    private void end(long ordered, Optional<String> failure) {
        Fact end = failure.<Fact>map(reason -> new Fact.BackupFailed(host.id(), ordered, reason))
                .orElseGet(() -> completed(ordered));
        work = work.map(w -> new BackupWork(ordered, w.started(), w.progress(), Optional.of(end)));
    }

    private Fact completed(long ordered) {
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
}
