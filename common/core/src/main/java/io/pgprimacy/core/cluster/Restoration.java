package io.pgprimacy.core.cluster;

import io.pgprimacy.core.event.RestoreGoal;
import io.pgprimacy.core.id.NodeId;

/** That the next primary is not the most advanced member, but one whose data is restored from the repository. */
public record Restoration(NodeId node, RestoreGoal goal) {}
