package io.pgprimacy.agent.process;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs programs: always with a time limit, drained output, a clean environment, and under an unprivileged user where
 * one is given.
 */
public final class ProcessRunner {
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final Optional<OsUser> user;

    private ProcessRunner(Optional<OsUser> user) {
        this.user = user;
    }

    public static ProcessRunner asSelf() {
        return new ProcessRunner(Optional.empty());
    }

    public static ProcessRunner as(OsUser user) {
        return new ProcessRunner(Optional.of(user));
    }

    /** As the user if given and this process is root; as itself otherwise. */
    public static ProcessRunner asIfRoot(Optional<OsUser> user) {
        return new ProcessRunner(OsUser.selfIsRoot() ? user : Optional.empty());
    }

    /** The user it changes to, if any. */
    public Optional<OsUser> user() {
        return user;
    }

    /** Throws {@link UncheckedIOException} where the program cannot even be started. */
    public ProcessResult run(List<String> command, Duration bound) {
        return run(command, bound, line -> {}, line -> {});
    }

    /** As {@link #run(List, Duration)}, and hands over each line as it comes; the consumers run on other threads. */
    public ProcessResult run(
            List<String> command, Duration bound, Consumer<String> onOutput, Consumer<String> onErrors) {
        long begun = System.nanoTime();
        Process process = start(builder(command));
        Drain output = new Drain(process.getInputStream(), onOutput);
        Drain errors = new Drain(process.getErrorStream(), onErrors);
        boolean ended = false;
        try {
            process.getOutputStream().close();
            ended = process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (!ended) {
                // The children too: setpriv execs, but pg_rewind and pg_basebackup have helpers of their own.
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        }
        output.await();
        errors.await();
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        return new ProcessResult(ended ? process.exitValue() : -1, !ended, output.text(), errors.text(), took);
    }

    /**
     * Starts a program that outlives this one, in a session of its own, its output appended to the log. Returns its pid
     * at once: setsid and setpriv become the program, they do not fork.
     */
    public long startDetached(List<String> command, Path log) {
        ProcessBuilder builder = detached(command)
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        return start(builder).pid();
    }

    /**
     * Starts a program that may run for long and must not outlive this one. It is given {@code input} first; from then on the end of
     * its standard input tells it to end, which comes by itself when this process dies.
     *
     * @param onLine each line of its output, in order, on a thread of its own
     * @param onEnd when it has ended and all its output has been handed over; on another one
     */
    public ChildProcess startChild(
            List<String> command, String input, Consumer<String> onLine, Consumer<ProcessResult> onEnd) {
        return new ChildProcess(start(builder(command)), input, onLine, onEnd);
    }

    /**
     * Starts a program that may go on when this process ends, in a session of its own. It is given {@code input} first; from then on the end of its
     * standard input tells it that this process has gone.
     *
     * @param directory new, for this one alone: there {@link OutlivingProcess#find} finds it again. Of its input nothing is written there
     */
    public OutlivingProcess startOutliving(List<String> command, String input, Path directory) {
        try {
            return OutlivingProcess.begin(detached(command), input, directory);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command.getFirst() + ": " + e.getMessage(), e);
        }
    }

    private ProcessBuilder detached(List<String> command) {
        List<String> detached = new ArrayList<>(List.of("setsid"));
        detached.addAll(asUser(command));
        return prepare(new ProcessBuilder(detached));
    }

    private ProcessBuilder builder(List<String> command) {
        return prepare(new ProcessBuilder(asUser(command)));
    }

    private List<String> asUser(List<String> command) {
        if (user.isEmpty()) {
            return command;
        }
        OsUser to = user.get();
        List<String> prefixed = new ArrayList<>(
                List.of("setpriv", "--reuid=" + to.uid(), "--regid=" + to.gid(), "--init-groups", "--"));
        prefixed.addAll(command);
        return prefixed;
    }

    /**
     * A clean environment: PG* variables would steer libpq to another server, and root's HOME makes it stumble over
     * certificates that the unprivileged user may not even look for.
     */
    private static ProcessBuilder prepare(ProcessBuilder builder) {
        Map<String, String> environment = builder.environment();
        environment
                .keySet()
                .removeIf(name -> (name.startsWith("PG") && !name.startsWith("PGPRIMACY_"))
                        || name.startsWith("LC_")
                        || name.equals("HOME"));
        environment.put("LC_ALL", "C");
        environment.put("PATH", PATH);
        return builder.directory(new File("/"));
    }

    private static Process start(ProcessBuilder builder) {
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + builder.command().getFirst(), e);
        }
    }
}
