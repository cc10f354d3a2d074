package io.pgprimacy.core.cluster;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What decisions have told a node to do to itself: of each kind the last one, by its sequence; 0 where there was none. Whether it has been done, the
 * node's own facts tell.
 *
 * @param rebuild to be filled anew
 * @param restart to stop PostgreSQL and to start it again
 * @param reload to have PostgreSQL read its configuration again
 * @param removals of old data, by its location
 */
public record StandingOrders(long rebuild, long restart, long reload, SortedMap<String, Long> removals) {
    static final StandingOrders NONE = new StandingOrders(0, 0, 0, new TreeMap<>());

    public StandingOrders {
        removals = Collections.unmodifiableSortedMap(new TreeMap<>(removals));
    }

    StandingOrders withRebuild(long sequence) {
        return new StandingOrders(sequence, restart, reload, removals);
    }

    StandingOrders withRestart(long sequence) {
        return new StandingOrders(rebuild, sequence, reload, removals);
    }

    StandingOrders withReload(long sequence) {
        return new StandingOrders(rebuild, restart, sequence, removals);
    }

    StandingOrders withRemoval(String location, long sequence) {
        SortedMap<String, Long> next = new TreeMap<>(removals);
        next.put(location, sequence);
        return new StandingOrders(rebuild, restart, reload, next);
    }
}
