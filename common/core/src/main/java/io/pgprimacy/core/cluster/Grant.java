package io.pgprimacy.core.cluster;

import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;

/** {@code node} is, or was, the primary of {@code term}. At most one per term (S1). */
public record Grant(Term term, NodeId node) {}
