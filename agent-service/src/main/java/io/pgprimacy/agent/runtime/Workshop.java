package io.pgprimacy.agent.runtime;

import io.pgprimacy.agent.guard.Guard;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.plan.NodeAction;
import io.pgprimacy.core.plan.Observation;
import io.pgprimacy.core.plan.Observation.JobResult;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Carries out one action at a time. A stop does not wait for its turn: it interrupts what is under way and runs beside it. */
final class Workshop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Workshop.class);

    private final Jobs jobs;
    private final Guard guard;
    private final Eyes eyes;
    private final Runnable onEnd;
    private final ExecutorService hand = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("job").factory());
    private final ExecutorService stopping = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("stop").factory());
    private final ExecutorService guardian = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("guard").factory());
    private Bench bench =
            new Bench(Optional.empty(), Optional.empty(), Optional.empty(), new TreeSet<>(), new TreeMap<>());
    private Optional<Future<?>> current = Optional.empty();
    private boolean restoringGuard;

    /** What lies on the bench: the job under way, the last one's end, and what jobs have applied so far. */
    record Bench(
            Optional<NodeAction> running,
            Optional<JobResult> last,
            Optional<Observation.AppliedSync> syncApplied,
            SortedSet<NodeId> slots,
            SortedMap<String, String> parameters) {}

    Workshop(Jobs jobs, Guard guard, Eyes eyes, Runnable onEnd) {
        this.jobs = jobs;
        this.guard = guard;
        this.eyes = eyes;
        this.onEnd = onEnd;
    }

    synchronized Bench bench() {
        return bench;
    }

    synchronized void begin(NodeAction action) {
        if (bench.running().isPresent()) {
            if (!(action instanceof NodeAction.Stop)) {
                return;
            }
            LOG.info("{} is interrupted by {}", bench.running().get(), action);
            current.ifPresent(job -> job.cancel(true));
        }
        bench = new Bench(Optional.of(action), bench.last(), bench.syncApplied(), bench.slots(), bench.parameters());
        ExecutorService on = action instanceof NodeAction.Stop ? stopping : hand;
        Map<String, String> saidUnder = Objects.requireNonNullElse(MDC.getCopyOfContextMap(), Map.of());
        current = Optional.of(on.submit(() -> carryOut(action, saidUnder)));
    }

    private void carryOut(NodeAction action, Map<String, String> saidUnder) {
        MDC.setContextMap(saidUnder);
        LOG.info("begin {}", action);
        long begun = System.nanoTime();
        try {
            Optional<Fact> outcome = jobs.carryOut(action);
            LOG.info("done in {} ms: {}", (System.nanoTime() - begun) / 1_000_000, action);
            finish(action, new JobResult.Done(action, outcome));
        } catch (InterruptedException e) {
            finish(action, failed(action, "it was interrupted"));
        } catch (RuntimeException e) {
            LOG.warn("failed after {} ms: {}", (System.nanoTime() - begun) / 1_000_000, action, e);
            finish(action, failed(action, String.valueOf(e.getMessage())));
        }
    }

    /** The world is looked at before the end is told: whoever hears that a job is done sees what it did. */
    private void finish(NodeAction action, JobResult result) {
        try {
            eyes.look();
        } catch (RuntimeException e) {
            // A job whose end is never told would be the last one; the eyes look again by themselves.
            LOG.warn("the instance could not be looked at: {}", e.toString());
        }
        synchronized (this) {
            boolean overtaken = !bench.running().equals(Optional.of(action));
            if (!overtaken) {
                bench = new Bench(
                        Optional.empty(), Optional.of(result), jobs.syncApplied(), jobs.slots(), jobs.parameters());
            }
        }
        onEnd.run();
    }

    private synchronized JobResult.Failed failed(NodeAction action, String reason) {
        int attempt = bench.last()
                .filter(JobResult.Failed.class::isInstance)
                .map(JobResult.Failed.class::cast)
                .filter(f -> f.job().getClass().equals(action.getClass()))
                .map(f -> f.attempt() + 1)
                .orElse(1);
        return new JobResult.Failed(action, reason, attempt);
    }

    /** A guard that died is started again; it takes up the deadline that the last one had. */
    synchronized void restoreGuard() {
        if (restoringGuard) {
            return;
        }
        restoringGuard = true;
        guardian.execute(() -> {
            try {
                if (guard.ensureRunning()) {
                    LOG.warn("the guard was not running and has been started");
                }
            } catch (RuntimeException e) {
                LOG.error("the guard cannot be started: {}", e.getMessage());
            } finally {
                guardRestored();
            }
        });
    }

    private synchronized void guardRestored() {
        restoringGuard = false;
    }

    @Override
    public void close() {
        hand.shutdownNow();
        stopping.shutdownNow();
        guardian.shutdownNow();
    }
}
