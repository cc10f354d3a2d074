package io.pgprimacy.agent.backup;

import io.pgprimacy.agent.postgres.PostgresFailure;
import io.pgprimacy.agent.postgres.RepositoryRestore;
import io.pgprimacy.agent.postgres.RepositoryRestore.Filled;
import io.pgprimacy.agent.process.ChildProcess;
import io.pgprimacy.agent.process.ProcessResult;
import io.pgprimacy.core.event.DataOrigin;
import io.pgprimacy.core.event.RestoreGoal;
import io.pgprimacy.core.plan.RestoreFigures;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.core.postgres.WalPosition;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the worker that restores, and waits for it. An interrupt ends it. */
public final class RestoreWorker implements RepositoryRestore.Worker {
    private static final Logger LOG = LoggerFactory.getLogger(RestoreWorker.class);

    /** As of backups: told more often it would tell nobody more. */
    private static final Duration PROGRESS_EVERY = Duration.ofSeconds(5);

    private final Program program;
    private volatile long begun;
    private volatile Optional<RestoreFigures> figures = Optional.empty();

    /** Starts it with these settings; the consumers are called on threads of its own. */
    @FunctionalInterface
    public interface Program {
        ChildProcess start(Properties settings, Consumer<String> onLine, Consumer<ProcessResult> onEnd);
    }

    public RestoreWorker(Program program) {
        this.program = program;
    }

    @Override
    public Filled standby(Path directory, String side, TimelineId timeline, Lsn until) throws InterruptedException {
        Properties p = new Properties();
        p.setProperty("data", directory.toString());
        p.setProperty("tablespaces.side", side);
        p.setProperty("timeline", timeline.toString());
        p.setProperty("until", until.toString());
        return run(p);
    }

    @Override
    public Filled moment(Path directory, String side, RestoreGoal goal, Optional<DataOrigin> origin)
            throws InterruptedException {
        Properties p = new Properties();
        p.setProperty("data", directory.toString());
        p.setProperty("tablespaces.side", side);
        p.setProperty("target", goal.target());
        p.setProperty("exclusive", Boolean.toString(goal.exclusive()));
        goal.backup().ifPresent(backup -> p.setProperty("backup", backup));
        origin.ifPresent(from -> {
            p.setProperty("cluster", from.cluster().value());
            p.setProperty("incarnation", Integer.toString(from.incarnation()));
        });
        return run(p);
    }

    private Filled run(Properties settings) throws InterruptedException {
        AtomicReference<Optional<WorkerLine>> last = new AtomicReference<>(Optional.empty());
        CompletableFuture<ProcessResult> ended = new CompletableFuture<>();
        begun = System.nanoTime();
        ChildProcess child = program.start(settings, line -> said(line, last), ended::complete);
        try {
            ProcessResult result = ended.get();
            WorkerLine line = last.get().orElseThrow(() -> failure(died(result)));
            return switch (line.event()) {
                case "completed" -> filled(line);
                case "failed" -> throw failure(line.text("because") + "; " + line.text("hint"));
                default -> throw failure(died(result));
            };
        } catch (InterruptedException e) {
            child.end();
            throw e;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            figures = Optional.empty();
        }
    }

    /** How far the restore is that is under way; anew every few seconds, and with each step. */
    public Optional<RestoreFigures> figures() {
        return figures;
    }

    private void said(String line, AtomicReference<Optional<WorkerLine>> last) {
        LOG.info("restore worker: {}", line);
        Optional<WorkerLine> said = WorkerLine.read(line);
        if (said.isPresent()) {
            last.set(said);
            said.filter(l -> l.event().equals("progress")).ifPresent(this::progressed);
        }
    }

    private void progressed(WorkerLine line) {
        Duration took = Duration.ofSeconds((System.nanoTime() - begun) / 1_000_000_000);
        Optional<RestoreFigures> told = figures.filter(
                f -> f.step().equals(line.text("step")) && took.minus(f.took()).compareTo(PROGRESS_EVERY) < 0);
        if (told.isEmpty()) {
            figures = Optional.of(new RestoreFigures(
                    line.text("backup"),
                    line.text("step"),
                    line.optional("at").map(Lsn::parse),
                    line.number("bytes"),
                    line.number("of"),
                    took));
        }
    }

    private static Filled filled(WorkerLine line) {
        return new Filled(
                line.text("backup"),
                new WalPosition(new TimelineId(line.number("timeline")), Lsn.parse(line.text("lsn"))),
                line.optional("copiedLsn")
                        .map(lsn -> new WalPosition(new TimelineId(line.number("copiedTimeline")), Lsn.parse(lsn))),
                Optional.of(line.text("lastCommit")).filter(t -> !t.isEmpty()),
                line.number("bytes"),
                line.number("segments"),
                Duration.ofMillis(line.number("filesMillis")),
                Duration.ofMillis(line.number("walMillis")));
    }

    private static String died(ProcessResult result) {
        String last = result.errors().lines().reduce((_, line) -> line).orElse("");
        return "the restore worker ended with exit code " + result.exitCode() + (last.isEmpty() ? "" : ": " + last);
    }

    private static PostgresFailure failure(String message) {
        return new PostgresFailure(PostgresFailure.Reason.PROGRAM_FAILED, message);
    }
}
