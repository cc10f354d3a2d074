package io.pgprimacy.core.event;

/** How the application of retention ended that a coordinator has carried out by an order in the log. */
public sealed interface RetentionReport {
    /** Sequence of the decision that ordered it. */
    long ordered();

    record Applied(long ordered, RetentionOutcome outcome) implements RetentionReport {}

    record Failed(long ordered, String reason) implements RetentionReport {}
}
