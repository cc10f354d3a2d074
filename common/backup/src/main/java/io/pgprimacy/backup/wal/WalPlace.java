package io.pgprimacy.backup.wal;

import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.postgres.TimelineId;

/** Where the WAL of one incarnation of a cluster lies; names are relative to the repository's prefix in the bucket. */
public record WalPlace(ClusterId cluster, Incarnation incarnation) {
    public static final String PARTIAL = ".partial";

    public String directory() {
        return BackupPlace.CLUSTERS + cluster + "/" + incarnation + "/wal/";
    }

    /** The scope for which a data key is wrapped; its wrappings lie below, in {@code keys/}. */
    public String keyScope(WalKeyId key) {
        return directory() + "days/" + key + "/";
    }

    public String segment(WalSegment segment) {
        return timeline(segment.timeline()) + "segments/" + segment.name();
    }

    /** The last segment of a timeline, as PostgreSQL left it at the switch: only its beginning is WAL. */
    public String partial(WalSegment segment) {
        return segment(segment) + PARTIAL;
    }

    /** A piece of a segment, from one offset up to, not including, another. */
    public String slice(WalSegment segment, long from, long to) {
        return slices(segment) + "%08x-%08x".formatted(from, to);
    }

    public String slices(WalSegment segment) {
        return timeline(segment.timeline()) + "slices/" + segment.name() + "/";
    }

    public String history(TimelineId timeline) {
        return timeline(timeline) + "history";
    }

    /** Who writes from when on: sorts by term. */
    public String term(long term, TimelineId timeline) {
        return terms() + "%016x-%08X.json".formatted(term, timeline.value());
    }

    public String terms() {
        return directory() + "terms/";
    }

    public String timeline(TimelineId timeline) {
        return directory() + "%08X/".formatted(timeline.value());
    }
}
