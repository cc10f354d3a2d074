package io.pgprimacy.core.cluster;

import io.pgprimacy.core.event.DataOrigin;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.postgres.WalPosition;
import java.util.Optional;

/**
 * Where the cluster stands, with the data that only matters there. Changed by decisions alone, never by facts: so a fact
 * that compaction has moved behind a decision cannot change the outcome of the fold.
 */
public sealed interface Phase {
    /** No cluster yet. */
    record Forming() implements Phase {}

    /** A cluster without a primary yet: {@code node} restores the data that it begins with, and is granted {@code term} then. */
    record Founding(Term term, NodeId node, DataOrigin data) implements Phase {}

    /** The granted node is primary, or on its way to become it. */
    record Serving() implements Phase {}

    /**
     * @param term the term that the target gets
     * @param stopping false while the old primary prepares and serves, true once its term is revoked
     */
    record SwitchingOver(Term term, NodeId from, NodeId to, boolean stopping, Optional<String> request)
            implements Phase {}

    /** Every earlier term is revoked; pledges are gathered. */
    record FailingOver(
            Term term,
            Optional<WalPosition> lastKnown,
            boolean automatic,
            Optional<NodeId> preferred,
            boolean allowDataLoss,
            boolean oldPrimaryIsDown,
            Optional<String> blocked,
            Optional<Restoration> restoration)
            implements Phase {}
}
