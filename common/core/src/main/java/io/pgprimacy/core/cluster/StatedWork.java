package io.pgprimacy.core.cluster;

import io.pgprimacy.core.event.Fact;

/** What a node has stated of the orders of one kind. */
public sealed interface StatedWork permits NodeBackups, NodeDrills {
    boolean hasStarted(long ordered);

    /** It was completed or it failed; whatever is said of an older order ended before. */
    boolean hasEnded(long ordered);

    /** That is the last progress that it told. */
    boolean hasTold(Fact progress);
}
