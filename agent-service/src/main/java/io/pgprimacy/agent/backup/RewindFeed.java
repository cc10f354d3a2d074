package io.pgprimacy.agent.backup;

import io.pgprimacy.agent.postgres.ArchivedWal;
import io.pgprimacy.agent.postgres.ControlData;
import io.pgprimacy.agent.postgres.PostgresFailure;
import io.pgprimacy.agent.process.ChildProcess;
import io.pgprimacy.agent.process.ProcessResult;
import io.pgprimacy.core.postgres.TimelineId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has a worker give WAL from the repository while a rewind needs it. */
public final class RewindFeed implements ArchivedWal {
    private static final Logger LOG = LoggerFactory.getLogger(RewindFeed.class);
    /** A node is away meanwhile, and can be rebuilt where the store is. */
    private static final Duration START_BOUND = Duration.ofSeconds(30);

    private static final Duration END_BOUND = Duration.ofSeconds(15);

    private final Program program;

    /** Starts the worker with these settings; the consumers are called on threads of its own. */
    @FunctionalInterface
    public interface Program {
        ChildProcess start(Properties settings, Consumer<String> onLine, Consumer<ProcessResult> onEnd);
    }

    public RewindFeed(Program program) {
        this.program = program;
    }

    private record Running(ChildProcess child, CompletableFuture<ProcessResult> ended, String restoreCommand)
            implements Giving {
        @Override
        public void close() {
            child.end();
            try {
                ended.get(END_BOUND.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                child.kill();
            } catch (ExecutionException | TimeoutException e) {
                child.kill();
            }
        }
    }

    @Override
    public Giving give(Path spool, ControlData of, TimelineId timeline) {
        Properties p = new Properties();
        p.setProperty("spool", spool.toString());
        p.setProperty("system", of.systemIdentifier().value());
        p.setProperty("timeline", timeline.toString());
        CompletableFuture<String> command = new CompletableFuture<>();
        CompletableFuture<ProcessResult> ended = new CompletableFuture<>();
        ChildProcess child = program.start(p, line -> said(line, command), result -> {
            command.completeExceptionally(failure("the worker ended with exit code " + result.exitCode()));
            ended.complete(result);
        });
        Optional<PostgresFailure> failed = Optional.empty();
        try {
            return new Running(child, ended, command.get(START_BOUND.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failed = Optional.of(failure("interrupted"));
        } catch (ExecutionException e) {
            failed = Optional.of(
                    e.getCause() instanceof PostgresFailure told ? told : failure(String.valueOf(e.getCause())));
        } catch (TimeoutException e) {
            failed = Optional.of(failure("it has not answered within " + START_BOUND.toSeconds() + " s"));
        }
        child.kill();
        throw failed.get();
    }

    private static void said(String line, CompletableFuture<String> command) {
        LOG.info("feeding worker: {}", line);
        Optional<WorkerLine> said = WorkerLine.read(line);
        said.filter(l -> l.event().equals("ready")).ifPresent(l -> command.complete(l.text("command")));
        said.filter(l -> l.event().equals("failed"))
                .ifPresent(l -> command.completeExceptionally(failure(l.because())));
    }

    private static PostgresFailure failure(String why) {
        return new PostgresFailure(PostgresFailure.Reason.PROGRAM_FAILED, "the archive's WAL cannot be had: " + why);
    }
}
