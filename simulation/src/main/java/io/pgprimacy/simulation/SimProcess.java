package io.pgprimacy.simulation;

import java.util.ArrayList;
import java.util.List;

/** Something that runs, and can be killed or frozen. What falls due while it is frozen happens at the thaw. */
final class SimProcess {
    private final World world;
    private boolean alive;
    private boolean frozen;
    private int life;
    private List<Runnable> deferred = new ArrayList<>();

    SimProcess(World world) {
        this.world = world;
    }

    boolean isAlive() {
        return alive;
    }

    boolean isFrozen() {
        return alive && frozen;
    }

    boolean runs() {
        return alive && !frozen;
    }

    /** Differs with each start. */
    int life() {
        return life;
    }

    void start() {
        alive = true;
        frozen = false;
        life++;
        deferred = new ArrayList<>();
    }

    void kill() {
        alive = false;
        frozen = false;
        deferred = new ArrayList<>();
    }

    void freeze() {
        frozen = alive;
    }

    /** Everything that fell due meanwhile happens within {@code atMost}, in any order. */
    void thaw(double atMostMs) {
        if (!isFrozen()) {
            return;
        }
        frozen = false;
        List<Runnable> due = deferred;
        deferred = new ArrayList<>();
        for (Runnable body : due) {
            world.after(world.msBetween(0, atMostMs), body);
        }
    }

    /** Happens after {@code nanos} in the present life of this process, or never. */
    void after(long nanos, Runnable body) {
        int mine = life;
        world.after(nanos, () -> in(mine, body));
    }

    /** Happens now if life {@code mine} still lasts; at the thaw if it is frozen. */
    void in(int mine, Runnable body) {
        if (!alive || mine != life) {
            return;
        }
        if (frozen) {
            deferred.add(() -> in(mine, body));
        } else {
            body.run();
        }
    }
}
