package io.pgprimacy.core.cluster;

import io.pgprimacy.core.config.BackupType;
import io.pgprimacy.core.id.NodeId;

/** @param ordered sequence of the decision that ordered it */
public record BackupOrder(long ordered, NodeId node, BackupType type) implements WorkOrder {}
