package io.pgprimacy.agent.config;

import io.pgprimacy.core.event.NodeTags;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What the operator has said of this node. The log holds what decisions rest upon; load balancers ask for the rest, and only of this node.
 *
 * @param ofLog what coordinators read
 * @param noloadbalance this node is nobody's replica
 * @param others anything else, by name; {@code tags.other.NAME}, for a misspelt {@code tags.nofailover} must not pass for one
 */
public record LocalTags(NodeTags ofLog, boolean noloadbalance, SortedMap<String, String> others) {
    public static final LocalTags DEFAULT = new LocalTags(NodeTags.DEFAULT, false, new TreeMap<>());

    /** They steer Patroni. Here they would silently do nothing. */
    private static final Set<String> OF_PATRONI_ALONE =
            Set.of("clonefrom", "replicatefrom", "nosync", "sync_priority", "nostream");

    private static final Set<String> OWN = Set.of("nofailover", "failover_priority", "noloadbalance");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");

    public LocalTags {
        others.forEach(LocalTags::check);
        others = Collections.unmodifiableSortedMap(new TreeMap<>(others));
    }

    private static void check(String name, String value) {
        if (OF_PATRONI_ALONE.contains(name)) {
            throw new IllegalArgumentException("tag " + name + " means something to Patroni that there is not here");
        }
        if (OWN.contains(name)) {
            throw new IllegalArgumentException("tag " + name + " is set as tags." + name);
        }
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "tag '" + name + "' must be 1-63 letters, digits and '_', and begin with no digit");
        }
        if (value.isEmpty()) {
            throw new IllegalArgumentException("tag " + name + " has no value");
        }
    }

    /** As Patroni shows them: a flag that is not set is no tag, nor is a priority that nobody has changed. */
    public SortedMap<String, Object> shown() {
        SortedMap<String, Object> shown = shownOf(ofLog);
        if (noloadbalance) {
            shown.put("noloadbalance", true);
        }
        shown.putAll(others);
        return shown;
    }

    /** Of another node, whose log holds no more. */
    public static SortedMap<String, Object> shownOf(NodeTags tags) {
        SortedMap<String, Object> shown = new TreeMap<>();
        if (tags.nofailover()) {
            shown.put("nofailover", true);
        }
        if (tags.failoverPriority() != NodeTags.DEFAULT.failoverPriority()) {
            shown.put("failover_priority", tags.failoverPriority());
        }
        return shown;
    }

    /** {@code ?tag_name=value}; a tag that is not set has no value. */
    public boolean has(String name, String value) {
        return Optional.ofNullable(shown().get(name)).map(Object::toString).equals(Optional.of(value));
    }
}
