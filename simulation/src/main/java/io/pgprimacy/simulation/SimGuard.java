package io.pgprimacy.simulation;

import java.time.Duration;
import java.util.Optional;

/**
 * The tiny process beside the agent: kills PostgreSQL at its deadline, on the host's uptime clock, whatever state the agent is in.
 * An armed deadline that has passed kills whatever is started until it is moved or disarmed.
 */
final class SimGuard {
    private final World world;
    private final SimHost host;
    private final SimProcess process;
    private final Seams seams;
    private Optional<Duration> deadline = Optional.empty();
    private Optional<Duration> acknowledged = Optional.empty();

    SimGuard(World world, SimHost host, Seams seams) {
        this.seams = seams;
        this.world = world;
        this.host = host;
        this.process = new SimProcess(world);
    }

    SimProcess process() {
        return process;
    }

    void boot() {
        process.start();
        deadline = Optional.empty();
        acknowledged = Optional.empty();
    }

    void hold(Duration until) {
        process.after(world.msBetween(0.2, 4), () -> {
            deadline = Optional.of(until);
            schedule();
            world.after(world.msBetween(0.1, 1), () -> {
                if (deadline.equals(Optional.of(until))) {
                    acknowledged = deadline;
                    host.wakeAgent();
                }
            });
        });
    }

    void disarm() {
        deadline = Optional.empty();
        acknowledged = Optional.empty();
    }

    /** A postmaster has started. */
    void watches(int life) {
        schedule();
    }

    private void schedule() {
        deadline.ifPresent(at -> process.after(host.realUntil(at), () -> due(at)));
    }

    private void due(Duration at) {
        if (!deadline.equals(Optional.of(at)) || !host.postgres().process().isAlive() || !seams.guardKills()) {
            return;
        }
        int life = host.postgres().process().life();
        // Frozen in the middle of it, it goes on at the thaw.
        process.after(world.msBetween(1, 60), () -> {
            boolean same = host.postgres().process().life() == life;
            if (same && deadline.equals(Optional.of(at))) {
                host.postgres().kill("the guard's deadline has passed");
            }
        });
    }

    Optional<Duration> holds() {
        return acknowledged;
    }
}
