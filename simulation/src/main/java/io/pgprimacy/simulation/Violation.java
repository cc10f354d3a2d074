package io.pgprimacy.simulation;

/** An invariant does not hold. Ends the run. */
final class Violation extends RuntimeException {
    private final Invariant invariant;

    Violation(Invariant invariant, String what) {
        super(invariant + ": " + what);
        this.invariant = invariant;
    }

    Invariant invariant() {
        return invariant;
    }
}
