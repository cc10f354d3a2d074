package io.pgprimacy.storage.repository;

import io.pgprimacy.storage.store.StoreUnavailable;
import java.util.Arrays;
import java.util.BitSet;
import java.util.OptionalLong;

/**
 * The lengths of the stored objects of one kind by their groups, and which of them were asked for: 12 bytes each, because a backup may have
 * hundreds of thousands, and their names would not fit into this service.
 */
final class GroupLengths {
    private int[] groups = new int[64];
    private long[] lengths = new long[64];
    private int count;
    private final BitSet taken = new BitSet();

    /** In ascending order of groups, as a listing gives them. */
    void add(int group, long length) {
        if (count > 0 && group <= groups[count - 1]) {
            throw new StoreUnavailable("the store does not list objects in the order of their names");
        }
        if (count == groups.length) {
            groups = Arrays.copyOf(groups, 2 * count);
            lengths = Arrays.copyOf(lengths, 2 * count);
        }
        groups[count] = group;
        lengths[count++] = length;
    }

    /** The length of that group's object; empty where it is not there, or was taken before. */
    OptionalLong take(int group) {
        int at = Arrays.binarySearch(groups, 0, count, group);
        if (at < 0 || taken.get(at)) {
            return OptionalLong.empty();
        }
        taken.set(at);
        return OptionalLong.of(lengths[at]);
    }

    int taken() {
        return taken.cardinality();
    }
}
