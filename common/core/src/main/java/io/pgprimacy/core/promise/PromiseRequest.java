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
    public PromiseRequest {
        if (length.isNegative()) {
            throw new IllegalArgumentException("a promise cannot last " + length);
        }
    }
}
