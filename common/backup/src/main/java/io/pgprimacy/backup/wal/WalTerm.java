package io.pgprimacy.backup.wal;

import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.TimelineId;

/**
 * Says that WAL is archived under this term, on this timeline: stored before the first segment of it, and never changed.
 *
 * @param version {@code server_version_num}
 */
public record WalTerm(
        int format,
        long term,
        TimelineId timeline,
        SystemIdentifier systemIdentifier,
        long walSegmentSize,
        int version) {
    public static final int FORMAT = 1;

    public WalTerm {
        if (format != FORMAT) {
            throw new IllegalArgumentException("a term of format " + format + "; this version reads format " + FORMAT);
        }
        if (term < 0 || Long.bitCount(walSegmentSize) != 1) {
            throw new IllegalArgumentException("term " + term + " with segments of " + walSegmentSize + " bytes");
        }
    }

    /** True where a writer of this term must not write once {@code other} has been declared. */
    public boolean isSupersededBy(WalTerm other) {
        return other.term > term || other.timeline.compareTo(timeline) > 0;
    }
}
