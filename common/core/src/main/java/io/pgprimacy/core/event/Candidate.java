package io.pgprimacy.core.event;

import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.postgres.WalPosition;
import java.util.Optional;

/** One member as a choice looked at it: its position, if it stated one, and the verdict. */
public record Candidate(NodeId node, Optional<WalPosition> position, int priority, Verdict verdict) {

    /** Chosen, or the reason why not. */
    public sealed interface Verdict {
        record Chosen() implements Verdict {}

        /** Eligible, but another one comes first: more WAL, then priority, then name. */
        record Outranked(NodeId by, long behindBytes) implements Verdict {}

        record Ineligible(IneligibleReason reason) implements Verdict {}
    }
}
