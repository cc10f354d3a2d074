package io.pgprimacy.core.cluster;

import io.pgprimacy.core.id.NodeId;
import java.util.Optional;

/**
 * @param ordered sequence of the decision that ordered it
 * @param backup the one to be proven; empty: the newest that is sound
 */
public record DrillOrder(long ordered, NodeId node, Optional<String> backup) implements WorkOrder {}
