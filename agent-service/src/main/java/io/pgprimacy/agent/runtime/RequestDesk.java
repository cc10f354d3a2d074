package io.pgprimacy.agent.runtime;

import io.pgprimacy.agent.api.OperatorDesk;
import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.cluster.Phase;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.id.Term;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Appends requests and reads what the log makes of them. Only the decisions count: an append that is never read back is answered by
 * nobody, and the caller is told so.
 */
final class RequestDesk implements LogFollower, OperatorDesk {
    /** A coordinator that has died is replaced in two seconds or so. */
    private static final Duration ANSWER_BOUND = Duration.ofSeconds(15);

    /** Longer than Patroni waits; a switchover takes about a second. */
    private static final Duration END_BOUND = Duration.ofSeconds(45);

    private final Consumer<Request> log;
    private final Duration answerBound;
    private final Duration endBound;
    private Optional<Pending> pending = Optional.empty();

    /** What has been read since a request was appended; all under this desk's lock. */
    private static final class Pending {
        private final String id;
        private Optional<Decision> answer = Optional.empty();
        private Optional<Decision.SwitchoverAborted> aborted = Optional.empty();
        private @Nullable ClusterState state;

        Pending(String id) {
            this.id = id;
        }
    }

    RequestDesk(Consumer<Request> log) {
        this(log, ANSWER_BOUND, END_BOUND);
    }

    RequestDesk(Consumer<Request> log, Duration answerBound, Duration endBound) {
        this.log = log;
        this.answerBound = answerBound;
        this.endBound = endBound;
    }

    @Override
    public synchronized void read(LogRecord record, ClusterState after) {
        if (pending.isEmpty()) {
            return;
        }
        Pending asked = pending.get();
        if (record.event() instanceof Decision decision && LogFollower.counts(decision, record, after)) {
            note(asked, decision);
        }
        asked.state = after;
        notifyAll();
    }

    private static void note(Pending asked, Decision decision) {
        if (decision instanceof Decision.SwitchoverAborted aborted && asked.answer.isPresent()) {
            asked.aborted = Optional.of(aborted);
        } else if (asked.answer.isEmpty() && decision.basis().answers().equals(Optional.of(asked.id))) {
            asked.answer = Optional.of(decision);
        }
    }

    @Override
    public synchronized Outcome ask(Request request) {
        Pending asked = new Pending(request.id());
        pending = Optional.of(asked);
        try {
            log.accept(request);
            if (!await(answerBound, () -> asked.answer.isPresent())) {
                return new Outcome.Unanswered();
            }
            return outcome(asked);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Outcome.Unanswered();
        } finally {
            pending = Optional.empty();
        }
    }

    private Outcome outcome(Pending asked) throws InterruptedException {
        return switch (asked.answer.orElseThrow()) {
            case Decision.RequestRefused d -> new Outcome.Refused(d.reason());
            case Decision.SwitchoverStarted d -> moved(asked, d.term());
            case Decision.FailoverOpened d -> moved(asked, d.term());
            case Decision.RestartOrdered d -> restarted(asked, d);
            default -> new Outcome.Ordered();
        };
    }

    private Outcome moved(Pending asked, Term term) throws InterruptedException {
        boolean ended = await(endBound, () -> asked.aborted.isPresent() || isSettled(asked, term));
        if (!ended) {
            return new Outcome.Unfinished();
        }
        return asked.aborted
                .<Outcome>map(a -> new Outcome.Aborted(a.basis().because()))
                .orElseGet(() -> new Outcome.Moved(java.util.Objects.requireNonNull(asked.state)
                        .primary()
                        .orElseThrow()
                        .node()));
    }

    private Outcome restarted(Pending asked, Decision.RestartOrdered order) throws InterruptedException {
        boolean ended = await(
                endBound,
                () -> asked.state != null
                        && asked.state
                                .node(order.node())
                                .filter(Node::mustBeRestarted)
                                .isEmpty());
        return ended ? new Outcome.Ordered() : new Outcome.Unfinished();
    }

    private static boolean isSettled(Pending asked, Term term) {
        ClusterState state = asked.state;
        return state != null
                && state.phase() instanceof Phase.Serving
                && !state.term().isBefore(term)
                && state.isPromotionConfirmed();
    }

    private boolean await(Duration bound, BooleanSupplier done) throws InterruptedException {
        long deadline = System.nanoTime() + bound.toNanos();
        while (!done.getAsBoolean()) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            wait(left / 1_000_000 + 1);
        }
        return true;
    }
}
