package io.pgprimacy.agent.backup;

import io.pgprimacy.agent.postgres.WalGate;
import io.pgprimacy.agent.process.ChildProcess;
import io.pgprimacy.agent.process.ProcessResult;
import io.pgprimacy.core.event.Endpoint;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Fact.WalArchiving.State;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.postgres.TimelineId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process that keeps this node's WAL while it is primary, and what becomes of it.
 *
 * <p>It may go on for a while after the node was fenced: the archive takes WAL under the newest term only, and below its own timeline (S12).
 */
public final class WalKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WalKeeper.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final NodeId node;
    private final Program program;
    private final Runnable onNews;
    private Optional<Running> running = Optional.empty();
    private Optional<Fact.WalArchiving> told = Optional.empty();
    private Duration pause = FIRST_PAUSE;
    private long notBefore = System.nanoTime();

    /** Starts the process; the consumers are called on threads of its own. */
    @FunctionalInterface
    public interface Program {
        ChildProcess start(Task task, List<Endpoint> others, Consumer<String> onLine, Consumer<ProcessResult> onEnd);
    }

    /** Which WAL is to be kept, and where PostgreSQL asks what is stored. */
    public record Task(Term term, TimelineId timeline, WalGate gate) {}

    /**
     * What it says every ten seconds.
     *
     * @param lag how old the oldest commit may be that is not in the store
     * @param backlog segments that are not stored
     * @param spool bytes of {@code pg_wal}
     * @param free bytes on its disk
     */
    public record Figures(Duration lag, long backlog, long spool, long free) {}

    /** A keeper at work; guarded by the lock of the enclosing object. */
    private static final class Running {
        private final Task task;
        private Optional<ChildProcess> child = Optional.empty();
        private Optional<String> away = Optional.empty();
        private Optional<String> filling = Optional.empty();
        private Optional<String> refused = Optional.empty();
        private Optional<String> failed = Optional.empty();
        private Optional<Figures> figures = Optional.empty();
        private boolean keeping;
        private boolean ending;

        Running(Task task) {
            this.task = task;
        }
    }

    /** @param onNews called on any thread when {@link #told} has something new */
    public WalKeeper(NodeId node, Program program, Runnable onNews) {
        this.node = node;
        this.program = program;
        this.onNews = onNews;
    }

    /** What becomes of the WAL that was kept last. */
    public synchronized Optional<Fact.WalArchiving> told() {
        return told;
    }

    /** Empty while none is kept, or nothing was said yet. */
    public synchronized Optional<Figures> figures() {
        return running.flatMap(r -> r.figures);
    }

    /**
     * Returns at once. To be called again and again: a keeper that has ended is started anew, after a pause that grows.
     *
     * @param others that a keeper which begins may ask for WAL that this node does not have
     */
    public synchronized void keep(Task task, List<Endpoint> others) {
        if (running.isPresent()) {
            if (!running.get().task.equals(task)) {
                end();
            }
        } else if (System.nanoTime() - notBefore >= 0) {
            begin(task, others);
        }
    }

    /** Returns at once. */
    public synchronized void end() {
        running.filter(r -> !r.ending).ifPresent(r -> {
            r.ending = true;
            r.child.ifPresent(ChildProcess::end);
        });
    }

    @Override
    public void close() {
        end();
    }

    private void begin(Task task, List<Endpoint> others) {
        LOG.info("keep the WAL of timeline {} under term {}", task.timeline(), task.term());
        Running now = new Running(task);
        running = Optional.of(now);
        try {
            now.child = Optional.of(program.start(task, others, line -> said(now, line), result -> ended(now, result)));
        } catch (RuntimeException e) {
            now.failed = Optional.of("the WAL keeper could not be started: " + e.getMessage());
            finish(now);
        }
    }

    private void said(Running now, String line) {
        Optional<WorkerLine> said = WorkerLine.read(line);
        try {
            said.ifPresentOrElse(l -> take(now, l), () -> LOG.info("WAL keeper: {}", line));
        } catch (RuntimeException e) {
            // Whoever reads the keeper's output must go on reading it, or the keeper would stand still.
            LOG.warn("the WAL keeper's line was not understood: {}", line, e);
        }
    }

    private synchronized void take(Running now, WorkerLine line) {
        switch (line.event()) {
            case "keeping" -> {
                now.keeping = true;
                pause = FIRST_PAUSE;
            }
            case "store-away" -> now.away = Optional.of(line.text("because"));
            case "store-back" -> now.away = Optional.empty();
            case "spool" -> now.filling = filling(line);
            case "refused" -> now.refused = Optional.of(line.text("file") + ": " + line.text("because"));
            case "failed" -> now.failed = Optional.of(line.text("because") + "; " + line.text("hint"));
            case "status" ->
                now.figures = Optional.of(new Figures(
                        Duration.ofMillis(line.number("lagMillis")),
                        line.number("backlog"),
                        line.number("walBytes"),
                        line.number("freeBytes")));
            case "slice" -> {
                return;
            }
            default -> LOG.info("WAL keeper: {}", line.content());
        }
        tell(now);
    }

    private static Optional<String> filling(WorkerLine line) {
        return line.text("level").equals("ok")
                ? Optional.empty()
                : Optional.of(line.number("backlog") + " segments wait, and " + line.number("freeBytes") / 1_000_000
                        + " MB of its disk are free");
    }

    private synchronized void ended(Running now, ProcessResult result) {
        if (!now.ending && now.failed.isEmpty()) {
            now.failed = Optional.of("the WAL keeper ended with exit code " + result.exitCode() + lastWords(result));
        }
        finish(now);
    }

    private static String lastWords(ProcessResult result) {
        String last = result.errors().lines().reduce((_, line) -> line).orElse("");
        return last.isEmpty() ? "" : ": " + last;
    }

    private void finish(Running now) {
        if (!now.ending) {
            LOG.warn("the WAL of timeline {} is not kept: {}", now.task.timeline(), now.failed.orElse(""));
            notBefore = System.nanoTime() + pause.toNanos();
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
            tell(now);
        }
        running = Optional.empty();
    }

    /** Of what is wrong the worst. */
    private void tell(Running now) {
        Optional<Fact.WalArchiving> fact = now.failed
                .map(why -> fact(now, State.FAILED, why))
                .or(() -> now.filling.map(why -> fact(now, State.DISK_FILLING, why)))
                .or(() -> now.away.map(why -> fact(now, State.STORE_AWAY, why)))
                .or(() -> now.refused.map(why -> fact(now, State.REFUSED, why)))
                .or(() -> now.keeping ? Optional.of(fact(now, State.KEEPING, "")) : Optional.empty());
        if (fact.isPresent() && !isSame(fact.get())) {
            told = fact;
            onNews.run();
        }
    }

    /** A state that lasts is told once: its figures change with each look. */
    private boolean isSame(Fact.WalArchiving fact) {
        return told.filter(t -> t.state() == fact.state()
                        && t.term().equals(fact.term())
                        && t.timeline().equals(fact.timeline())
                        && (fact.state() != State.FAILED || t.detail().equals(fact.detail())))
                .isPresent();
    }

    private Fact.WalArchiving fact(Running now, State state, String detail) {
        return new Fact.WalArchiving(node, now.task.term(), now.task.timeline(), state, detail);
    }
}
