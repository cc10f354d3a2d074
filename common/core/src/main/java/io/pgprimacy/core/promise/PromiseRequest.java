package io.pgprimacy.core.promise;

import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import java.time.Duration;

/**
 * A primary asks another member not to become primary for {@code length} from when it receives this.
 *
 * @param incarnation of the asking agent
 * @param term under which it is primary
 * @param round counts the asking agent's rounds from 1
 */
public record PromiseRequest(
        ClusterId cluster, NodeId from, String incarnation, Term term, long round, Duration length) {
    /** Nobody is asked to stand back for longer than this, whatever the asking node's configuration says. */
    private static final Duration LONGEST = Duration.ofMinutes(10);

    public PromiseRequest {
        if (length.isNegative() || length.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a promise for " + length + " is not one of 0 to " + LONGEST);
        }
    }
}
