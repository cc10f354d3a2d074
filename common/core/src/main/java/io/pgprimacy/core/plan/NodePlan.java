package io.pgprimacy.core.plan;

import io.pgprimacy.core.event.Fact;
import java.util.List;
import java.util.Optional;

/**
 * What one node must do now, in this order: make {@code memory} durable, state {@code facts}, start {@code action}. A crash in
 * between repeats it from what the log and the memory say.
 *
 * @param because for people
 */
public record NodePlan(LocalMemory memory, List<Fact> facts, Optional<NodeAction> action, String because) {
    public NodePlan {
        facts = List.copyOf(facts);
    }
}
