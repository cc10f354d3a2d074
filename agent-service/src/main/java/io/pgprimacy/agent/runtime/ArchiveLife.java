package io.pgprimacy.agent.runtime;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.event.LogRecord;
import java.util.function.IntSupplier;

/** Which incarnation of the cluster the log tells of: whoever starts a program that reads or writes the repository asks here (S12). */
final class ArchiveLife implements LogFollower, IntSupplier {
    private volatile int incarnation = 1;

    @Override
    public void read(LogRecord record, ClusterState after) {
        incarnation = after.incarnation();
    }

    @Override
    public int getAsInt() {
        return incarnation;
    }
}
