package io.pgprimacy.core.cluster;

import io.pgprimacy.core.config.BackupType;
import io.pgprimacy.core.id.NodeId;
import java.util.List;
import java.util.Optional;

/**
 * @param ordered sequence of the decision that ordered it
 * @param databases of a logical one, what to dump; empty: every database that accepts connections
 */
public record BackupOrder(long ordered, NodeId node, BackupType type, Optional<List<String>> databases)
        implements WorkOrder {
    public BackupOrder {
        databases = databases.map(List::copyOf);
    }

    /** Of everything. */
    public BackupOrder(long ordered, NodeId node, BackupType type) {
        this(ordered, node, type, Optional.empty());
    }
}
