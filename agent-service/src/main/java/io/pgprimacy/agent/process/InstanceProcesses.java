package io.pgprimacy.agent.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/** The processes of the PostgreSQL instance of one data directory, found by what they do and not by their parents. */
public final class InstanceProcesses {
    private static final Pattern WAL_RECEIVER = Pattern.compile("postgres: (.*: )?walreceiver\\b.*");
    private static final Pattern STARTUP = Pattern.compile("postgres: (.*: )?startup\\b.*");
    private static final Duration PAUSE = Duration.ofMillis(1);

    private final Path dataDirectory;

    public InstanceProcesses(Path dataDirectory) {
        this.dataDirectory = dataDirectory;
    }

    /**
     * @param killed how many processes got a SIGKILL
     * @param left those that still had not gone; empty is success
     */
    public record KillReport(int killed, List<ProcessIdentity> left, Duration took) {
        public boolean gone() {
            return left.isEmpty();
        }
    }

    /** The postmaster that its pid file names, if that process is alive and really works in this directory. */
    public Optional<ProcessIdentity> postmaster() {
        return pidInFile().flatMap(ProcFs::alive).filter(process -> ProcFs.worksIn(process.pid(), dataDirectory));
    }

    /** Postmaster, backends, walsenders and all others, also orphans whose postmaster has gone. */
    public List<ProcessIdentity> all() {
        return ProcFs.pids()
                .filter(pid -> ProcFs.worksIn(pid, dataDirectory))
                .mapToObj(ProcFs::stat)
                .flatMap(Optional::stream)
                .filter(stat -> !stat.isDead() && isPostgres(stat.command()))
                .map(ProcStat::identity)
                .toList();
    }

    public boolean anyAlive() {
        return postmaster().isPresent() || !all().isEmpty();
    }

    public Optional<ProcessIdentity> walReceiver() {
        return titled(WAL_RECEIVER);
    }

    public Optional<ProcessIdentity> startup() {
        return titled(STARTUP);
    }

    /**
     * Kills every process, the postmaster first so that nothing new is forked, until none is left. Stopped processes
     * (SIGSTOP) die as well.
     */
    public KillReport killAll(Duration bound) {
        long begun = System.nanoTime();
        TreeSet<Long> killed = new TreeSet<>();
        List<ProcessIdentity> left;
        do {
            postmaster().filter(Signal.KILL::sendTo).ifPresent(process -> killed.add(process.pid()));
            left = all();
            left.stream().filter(Signal.KILL::sendTo).forEach(process -> killed.add(process.pid()));
            if (!left.isEmpty()) {
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        } while (!left.isEmpty() && System.nanoTime() - begun < bound.toNanos());
        return new KillReport(killed.size(), left, Duration.ofNanos(System.nanoTime() - begun));
    }

    private Optional<ProcessIdentity> titled(Pattern title) {
        return all().stream()
                .filter(process -> ProcFs.title(process.pid())
                        .filter(text -> title.matcher(text).matches())
                        .isPresent())
                .findFirst();
    }

    private Optional<Long> pidInFile() {
        try (var lines = Files.lines(dataDirectory.resolve("postmaster.pid"))) {
            // A negative number is a single-user server, which is no postmaster but a process of this directory.
            return lines.findFirst().map(String::strip).map(Long::parseLong).map(Math::abs);
        } catch (IOException | java.io.UncheckedIOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static boolean isPostgres(String command) {
        return command.equals("postgres") || command.equals("postmaster");
    }
}
