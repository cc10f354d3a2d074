package io.pgprimacy.core.id;

import java.util.regex.Pattern;

/**
 * Name of one PostgreSQL member, unique in its cluster. Also its {@code application_name} and, with {@code -} turned
 * into {@code _}, the name of its replication slot; hence the narrow alphabet.
 */
public record NodeId(String value) implements Comparable<NodeId> {
    private static final Pattern SHAPE = Pattern.compile("[a-z0-9]([a-z0-9-]{0,50}[a-z0-9])?");

    public NodeId {
        if (!SHAPE.matcher(value).matches()) {
            throw new IllegalArgumentException("node name '" + value
                    + "' must be 1-52 characters of a-z, 0-9 and '-', beginning and ending with a letter or digit");
        }
    }

    /** Name of the physical replication slot that keeps WAL for this node on every other node. */
    public String slotName() {
        return "pgprimacy_" + value.replace('-', '_');
    }

    @Override
    public int compareTo(NodeId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
