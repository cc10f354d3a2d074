package io.pgprimacy.systemtests;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The processes of one host as {@code sandbox ps} shows them, and what can happen to them. Pids are those of its making. */
public record Host(String name, List<HostProcess> processes) {
    private static final Duration DEATH_BOUND = Duration.ofSeconds(10);

    public static Host of(SandboxUnderTest sandbox, String name) {
        return new Host(
                name, sandbox.ps().stream().filter(p -> p.host().equals(name)).toList());
    }

    public HostProcess agent() {
        return the("agent");
    }

    public HostProcess guard() {
        return the("guard");
    }

    public HostProcess postmaster() {
        return the("postgres");
    }

    private HostProcess the(String kind) {
        return processes.stream()
                .filter(p -> p.kind().equals(kind))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind + " among " + processes));
    }

    public void crashPostmaster() {
        Processes.signal("KILL", List.of(postmaster().pid()));
    }

    /** As if the power had gone: nothing gets a chance to say or write anything more. */
    public void losePower() {
        // All are stopped first, so that no one acts upon the death of another.
        List<Long> all = stopEverything();
        Processes.signal("KILL", all);
        Eventually.until(
                "everything on " + name + " is dead",
                DEATH_BOUND,
                () -> all.stream().noneMatch(Processes::isAlive));
    }

    /** Returns what was stopped, for {@link #thaw}. */
    public List<Long> freeze() {
        return stopEverything();
    }

    public static void thaw(List<Long> stopped) {
        Processes.signal("CONT", stopped);
    }

    private List<Long> stopEverything() {
        List<Long> all =
                new ArrayList<>(processes.stream().map(HostProcess::pid).toList());
        Processes.signal("STOP", all);
        // A stopped postmaster forks no more, so now its children are all that there will be.
        List<Long> backends = backends();
        Processes.signal("STOP", backends);
        all.addAll(backends);
        return all;
    }

    /** The postmaster and its children, and nothing else of the host. */
    public List<Long> freezePostgres() {
        List<Long> all = new ArrayList<>(List.of(postmaster().pid()));
        Processes.signal("STOP", all);
        List<Long> backends = backends();
        Processes.signal("STOP", backends);
        all.addAll(backends);
        return all;
    }

    /** Children of the postmaster by their titles, such as {@code walsender} or {@code walreceiver}. */
    public List<Long> backendsNamed(String... words) {
        return backends().stream()
                .filter(pid -> List.of(words).stream().allMatch(Processes.commandLine(pid)::contains))
                .toList();
    }

    private List<Long> backends() {
        return processes.stream()
                .filter(p -> p.kind().equals("postgres"))
                .flatMap(p -> Processes.childrenOf(p.pid()).stream())
                .toList();
    }
}
