package io.pgprimacy.core.event;

import io.pgprimacy.core.id.NodeId;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The promise that each acknowledged commit is on at least {@code acknowledgements} of {@code standbys}; with 0 there is no
 * promise.
 */
public record SyncStandbys(SortedSet<NodeId> standbys, int acknowledgements) {
    public static final SyncStandbys NONE = new SyncStandbys(new TreeSet<>(), 0);

    public SyncStandbys {
        standbys = Collections.unmodifiableSortedSet(new TreeSet<>(standbys));
        if (acknowledgements < 0 || acknowledgements > standbys.size()) {
            throw new IllegalArgumentException(
                    acknowledgements + " acknowledgements cannot come from " + standbys.size() + " standbys");
        }
    }

    public boolean promises() {
        return acknowledgements > 0;
    }

    /**
     * True where every commit acknowledged under this promise is on one of {@code recruited}, and no further one can be
     * acknowledged once they are cut: more than N - k of the N.
     */
    public boolean isRevokedBy(SortedSet<NodeId> recruited) {
        long among = standbys.stream().filter(recruited::contains).count();
        return promises() && among > standbys.size() - acknowledgements;
    }
}
