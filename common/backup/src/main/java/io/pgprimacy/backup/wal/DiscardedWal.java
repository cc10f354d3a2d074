package io.pgprimacy.backup.wal;

import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.TimelineId;
import java.time.Instant;
import java.util.List;

/**
 * What an agent has put aside before it rewound or replaced its data: its copy on the node's disk has this as {@code summary.json}.
 *
 * @param term of the primary whose history does not have it
 * @param from where the histories part
 * @param to end of its last whole record
 * @param transactions that were committed in it
 * @param savedAt by the node's clock
 * @param segments names of its files, whole segments of WAL, in their order
 */
public record DiscardedWal(
        ClusterId cluster,
        Incarnation incarnation,
        NodeId node,
        long term,
        SystemIdentifier systemIdentifier,
        long walSegmentSize,
        TimelineId timeline,
        Lsn from,
        Lsn to,
        long transactions,
        Instant savedAt,
        List<String> segments) {
    public DiscardedWal {
        segments = List.copyOf(segments);
        boolean strange = segments.stream()
                .anyMatch(name -> WalSegment.parse(name, walSegmentSize)
                        .filter(s -> s.timeline().equals(timeline))
                        .isEmpty());
        if (segments.isEmpty() || strange) {
            throw new IllegalArgumentException(segments + " are not segments of timeline " + timeline);
        }
    }

    public DiscardedPlace place() {
        return new DiscardedPlace(cluster, incarnation, DiscardedId.of(timeline, from, to, node));
    }

    public long bytes() {
        return to.minus(from);
    }

    /** What it says of the WAL itself; when and under which term it was saved may be another attempt's. */
    public boolean isOfTheSame(DiscardedWal other) {
        return place().equals(other.place())
                && systemIdentifier.equals(other.systemIdentifier)
                && walSegmentSize == other.walSegmentSize
                && transactions == other.transactions
                && segments.equals(other.segments);
    }
}
