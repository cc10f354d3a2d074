package io.pgprimacy.core.cluster;

import io.pgprimacy.core.id.NodeId;

/** Work beside everything else that one node was ordered to do; facts name it by the decision's sequence. */
public sealed interface WorkOrder permits BackupOrder, DrillOrder {
    /** Sequence of the decision that ordered it. */
    long ordered();

    NodeId node();
}
