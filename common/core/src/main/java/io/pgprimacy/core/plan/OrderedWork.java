package io.pgprimacy.core.plan;

import io.pgprimacy.core.event.Fact;
import java.util.Optional;

/**
 * The backup, or the drill, that an agent has under way, or has ended last, as far as this life of the agent knows.
 *
 * @param ordered sequence of the decision that ordered it
 * @param end that it was completed, or that it failed; empty while it is under way
 */
public record OrderedWork(long ordered, Optional<Fact> started, Optional<Fact> progress, Optional<Fact> end) {
    /** Begun just now; nothing has been said of it. */
    public static OrderedWork begun(long ordered) {
        return new OrderedWork(ordered, Optional.empty(), Optional.empty(), Optional.empty());
    }

    public OrderedWork started(Fact fact) {
        return new OrderedWork(ordered, Optional.of(fact), progress, end);
    }

    public OrderedWork progressed(Fact fact) {
        return new OrderedWork(ordered, started, Optional.of(fact), end);
    }

    /** What was said first of its end stays. */
    public OrderedWork ended(Fact fact) {
        return end.isPresent() ? this : new OrderedWork(ordered, started, progress, Optional.of(fact));
    }
}
