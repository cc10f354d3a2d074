package io.pgprimacy.backup.wal;

import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import java.util.regex.Pattern;

/**
 * Names WAL that did not become history by what it is: timeline, from, to and node. So whoever stores it again after a crash comes upon what was
 * stored before. {@code 00000001-000000000303A2B8-0000000003051F10-a}
 */
public record DiscardedId(String value) implements Comparable<DiscardedId> {
    private static final Pattern SHAPE =
            Pattern.compile("[0-9A-F]{8}-[0-9A-F]{16}-[0-9A-F]{16}-[a-z0-9]([a-z0-9-]{0,50}[a-z0-9])?");

    public DiscardedId {
        if (!SHAPE.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "'" + value + "' does not name discarded WAL as 00000001-000000000303A2B8-0000000003051F10-a does");
        }
    }

    public static DiscardedId of(TimelineId timeline, Lsn from, Lsn to, NodeId node) {
        return new DiscardedId("%08X-%016X-%016X-%s".formatted(timeline.value(), from.value(), to.value(), node));
    }

    @Override
    public int compareTo(DiscardedId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
