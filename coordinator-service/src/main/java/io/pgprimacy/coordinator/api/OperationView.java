package io.pgprimacy.coordinator.api;

import io.pgprimacy.core.explain.Operation;
import io.pgprimacy.core.explain.Sentences;
import java.util.List;

/**
 * How far a request has come.
 *
 * @param state PENDING, RUNNING, SUCCEEDED, REFUSED or FAILED; the last three are final
 */
record OperationView(
        String id,
        String cluster,
        String type,
        String actor,
        String reason,
        String state,
        String message,
        List<ExplanationView.StepView> steps) {

    static OperationView of(String cluster, Operation o) {
        return new OperationView(
                o.request().id(),
                cluster,
                Sentences.nameOf(o.request()),
                o.request().origin().actor(),
                o.request().origin().reason(),
                o.state().name(),
                o.message(),
                o.steps().stream().map(ExplanationView.StepView::of).toList());
    }
}
