package io.pgprimacy.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Stops what the sandbox started, in the order agents and services, backups, PostgreSQL, guards, brokers and object store: an agent
 * that still ran would start its PostgreSQL again, and what writes to the brokers goes before them. Each process is told by pid and
 * start time, PostgreSQL's by their data directory, so nobody else's is touched. What a person has stopped with SIGSTOP
 * is continued so that it can end, and what does not end in time is killed.
 */
public final class Shutdown {
    /** Longer than a coordinator needs on a busy machine to write its {@link Quickstart}: killed while it does, it would leave none. */
    private static final Duration SERVICE_BOUND = Duration.ofSeconds(30);

    private static final Duration POSTGRES_BOUND = Duration.ofSeconds(20);
    private static final Duration GUARD_BOUND = Duration.ofSeconds(2);
    private static final Duration KILL_BOUND = Duration.ofSeconds(10);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final Layout layout;
    private final Spec spec;
    private final Consumer<String> progress;

    public Shutdown(Sandbox sandbox, Consumer<String> progress) {
        this.layout = sandbox.layout();
        this.spec = sandbox.spec();
        this.progress = progress;
    }

    /** Returns how many processes it stopped. */
    public int stopAll() {
        int stopped = 0;
        List<Unit> services = new ArrayList<>(spec.agentUnits());
        services.addAll(spec.coordinatorUnits());
        spec.storage().map(Spec.Storage::service).ifPresent(services::add);
        stopped += stop("agents and services", running(services), "TERM", SERVICE_BOUND);
        stopped += stopWorkers();
        stopped += stopPostgres();
        stopped += stopGuards();
        List<Unit> stores = new ArrayList<>(spec.brokerUnits());
        spec.storage().map(Spec.Storage::s3).ifPresent(stores::add);
        stopped += stop("brokers and stores", running(stores), "TERM", SERVICE_BOUND);
        // A pg_basebackup or a guard of an agent that was killed before it could write its pid.
        stopped += stop("left-over processes", ProcessTable.read().marked(layout.root()), "TERM", GUARD_BOUND);
        return stopped;
    }

    /** Undoes a start: stops these units, and where hosts are among them everything that they may have started since. */
    public void stop(List<Unit> units) {
        if (units.stream().anyMatch(unit -> unit.kind() == Kind.AGENT)) {
            stopAll();
        } else {
            stop("what was started", running(units), "TERM", SERVICE_BOUND);
        }
    }

    private List<ProcessId> running(List<Unit> units) {
        return units.stream()
                .map(layout::pidFile)
                .map(ProcessId::running)
                .flatMap(Optional::stream)
                .toList();
    }

    private int stopPostgres() {
        ProcessTable table = ProcessTable.read();
        List<Path> dirs =
                spec.hosts().stream().map(host -> layout.dataDir(host.name())).toList();
        Set<ProcessId> postmasters = new LinkedHashSet<>();
        Set<ProcessId> all = new LinkedHashSet<>();
        for (Path dir : dirs) {
            table.postmaster(dir).ifPresent(postmasters::add);
            all.addAll(table.postgres(dir));
        }
        if (all.isEmpty()) {
            return 0;
        }
        progress.accept("stopping PostgreSQL on " + postmasters.size() + " hosts");
        // SIGINT is the fast stop: sessions are ended, the shutdown checkpoint is written.
        send("INT", postmasters);
        send("CONT", all);
        await(all, POSTGRES_BOUND);
        kill(all);
        dirs.forEach(dir -> kill(ProcessTable.read().postgres(dir)));
        return postmasters.size();
    }

    private int stopWorkers() {
        List<ProcessId> workers = spec.hosts().stream()
                .flatMap(host -> layout.workers(host.name()).stream())
                .toList();
        return stop("backups", workers, "TERM", GUARD_BOUND);
    }

    private int stopGuards() {
        List<ProcessId> guards = spec.hosts().stream()
                .map(host -> ProcessId.running(Layout.guardFile(spec, host.name())))
                .flatMap(Optional::stream)
                .toList();
        return stop("guards", guards, "TERM", GUARD_BOUND);
    }

    private int stop(String what, List<ProcessId> ids, String signal, Duration bound) {
        if (ids.isEmpty()) {
            return 0;
        }
        progress.accept("stopping " + what);
        send(signal, ids);
        send("CONT", ids);
        await(ids, bound);
        kill(ids);
        return ids.size();
    }

    static void kill(Collection<ProcessId> ids) {
        List<ProcessId> left = ids.stream().filter(ProcessId::isRunning).toList();
        if (left.isEmpty()) {
            return;
        }
        send("KILL", left);
        await(left, KILL_BOUND);
        List<ProcessId> immortal = left.stream().filter(ProcessId::isRunning).toList();
        if (!immortal.isEmpty()) {
            throw new SandboxFailure(
                    "these processes do not end: "
                            + immortal.stream()
                                    .map(id -> Long.toString(id.pid()))
                                    .collect(Collectors.joining(", ")),
                    "do they belong to another user? run this command as the one who ran sandbox up");
        }
    }

    /** By the shell's own kill: Java can send only SIGTERM and SIGKILL. */
    private static void send(String signal, Collection<ProcessId> ids) {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", "kill -s \"$@\" 2>/dev/null", "kill", signal));
        ids.stream()
                .filter(ProcessId::isRunning)
                .map(id -> Long.toString(id.pid()))
                .forEach(command::add);
        if (command.size() == 5) {
            return;
        }
        try {
            new ProcessBuilder(command).start().waitFor();
        } catch (IOException e) {
            throw new SandboxFailure("cannot run kill: " + e.getMessage(), "is /bin/sh there?", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await(Collection<ProcessId> ids, Duration bound) {
        long deadline = System.nanoTime() + bound.toNanos();
        while (System.nanoTime() < deadline && ids.stream().anyMatch(ProcessId::isRunning)) {
            try {
                Thread.sleep(LOOK_AGAIN);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
