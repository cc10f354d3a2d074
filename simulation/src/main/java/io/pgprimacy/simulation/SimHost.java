package io.pgprimacy.simulation;

import io.pgprimacy.core.event.NodeTags;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.plan.LocalMemory;
import java.time.Duration;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One machine: a PostgreSQL, its agent and its guard, an uptime clock that drifts, and a disk that outlives them. */
final class SimHost {
    private final World world;
    private final NodeId id;
    private final double rate;
    private final SimPostgres postgres;
    private final SimGuard guard;
    private @Nullable SimAgent agent;
    private LocalMemory memory = LocalMemory.NEW;
    private NodeTags tags = NodeTags.DEFAULT;
    private SortedSet<NodeId> slots = new TreeSet<>();
    private SortedMap<String, String> parameters = new TreeMap<>();
    private long bootedAt;
    private boolean up = true;
    private boolean frozen;
    private long thawedAt = -1;

    SimHost(World world, Truth truth, Network network, NodeId id, double rate, Seams seams) {
        this.world = world;
        this.id = id;
        this.rate = rate;
        this.postgres = new SimPostgres(world, truth, this, network);
        this.guard = new SimGuard(world, this, seams);
        // Hosts were not booted when the simulation began.
        this.bootedAt = -world.msBetween(10_000, 1_000_000);
    }

    void own(SimAgent itsAgent) {
        agent = itsAgent;
        guard.boot();
    }

    /** On the clock that agent and guard both read. */
    Duration uptime() {
        return Duration.ofNanos((long) ((world.now() - bootedAt) * rate));
    }

    /** Real nanoseconds until this host's uptime clock shows {@code at}. */
    long realUntil(Duration at) {
        return (long) Math.ceil((at.toNanos() - uptime().toNanos()) / rate);
    }

    void crash() {
        world.trace(name(), () -> "host CRASH");
        up = false;
        frozen = false;
        postgres.kill("the host lost power");
        agent().crash("the host lost power");
        guard.process().kill();
    }

    void boot() {
        if (up) {
            return;
        }
        world.trace(name(), () -> "host boots");
        up = true;
        bootedAt = world.now() - world.msBetween(500, 5000);
        remember(memory.withPromise(memory.promise().map(p -> p.afterBoot(uptime()))));
        guard.boot();
        agent().startAfter(world.msBetween(100, 2000));
    }

    /** All processes are stopped; the clock goes on. */
    void freeze() {
        world.trace(name(), () -> "host FROZEN");
        frozen = up;
        postgres.process().freeze();
        guard.process().freeze();
        agent().process().freeze();
    }

    void thaw() {
        world.trace(name(), () -> "host thaws");
        frozen = false;
        thawedAt = world.now();
        guard.process().thaw(40);
        postgres.process().thaw(40);
        agent().process().thaw(40);
    }

    /** One process goes on, unless the whole host stands still. */
    void thaw(SimProcess process) {
        if (!frozen) {
            process.thaw(10);
        }
    }

    /** Within the window after a thaw in which the guard may not have had its turn yet (S5). */
    boolean hasJustThawed(long windowNanos) {
        return thawedAt >= 0 && world.now() - thawedAt <= windowNanos;
    }

    void wakeAgent() {
        if (agent != null) {
            agent.wake();
        }
    }

    SimAgent agent() {
        return java.util.Objects.requireNonNull(agent);
    }

    SimPostgres postgres() {
        return postgres;
    }

    SimGuard guard() {
        return guard;
    }

    NodeId id() {
        return id;
    }

    String name() {
        return id.value();
    }

    boolean isFrozen() {
        return frozen;
    }

    boolean isUp() {
        return up;
    }

    LocalMemory memory() {
        return memory;
    }

    void remember(LocalMemory next) {
        memory = next;
    }

    NodeTags tags() {
        return tags;
    }

    void tags(NodeTags next) {
        tags = next;
    }

    SortedSet<NodeId> slots() {
        return slots;
    }

    void slots(SortedSet<NodeId> next) {
        slots = next;
    }

    SortedMap<String, String> parameters() {
        return parameters;
    }

    void parameters(SortedMap<String, String> next) {
        parameters = next;
    }
}
