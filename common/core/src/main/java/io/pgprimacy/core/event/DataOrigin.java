package io.pgprimacy.core.event;

import io.pgprimacy.core.id.ClusterId;

/**
 * Where the data of a cluster comes from that was not initialised: the repository of a cluster, that one's own from before everything else was lost, or
 * another's.
 *
 * @param incarnation the life of that cluster that is read
 */
public record DataOrigin(ClusterId cluster, int incarnation, RestoreGoal goal) {
    public DataOrigin {
        if (incarnation < 1) {
            throw new IllegalArgumentException("incarnations count from 1");
        }
    }

    @Override
    public String toString() {
        return goal.target() + " of incarnation " + incarnation + " of cluster " + cluster;
    }
}
