package io.pgprimacy.core.loop;

import io.pgprimacy.core.plan.NodeAction;
import io.pgprimacy.core.plan.Observation;
import io.pgprimacy.core.plan.Observation.JobResult;
import java.time.Duration;
import java.util.Optional;

/** Whose turn it is: one action at a time, each end of one is handled once, and what failed waits longer before each further attempt. */
final class JobTurns {
    private static final Duration BACKOFF_FIRST = Duration.ofMillis(500);
    private static final Duration BACKOFF_MOST = Duration.ofSeconds(30);

    private Optional<JobResult> handled = Optional.empty();
    private Duration handledAt = Duration.ZERO;

    /** How the last job ended, where that has not been handled. */
    Optional<JobResult> news(Observation seen, Duration now) {
        if (seen.lastJob().isEmpty() || seen.lastJob().equals(handled)) {
            return Optional.empty();
        }
        handled = seen.lastJob();
        handledAt = now;
        return handled;
    }

    boolean mayBegin(NodeAction action, Observation seen, Duration now) {
        if (action instanceof NodeAction.Stop stop) {
            // A fast stop that takes too long is overtaken by an immediate one.
            return !(seen.job().orElse(null) instanceof NodeAction.Stop running)
                    || (stop.immediate() && !running.immediate());
        }
        return seen.job().isEmpty() && now.compareTo(notBefore(action)) >= 0;
    }

    private Duration notBefore(NodeAction action) {
        if (handled.orElse(null) instanceof JobResult.Failed failed
                && failed.job().equals(action)) {
            long factor = 1L << Math.min(failed.attempt() - 1, 16);
            Duration wait = BACKOFF_FIRST.multipliedBy(factor);
            return handledAt.plus(wait.compareTo(BACKOFF_MOST) > 0 ? BACKOFF_MOST : wait);
        }
        return Duration.ZERO;
    }
}
