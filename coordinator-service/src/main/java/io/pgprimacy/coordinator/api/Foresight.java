package io.pgprimacy.coordinator.api;

import io.pgprimacy.coordinator.runtime.Snapshot;
import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.decide.ClusterDecider;
import io.pgprimacy.core.decide.Verdict;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.explain.Sentences;
import java.util.Optional;

/**
 * A dry run: the request is folded into a copy of the state and the decider is asked, the very one that would decide in earnest.
 * States are values, so the cluster's own knows nothing of it.
 */
final class Foresight {
    private static final String DREAMER = "dry-run";

    private Foresight() {}

    static Answer.Foreseen of(Snapshot now, Request request) {
        LogRecord imagined = new LogRecord(
                now.state().offset() + 1, request.id(), DREAMER, now.evidence().decidedAtMillis(), request);
        ClusterState asked = now.state().evolve(imagined);
        Verdict verdict = ClusterDecider.decide(asked, now.evidence(), DREAMER);
        return new Answer.Foreseen(
                asked.cluster().value(),
                Sentences.nameOf(request),
                outcome(verdict, request),
                verdict.rule().name(),
                verdict instanceof Verdict.Append a ? Sentences.of(a.decision()) : null,
                verdict.because());
    }

    private static String outcome(Verdict verdict, Request request) {
        if (!(verdict instanceof Verdict.Append append) || !answers(append.decision(), request)) {
            return "waits";
        }
        return append.decision() instanceof Decision.RequestRefused ? "refused" : "granted";
    }

    private static boolean answers(Decision decision, Request request) {
        return decision.basis().answers().equals(Optional.of(request.id()));
    }
}
