package io.pgprimacy.agent.backup;

import static io.pgprimacy.agent.logging.AgentLogging.SEQUENCE;

import io.pgprimacy.agent.process.ProcessResult;
import io.pgprimacy.agent.process.RunningProgram;
import io.pgprimacy.core.cluster.WorkOrder;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.plan.OrderedWork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one backup, or the one drill, that this agent has under way, or ended last. */
public final class OrderedWorker<O extends WorkOrder> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OrderedWorker.class);
    /** Progress is kept in the log, one record for each order; rewriting it more often would tell nobody more. */
    private static final Duration PROGRESS_EVERY = Duration.ofSeconds(5);

    /** After its last word: a JVM may still write down what it has learned, which an order's end in the log is no reason to interrupt. */
    private static final Duration LINGERS_AT_MOST = Duration.ofMinutes(1);

    private static final int MOST_LEFT_OUT = 20;

    private final NodeId node;
    private final Trade<O> trade;
    private final Optional<Program<O>> program;
    private final Runnable onNews;
    private Optional<Running> running = Optional.empty();
    private Optional<OrderedWork> work = Optional.empty();
    private long forgotten;

    /** Starts the process that does the work of one order; the consumers are called on threads of its own. */
    @FunctionalInterface
    public interface Program<O> {
        RunningProgram start(O order, Consumer<String> onLine, Consumer<ProcessResult> onEnd);

        /** What an earlier life of this agent had begun; nothing where that ends with its agent. */
        default Optional<WorkDirectory.Left> left() {
            return Optional.empty();
        }

        /** The log has the end of it, or nobody wants to know. */
        default void forget(long ordered) {}
    }

    /** A worker at work; guarded by the lock of the enclosing object. */
    private static final class Running {
        private final long ordered;
        /** By an earlier life of this agent. */
        private final boolean adopted;

        private final long begun;
        private final List<String> leftOut = new ArrayList<>();
        private Optional<RunningProgram> program = Optional.empty();
        private Optional<String> cancelled = Optional.empty();
        // Of one that is adopted, too: what it said in the past is no news when it is read now.
        private long progressAt = System.nanoTime();
        private long movedAt = progressAt;
        private long toldAt = progressAt;
        private String figures = "";

        Running(long ordered) {
            this.ordered = ordered;
            this.adopted = false;
            this.begun = System.nanoTime();
        }

        Running(WorkDirectory.Left left) {
            this.ordered = left.ordered();
            this.adopted = true;
            this.begun = System.nanoTime() - left.process().age().toNanos();
            this.program = Optional.of(left.process());
        }

        void end(String why) {
            if (cancelled.isEmpty()) {
                cancelled = Optional.of(why);
                program.ifPresent(RunningProgram::end);
            }
        }

        boolean endsWithAgent() {
            return program.filter(RunningProgram::outlives).isEmpty();
        }
    }

    /**
     * @param program empty where no storage is configured
     * @param onNews called on any thread when {@link #work} has something to say that should not wait
     */
    OrderedWorker(NodeId node, Trade<O> trade, Optional<Program<O>> program, Runnable onNews) {
        this.node = node;
        this.trade = trade;
        this.program = program;
        this.onNews = onNews;
    }

    public synchronized Optional<OrderedWork> work() {
        return work;
    }

    /** To be called before {@link #hold}: the work of an earlier life of this agent is its own again, and told from the first line on. */
    synchronized OrderedWorker<O> adopt() {
        program.flatMap(Program::left).ifPresent(left -> {
            LOG.atInfo()
                    .addKeyValue(SEQUENCE, left.ordered())
                    .log(
                            "the {} of decision {} was begun by an earlier life of this agent: process {}",
                            trade.name(),
                            left.ordered(),
                            left.process());
            Running now = new Running(left);
            running = Optional.of(now);
            work = Optional.of(OrderedWork.begun(left.ordered()));
            left.process().follow(line -> said(now, line), result -> ended(now, result));
        });
        return this;
    }

    /** Returns at once. An order that follows another waits until the worker of that one has ended. */
    public synchronized void hold(Optional<O> order) {
        if (running.isPresent()) {
            Running now = running.get();
            if (order.filter(o -> o.ordered() == now.ordered).isEmpty()) {
                if (!hasTold(now) || isOlder(now.toldAt, LINGERS_AT_MOST)) {
                    now.end("it was cancelled");
                }
            } else if (isOlder(now.movedAt, trade.stuckAfter())) {
                now.end("it has not moved for " + trade.stuckAfter().toMinutes() + " minutes");
            }
            return;
        }
        forgetStated(order);
        order.filter(o -> work.filter(w -> w.ordered() == o.ordered()).isEmpty())
                .ifPresent(this::begin);
    }

    /** An order stands until its end has been read back from the log. */
    private void forgetStated(Optional<O> order) {
        work.map(OrderedWork::ordered)
                .filter(ended -> ended != forgotten
                        && order.filter(o -> o.ordered() == ended).isEmpty())
                .ifPresent(ended -> {
                    forgotten = ended;
                    program.ifPresent(p -> p.forget(ended));
                });
    }

    private void begin(O order) {
        LOG.atInfo()
                .addKeyValue(SEQUENCE, order.ordered())
                .log("begin the {} of decision {}", trade.name(), order.ordered());
        Running now = new Running(order.ordered());
        work = Optional.of(OrderedWork.begun(order.ordered()));
        if (program.isEmpty()) {
            finish(now, trade.failed(order.ordered(), "no storage is configured on " + node));
            return;
        }
        try {
            running = Optional.of(now);
            now.program =
                    Optional.of(program.get().start(order, line -> said(now, line), result -> ended(now, result)));
        } catch (RuntimeException e) {
            finish(now, trade.failed(order.ordered(), "the worker could not be started: " + e.getMessage()));
        }
    }

    private void said(Running now, String line) {
        Optional<WorkerLine> said = WorkerLine.read(line);
        if (said.isEmpty()) {
            LOG.info("{} worker: {}", trade.name(), line);
            return;
        }
        try {
            synchronized (this) {
                take(now, said.get());
            }
        } catch (RuntimeException e) {
            // Whoever reads the worker's output must go on reading it, or the worker would stand still.
            LOG.warn("the {} worker's line was not understood: {}", trade.name(), line, e);
        }
    }

    private void take(Running now, WorkerLine line) {
        switch (line.event()) {
            case "begun" -> {
                work = work.map(w -> w.started(trade.started(line, w.ordered())));
                onNews.run();
            }
            case "progress" -> progressed(now, line);
            case "left-out" -> {
                if (now.leftOut.size() < MOST_LEFT_OUT) {
                    now.leftOut.add(line.text("what"));
                }
            }
            case "completed" -> finish(now, trade.completed(line, now.ordered, now.leftOut));
            case "failed" -> finish(now, trade.failed(line, now.ordered));
            default -> LOG.info("{} worker: {}", trade.name(), line.content());
        }
    }

    private void progressed(Running now, WorkerLine line) {
        String figures = line.content().toString();
        if (!figures.equals(now.figures)) {
            now.figures = figures;
            now.movedAt = System.nanoTime();
        }
        if (isOlder(now.progressAt, PROGRESS_EVERY)) {
            now.progressAt = System.nanoTime();
            Duration took = Duration.ofSeconds((System.nanoTime() - now.begun) / 1_000_000_000);
            work = work.map(w -> w.progressed(trade.progressed(line, w.ordered(), took)));
        }
    }

    private void ended(Running now, ProcessResult result) {
        // Before the lock: it may take long, and the agent's loop asks for the lock.
        trade.cleanUp();
        conclude(now, result);
    }

    private synchronized void conclude(Running now, ProcessResult result) {
        boolean told = hasTold(now);
        if (!told && now.adopted && now.cancelled.isEmpty() && !isStarted()) {
            // It was gone before it had begun anything: if the log says nothing else, the order is begun again.
            work = Optional.empty();
        } else if (!told) {
            String why = now.cancelled.orElseGet(() -> died(now, result));
            finish(now, trade.failed(now.ordered, why));
        }
        running = Optional.empty();
        onNews.run();
    }

    private boolean hasTold(Running now) {
        return work.filter(w -> w.ordered() == now.ordered && w.end().isPresent())
                .isPresent();
    }

    private boolean isStarted() {
        return work.flatMap(OrderedWork::started).isPresent();
    }

    /** It said nothing of its own: killed, or a JVM that could not go on; the last lines of what it complained about tell. */
    private static String died(Running now, ProcessResult result) {
        List<String> complaints = result.errors().lines().toList();
        String last = String.join("; ", complaints.subList(Math.max(0, complaints.size() - 3), complaints.size()));
        String how = now.adopted
                ? "the worker, which an earlier life of the agent had begun, ended without a word"
                : "the worker ended with exit code " + result.exitCode();
        return how + (last.isEmpty() ? "" : ": " + last);
    }

    /** What the worker said first counts: what is complete is there, whatever became of its process then. */
    private void finish(Running now, Fact end) {
        LOG.atInfo()
                .addKeyValue(SEQUENCE, now.ordered)
                .log("the {} of decision {} has ended: {}", trade.name(), now.ordered, end);
        work = work.map(w -> w.ended(end));
        now.toldAt = System.nanoTime();
        if (now.program.isEmpty()) {
            running = Optional.empty();
        }
        onNews.run();
    }

    private static boolean isOlder(long since, Duration age) {
        return System.nanoTime() - since > age.toNanos();
    }

    /** What would end with this process anyway ends in order; what outlives it goes on. */
    @Override
    public synchronized void close() {
        running.filter(Running::endsWithAgent).ifPresent(r -> r.end("the agent was stopped"));
    }
}
