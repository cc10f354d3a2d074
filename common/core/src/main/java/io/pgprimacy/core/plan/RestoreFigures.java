package io.pgprimacy.core.plan;

import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.postgres.Lsn;
import java.time.Duration;
import java.util.Optional;

/**
 * How far this node is that fills its data from the repository.
 *
 * @param replayed where the replay of WAL is
 * @param bytes of the files that are there, of {@code of}
 */
public record RestoreFigures(String backup, String step, Optional<Lsn> replayed, long bytes, long of, Duration took) {
    Fact.RestoreProgressed fact(NodeId node, Term term) {
        return new Fact.RestoreProgressed(node, term, backup, step, replayed, bytes, of, took, left());
    }

    /** By the pace so far, which the first hundredth does not tell. */
    private Optional<Duration> left() {
        return bytes < of / 100.0 || bytes >= of
                ? Optional.empty()
                : Optional.of(Duration.ofSeconds(Math.round((of - bytes) / (double) bytes * took.toSeconds())));
    }

    /** What is to be stated, if anything: nothing where no such job is under way, or the log knows it. */
    public static Optional<Fact.RestoreProgressed> news(
            NodeId id,
            Optional<NodeAction> job,
            Optional<RestoreFigures> figures,
            Optional<Fact.RestoreProgressed> stated) {
        return job.flatMap(RestoreFigures::termOf)
                .flatMap(term -> figures.map(f -> f.fact(id, term)))
                .filter(fact -> !stated.equals(Optional.of(fact)));
    }

    private static Optional<Term> termOf(NodeAction job) {
        if (job instanceof NodeAction.Rebuild rebuild) {
            return Optional.of(rebuild.term());
        }
        return job instanceof NodeAction.Restore restore ? Optional.of(restore.term()) : Optional.empty();
    }
}
