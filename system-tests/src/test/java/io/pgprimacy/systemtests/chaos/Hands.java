package io.pgprimacy.systemtests.chaos;

import io.pgprimacy.sandbox.Kind;
import io.pgprimacy.sandbox.Unit;
import io.pgprimacy.simulation.plan.FaultKind;
import io.pgprimacy.simulation.plan.PlannedFault;
import io.pgprimacy.systemtests.Eventually;
import io.pgprimacy.systemtests.Processes;
import io.pgprimacy.systemtests.chaos.history.Allowances.Thaw;
import io.pgprimacy.systemtests.chaos.net.Disturbance;
import io.pgprimacy.systemtests.chaos.net.Network;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** Does what a plan says to real processes, and undoes it. */
final class Hands {
    /** Undoes a fault; what came in the way is told, and looked after when the round is healed. */
    interface Undo {
        Optional<String> run();
    }

    private static final Undo NOTHING = Optional::empty;
    private static final Duration AGENT_ENDS_IN = Duration.ofSeconds(15);

    private final Arena arena;
    private final Clock clock;
    private final List<Thaw> thaws = new CopyOnWriteArrayList<>();

    Hands(Arena arena, Clock clock) {
        this.arena = arena;
        this.clock = clock;
    }

    List<Thaw> thaws() {
        return thaws;
    }

    /** {@code whom} are names now, no roles. */
    Undo apply(FaultKind kind, List<String> whom, int amount) throws IOException {
        String first = whom.isEmpty() ? "" : whom.getFirst();
        return switch (kind) {
            case KILL_AGENT -> kill(List.of(first), pids(first, Kind.AGENT));
            case KILL_GUARD -> kill(List.of(), pids(first, Kind.GUARD));
            case KILL_POSTGRES -> kill(List.of(), pids(first, Kind.POSTGRES));
            case KILL_BROKER -> kill(List.of(first), pids(first, Kind.KAFKA));
            case KILL_COORDINATOR -> kill(List.of(first), pids(first, Kind.COORDINATOR));
            case RESTART_AGENT -> restart(first, Kind.AGENT);
            case RESTART_BROKER -> restart(first, Kind.KAFKA);
            case KAFKA_OUTAGE -> killAll(Kind.KAFKA);
            case NO_COORDINATORS -> killAll(Kind.COORDINATOR);
            case FREEZE_AGENT -> freeze(first, pids(first, Kind.AGENT));
            case FREEZE_GUARD -> freeze(first, pids(first, Kind.GUARD));
            case FREEZE_BROKER -> freeze(first, pids(first, Kind.KAFKA));
            case FREEZE_COORDINATOR -> freeze(first, pids(first, Kind.COORDINATOR));
            case FREEZE_POSTGRES -> freezeTree(first, pids(first, Kind.POSTGRES));
            case FREEZE_HOST -> freezeTree(first, hostPids(first));
            case LOSE_HOST -> loseHost(first);
            case SWITCHOVER -> switchOver();
            case ISOLATE_HOST, ISOLATE_BROKER, ISOLATE_COORDINATOR ->
                disturb(Disturbance.cut(Set.of(first), others(first)).bothWays());
            case CUT_INCOMING -> disturb(List.of(Disturbance.cut(others(first), Set.of(first))));
            case CUT_OUTGOING -> disturb(List.of(Disturbance.cut(Set.of(first), others(first))));
            case CUT_FROM_KAFKA ->
                disturb(Disturbance.cut(Set.of(first), names(Kind.KAFKA)).bothWays());
            case CUT_FROM_PEERS ->
                disturb(Disturbance.cut(Set.of(first), without(names(Kind.AGENT), first))
                        .bothWays());
            case CUT_FROM_CLIENTS ->
                disturb(Disturbance.cut(Set.of(first), Set.of(Network.CLIENTS)).bothWays());
            case CUT_LINK ->
                disturb(Disturbance.cut(Set.of(first), Set.of(whom.getLast())).bothWays());
            case CUT_LINK_ONE_WAY -> disturb(List.of(Disturbance.cut(Set.of(first), Set.of(whom.getLast()))));
            case LATENCY -> {
                Duration delay = Duration.ofMillis(amount);
                yield first.equals(PlannedFault.ALL)
                        ? disturb(List.of(Disturbance.slow(everybody(), everybody(), delay)))
                        : disturb(Disturbance.slow(Set.of(first), others(first), delay)
                                .bothWays());
            }
            case LOSS -> {
                double loss = amount / 100.0;
                yield first.equals(PlannedFault.ALL)
                        ? disturb(List.of(Disturbance.lossy(everybody(), everybody(), loss)))
                        : disturb(Disturbance.lossy(Set.of(first), others(first), loss)
                                .bothWays());
            }
            case DISK_FULL -> {
                disks().fill(first);
                yield () -> quietly(() -> disks().free(first));
            }
            case DISK_STALL -> {
                disks().stall(first);
                yield () -> {
                    disks().resume(first);
                    thawed(first);
                    return Optional.empty();
                };
            }
            case DISK_SLOW -> {
                disks().throttle(first, amount);
                yield () -> quietly(() -> disks().throttle(first, 0));
            }
            case CLOCK_JUMP -> moveClock(first, amount);
        };
    }

    private interface Work {
        void run() throws IOException;
    }

    private static Optional<String> quietly(Work work) {
        try {
            work.run();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private Disks disks() {
        return arena.disks().orElseThrow(() -> new IllegalStateException("hosts have no disks of their own here"));
    }

    private Network network() {
        return arena.network().orElseThrow(() -> new IllegalStateException("there is no network to disturb here"));
    }

    private List<Long> pids(String host, Kind kind) {
        return arena.pid(host, kind).stream().toList();
    }

    /** With the programs that an agent has started, such as pg_rewind. */
    private List<Long> hostPids(String host) {
        List<Long> all = new ArrayList<>(pids(host, Kind.AGENT));
        all.addAll(pids(host, Kind.GUARD));
        all.addAll(pids(host, Kind.POSTGRES));
        return all;
    }

    private Undo kill(List<String> toStart, List<Long> pids) {
        Processes.signal("KILL", pids);
        return () -> startAll(toStart);
    }

    private Undo restart(String name, Kind kind) {
        Processes.signal("TERM", pids(name, kind));
        return () -> startAll(List.of(name));
    }

    private Undo killAll(Kind kind) {
        List<String> names = List.copyOf(names(kind));
        return kill(
                names, names.stream().flatMap(name -> pids(name, kind).stream()).toList());
    }

    private Optional<String> startAll(List<String> names) {
        // At once: brokers need each other to answer.
        List<String> troubles = names.parallelStream()
                .map(arena::start)
                .flatMap(Optional::stream)
                .toList();
        return troubles.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", troubles));
    }

    private Undo freeze(String name, List<Long> pids) {
        Processes.signal("STOP", pids);
        return () -> {
            thawed(name);
            Processes.signal("CONT", pids);
            return Optional.empty();
        };
    }

    /** Parents first: what is stopped starts no more children. */
    private Undo freezeTree(String name, List<Long> roots) {
        return freeze(name, stopTree(roots));
    }

    private static List<Long> stopTree(List<Long> roots) {
        Set<Long> all = new LinkedHashSet<>();
        List<Long> level = roots;
        while (!level.isEmpty()) {
            Processes.signal("STOP", level);
            all.addAll(level);
            level = level.stream()
                    .flatMap(pid -> Processes.childrenOf(pid).stream())
                    .filter(pid -> !all.contains(pid))
                    .distinct()
                    .toList();
        }
        return List.copyOf(all);
    }

    private Undo loseHost(String host) {
        Undo network = arena.network().isPresent()
                ? disturb(Disturbance.cut(Set.of(host), others(host)).bothWays())
                : NOTHING;
        // All are stopped before any is killed, so that nobody acts upon the death of another.
        Processes.signal("KILL", stopTree(hostPids(host)));
        return () -> {
            network.run();
            return arena.start(host);
        };
    }

    /** The agent is started anew to run by that clock; it and what it starts then see the clock jump. */
    private Undo moveClock(String host, int seconds) throws IOException {
        Clocks clocks = arena.clocks().orElseThrow(() -> new IllegalStateException("clocks cannot be moved here"));
        clocks.set(host, 0);
        List<Long> agent = pids(host, Kind.AGENT);
        Processes.signal("TERM", agent);
        Eventually.until(
                "the agent of " + host + " has ended",
                AGENT_ENDS_IN,
                () -> agent.stream().noneMatch(Processes::isAlive));
        Optional<String> trouble = arena.start(host, clocks.environment(host));
        clocks.set(host, seconds);
        return () -> {
            Optional<String> second = quietly(() -> clocks.set(host, 0));
            return trouble.or(() -> second);
        };
    }

    private Undo switchOver() {
        try {
            arena.commands().post("/requests/switchover", "{\"reason\":\"an impatient operator\"}");
            return NOTHING;
        } catch (IllegalStateException e) {
            String refused = String.valueOf(e.getMessage());
            return () -> Optional.of("refused: " + refused.lines().findFirst().orElse(""));
        }
    }

    private Undo disturb(List<Disturbance> disturbances) {
        disturbances.forEach(network()::add);
        return () -> {
            disturbances.forEach(network()::remove);
            return Optional.empty();
        };
    }

    private void thawed(String name) {
        thaws.add(new Thaw(name, clock.nanos()));
    }

    private Set<String> names(Kind kind) {
        Set<String> names = new LinkedHashSet<>();
        arena.spec().units().stream()
                .filter(unit -> unit.kind() == kind)
                .map(Unit::name)
                .forEach(names::add);
        return names;
    }

    private Set<String> everybody() {
        Set<String> all = new LinkedHashSet<>(arena.unitNames());
        all.add(Network.CLIENTS);
        return all;
    }

    private Set<String> others(String name) {
        return without(everybody(), name);
    }

    private static Set<String> without(Set<String> names, String name) {
        Set<String> others = new LinkedHashSet<>(names);
        others.remove(name);
        return others;
    }

    /** Everything back to normal, whatever state it was left in. Returns what does not start. */
    Optional<String> healAll() {
        List<Long> all = new ArrayList<>();
        for (String name : arena.unitNames()) {
            for (Kind kind : Kind.values()) {
                all.addAll(pids(name, kind));
            }
        }
        List<Long> withChildren = new ArrayList<>(all);
        all.forEach(pid -> withChildren.addAll(Processes.childrenOf(pid)));
        Processes.signal("CONT", withChildren);
        return startAll(arena.unitNames());
    }
}
