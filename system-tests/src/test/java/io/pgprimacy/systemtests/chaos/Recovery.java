package io.pgprimacy.systemtests.chaos;

import io.pgprimacy.systemtests.chaos.history.Violation;
import io.pgprimacy.systemtests.chaos.history.Violation.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Waits, after everything was healed, until the cluster has recovered by itself, and judges how long that took. */
final class Recovery {
    /** DESIGN asks for it: after healing everything streams again by itself. */
    static final Duration BOUND = Duration.ofSeconds(60);

    /** What has not recovered in time is watched for so much longer, to tell slow from stuck. */
    static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(300);

    /** Time as it passes for whoever waits. */
    interface Time {
        Duration now();

        void pass(Duration time) throws InterruptedException;
    }

    /**
     * @param after the healing; empty when it never recovered
     */
    record Result(Optional<Duration> after, List<Violation> violations) {
        Result {
            violations = List.copyOf(violations);
        }
    }

    private Recovery() {}

    /** {@code lacks} says what is missing; it is asked until it says nothing. */
    static Result await(Duration healed, Time time, Supplier<List<String>> lacks) throws InterruptedException {
        List<Violation> violations = new ArrayList<>();
        List<String> lacking = lacks.get();
        while (!lacking.isEmpty()) {
            Duration waited = time.now().minus(healed);
            if (violations.isEmpty() && waited.compareTo(BOUND) > 0) {
                violations.add(new Violation(
                        Kind.NOT_HEALED,
                        "%d s after everything had been healed at %s: %s"
                                .formatted(waited.toSeconds(), Clock.text(healed), lacking)));
            }
            if (waited.compareTo(BOUND.plus(PATIENCE)) > 0) {
                violations.add(
                        new Violation(Kind.NOT_HEALED, "nor after %d s: %s".formatted(waited.toSeconds(), lacking)));
                return new Result(Optional.empty(), violations);
            }
            time.pass(LOOK_AGAIN);
            lacking = lacks.get();
        }
        return new Result(Optional.of(time.now().minus(healed)), violations);
    }
}
