package io.pgprimacy.core.event;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What came of applying retention once. Backups by their ids.
 *
 * @param marked what no part of the policy keeps, each with the reason: it goes after the grace, unless somebody pins it
 * @param waiting marked before, and the grace is not over
 * @param released marked before, and something keeps them after all
 * @param removed they are no longer there
 */
public record RetentionOutcome(
        SortedMap<String, String> marked,
        List<String> waiting,
        List<String> released,
        List<String> removed,
        Amount walMarked,
        Amount walRemoved) {
    public RetentionOutcome {
        marked = Collections.unmodifiableSortedMap(new TreeMap<>(marked));
        waiting = List.copyOf(waiting);
        released = List.copyOf(released);
        removed = List.copyOf(removed);
    }

    /** Of stored objects. */
    public record Amount(long objects, long bytes) {}
}
