package io.pgprimacy.rescue;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.restore.StoredDiscardedWal;
import io.pgprimacy.backup.wal.DiscardedPlace;
import io.pgprimacy.backup.wal.DiscardedSummary;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** WAL in the bucket that old primaries had and that did not become history; oldest first. */
record Discarded(List<DiscardedSummary> summaries, List<String> unreadable) {

    /** @param cluster a name, or empty for all */
    static Discarded in(Bucket bucket, String cluster) throws IOException {
        List<DiscardedSummary> summaries = new ArrayList<>();
        List<String> unreadable = new ArrayList<>();
        for (DiscardedPlace place : places(bucket, cluster)) {
            try {
                summaries.add(StoredDiscardedWal.summary(place, bucket));
            } catch (RepositoryDamaged e) {
                unreadable.add(e.getMessage());
            }
        }
        summaries.sort(Comparator.comparing((DiscardedSummary s) -> s.wal().cluster())
                .thenComparing(s -> s.wal().savedAt()));
        return new Discarded(List.copyOf(summaries), List.copyOf(unreadable));
    }

    static List<DiscardedPlace> places(Bucket bucket, String cluster) throws IOException {
        String under = cluster.isEmpty() ? BackupPlace.CLUSTERS : BackupPlace.CLUSTERS + cluster + "/";
        return bucket.list(under).stream()
                .flatMap(name -> DiscardedPlace.ofSummary(name).stream())
                .toList();
    }
}
