package io.pgprimacy.systemtests.chaos.history;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the primary holds after healing.
 *
 * @param inserts by session, every row, also when it is there twice
 * @param lists by key, in the order in which the elements stand
 */
public record Found(SortedMap<Integer, List<Integer>> inserts, SortedMap<Integer, List<Integer>> lists) {
    public Found {
        inserts = copy(inserts);
        lists = copy(lists);
    }

    private static SortedMap<Integer, List<Integer>> copy(Map<Integer, List<Integer>> original) {
        SortedMap<Integer, List<Integer>> copy = new TreeMap<>();
        original.forEach((key, values) -> copy.put(key, List.copyOf(values)));
        return Collections.unmodifiableSortedMap(copy);
    }

    List<Integer> list(int key) {
        return lists.getOrDefault(key, List.of());
    }
}
