package io.pgprimacy.core.plan;

import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.lease.Promise;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What an agent remembers across its own death, made durable before it acts on it.
 *
 * @param termSeen the highest term read from the log; never goes back (S1)
 * @param sequenceSeen of the last decision read from the log; never goes back either: a log that lacks it is not the one that was read
 * @param pledged this node never again serves a term older than this one (S4)
 * @param primaryOf the last term under which PostgreSQL was let accept writes here
 * @param relinquished the last term of which this node has given up being primary: it never starts again under it (S3 A)
 * @param promise this node does not become primary before it is over (S11)
 * @param extendedAt sequence of the last decision that was read when promises extended this primary's lease; empty while the lease is one that the
 *     log has given back (S11)
 * @param divergence WAL of this node that is not part of the cluster's history, while that is being mended
 * @param unusable why the data directory must not be started as it is, for instance a rewind that began and did not end
 * @param quarantine why a person has to act
 * @param restartedFor sequence of the last order to restart PostgreSQL after which it was seen stopped; 0 where there was none
 */
public record LocalMemory(
        Term termSeen,
        long sequenceSeen,
        Term pledged,
        Term primaryOf,
        Term relinquished,
        Optional<Promise> promise,
        Optional<Long> extendedAt,
        Optional<Divergence> divergence,
        Optional<String> unusable,
        Optional<String> quarantine,
        long restartedFor) {
    public static final LocalMemory NEW = new LocalMemory(
            Term.NONE,
            0,
            Term.NONE,
            Term.NONE,
            Term.NONE,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            0);

    public LocalMemory withTermSeen(Term term) {
        return with(m -> m.termSeen = max(termSeen, term));
    }

    public LocalMemory withSequenceSeen(long sequence) {
        return with(m -> m.sequenceSeen = Math.max(sequenceSeen, sequence));
    }

    public LocalMemory withPledged(Term term) {
        return with(m -> {
            m.termSeen = max(termSeen, term);
            m.pledged = max(pledged, term);
        });
    }

    public LocalMemory withPrimaryOf(Term term) {
        return with(m -> {
            m.termSeen = max(termSeen, term);
            m.pledged = max(pledged, term);
            m.primaryOf = max(primaryOf, term);
        });
    }

    /** No process is left that a promise could have kept writable, so it matters no more what that lease was extended by. */
    public LocalMemory withRelinquished(Term term) {
        return with(m -> {
            m.relinquished = max(relinquished, term);
            m.extendedAt = Optional.empty();
        });
    }

    public LocalMemory withPromise(Optional<Promise> next) {
        return with(m -> m.promise = next);
    }

    public LocalMemory withExtendedAt(Optional<Long> sequence) {
        return with(m -> m.extendedAt = sequence);
    }

    public LocalMemory withDivergence(Optional<Divergence> next) {
        return with(m -> m.divergence = next);
    }

    public LocalMemory withUnusable(Optional<String> next) {
        return with(m -> m.unusable = next);
    }

    public LocalMemory withQuarantine(Optional<String> next) {
        return with(m -> m.quarantine = next);
    }

    public LocalMemory withRestartedFor(long ordered) {
        return with(m -> m.restartedFor = Math.max(restartedFor, ordered));
    }

    /** The data directory holds the cluster's history again. */
    public LocalMemory mended() {
        return with(m -> {
            m.divergence = Optional.empty();
            m.unusable = Optional.empty();
            m.quarantine = Optional.empty();
        });
    }

    /** PostgreSQL may be accepting writes here, as far as this memory goes. */
    public boolean mayBePrimary() {
        return primaryOf.isAfter(relinquished);
    }

    private LocalMemory with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.toMemory();
    }

    private static Term max(Term a, Term b) {
        return a.isBefore(b) ? b : a;
    }

    /** A memory while it is being changed. */
    private static final class Draft {
        private Term termSeen;
        private long sequenceSeen;
        private Term pledged;
        private Term primaryOf;
        private Term relinquished;
        private Optional<Promise> promise;
        private Optional<Long> extendedAt;
        private Optional<Divergence> divergence;
        private Optional<String> unusable;
        private Optional<String> quarantine;
        private long restartedFor;

        private Draft(LocalMemory from) {
            termSeen = from.termSeen;
            sequenceSeen = from.sequenceSeen;
            pledged = from.pledged;
            primaryOf = from.primaryOf;
            relinquished = from.relinquished;
            promise = from.promise;
            extendedAt = from.extendedAt;
            divergence = from.divergence;
            unusable = from.unusable;
            quarantine = from.quarantine;
            restartedFor = from.restartedFor;
        }

        private LocalMemory toMemory() {
            return new LocalMemory(
                    termSeen,
                    sequenceSeen,
                    pledged,
                    primaryOf,
                    relinquished,
                    promise,
                    extendedAt,
                    divergence,
                    unusable,
                    quarantine,
                    restartedFor);
        }
    }
}
