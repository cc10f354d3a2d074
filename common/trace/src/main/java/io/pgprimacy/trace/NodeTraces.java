package io.pgprimacy.trace;

import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import java.util.Optional;

/** For the requests to other services that one node's work brings about: values of {@code traceparent} headers, where there are traces. */
public record NodeTraces(LogTraces log, ClusterId cluster, NodeId node) {
    /** @param sequence of the order that it carries out */
    public Optional<String> order(long sequence) {
        return log.parentOf(cluster, sequence);
    }

    /** Of what has its data replaced now. */
    public Optional<String> filling() {
        return log.parentOfFilling(cluster, node);
    }
}
