package io.pgprimacy.simulation;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Directed links between places: hosts by node name, coordinators, and {@link #LOG}. */
final class Network {
    static final String LOG = "log";

    private final World world;
    private final Set<String> blocked = new TreeSet<>();
    private final Map<String, Long> slow = new TreeMap<>();

    Network(World world) {
        this.world = world;
    }

    void block(String from, String to) {
        blocked.add(from + ">" + to);
    }

    void slow(String from, String to, long nanos) {
        slow.put(from + ">" + to, nanos);
    }

    void clear(String from, String to) {
        blocked.remove(from + ">" + to);
        slow.remove(from + ">" + to);
    }

    void clearAll() {
        blocked.clear();
        slow.clear();
    }

    boolean passes(String from, String to) {
        return blocked.isEmpty() || !blocked.contains(from + ">" + to);
    }

    boolean passesBothWays(String a, String b) {
        return passes(a, b) && passes(b, a);
    }

    /** The extra delay of a link that is slow just now. */
    long slowness(String from, String to) {
        return slow.getOrDefault(from + ">" + to, 0L);
    }

    long delay(String from, String to) {
        long base = world.msBetween(0.1, 1.5);
        return slow.isEmpty() ? base : base + slow.getOrDefault(from + ">" + to, 0L);
    }
}
