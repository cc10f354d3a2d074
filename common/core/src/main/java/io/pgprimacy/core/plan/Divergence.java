package io.pgprimacy.core.plan;

import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;

/**
 * WAL that left the cluster's history.
 *
 * @param term of the primary whose history this is measured against
 * @param from where the histories part
 * @param to end of this node's WAL
 * @param saved it has been copied to where a person finds it (S9)
 * @param rewindFailed pg_rewind was tried and failed
 */
public record Divergence(Term term, TimelineId timeline, Lsn from, Lsn to, boolean saved, boolean rewindFailed) {
    public Divergence withSaved() {
        return new Divergence(term, timeline, from, to, true, rewindFailed);
    }

    public Divergence withRewindFailed() {
        return new Divergence(term, timeline, from, to, saved, true);
    }
}
