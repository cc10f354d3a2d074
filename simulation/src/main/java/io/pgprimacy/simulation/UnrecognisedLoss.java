package io.pgprimacy.simulation;

/**
 * A decision has counted in a log that lacks others, and by the log itself nobody could have known: everybody who had read those was silent. That is
 * a hole that is known (docs/explanation/safety-argument.md); a run that falls into it is not judged any further.
 */
final class UnrecognisedLoss extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnrecognisedLoss(String message) {
        super(message);
    }
}
