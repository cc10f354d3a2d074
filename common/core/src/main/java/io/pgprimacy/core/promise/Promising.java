package io.pgprimacy.core.promise;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.lease.Promise;
import io.pgprimacy.core.plan.LocalMemory;
import java.time.Duration;
import java.util.Optional;

/**
 * The giving side of S11.
 *
 * <p>Fires when a primary asks, also where this node cannot read the log: its durable memory says enough.
 *
 * <p>Evidence: the highest term that this node has seen or pledged.
 *
 * <p>Safe because a promise is durable before it is given, and {@code PrimaryPlans} waits it out. A node that has promised may still
 * pledge a newer term: from then on it promises the older one's primary nothing more.
 *
 * <p>Otherwise it refuses, and says why.
 */
public final class Promising {
    private Promising() {}

    /** Why no promise can be given; empty where it can. */
    public static Optional<String> refusal(PromiseRequest request, ClusterState state, LocalMemory memory) {
        if (!request.cluster().equals(state.cluster())) {
            return Optional.of("it belongs to cluster " + state.cluster());
        }
        if (memory.pledged().isAfter(request.term())) {
            return Optional.of("it has pledged term " + memory.pledged());
        }
        if (memory.termSeen().isAfter(request.term()) || state.term().isAfter(request.term())) {
            return Optional.of("it knows of a newer term than " + request.term());
        }
        return Optional.empty();
    }

    /** To be made durable before it is answered. */
    public static LocalMemory promised(PromiseRequest request, LocalMemory memory, Duration now) {
        Promise given = Promise.given(request.term(), request.from(), request.length(), now);
        return memory.withTermSeen(request.term())
                .withPromise(Optional.of(memory.promise().map(given::and).orElse(given)));
    }
}
