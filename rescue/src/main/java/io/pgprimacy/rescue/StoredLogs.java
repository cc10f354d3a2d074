package io.pgprimacy.rescue;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.log.LogPlace;
import io.pgprimacy.backup.log.LogStretch;
import io.pgprimacy.core.id.ClusterId;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the bucket has of clusters' logs. */
final class StoredLogs {
    private static final Pattern NAME =
            Pattern.compile(Pattern.quote(BackupPlace.CLUSTERS) + "([^/]+)/([0-9]{1,9})/log/.*");

    private StoredLogs() {}

    /**
     * By cluster and life, in the order of the log.
     *
     * @param cluster a name, or empty for all
     */
    static List<LogPlace> places(Bucket bucket, String cluster) throws IOException {
        String under = cluster.isEmpty() ? BackupPlace.CLUSTERS : BackupPlace.CLUSTERS + cluster + "/";
        return bucket.list(under).stream()
                .flatMap(name -> place(name).stream())
                .sorted(Comparator.comparing((LogPlace p) -> p.cluster().value())
                        .thenComparingInt(p -> p.incarnation().value())
                        .thenComparingLong(LogPlace::from))
                .toList();
    }

    private static Optional<LogPlace> place(String name) {
        Matcher parts = NAME.matcher(name);
        try {
            return parts.matches()
                    ? LogPlace.of(
                            new ClusterId(parts.group(1)), new Incarnation(Integer.parseInt(parts.group(2))), name)
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            // Somebody else's object that merely looks similar.
            return Optional.empty();
        }
    }

    private static LogStretch alone(LogPlace place, Bucket bucket) throws IOException {
        try (InputStream stored = bucket.open(place.name())) {
            return LogStretch.decode(place, stored.readNBytes(LogStretch.LARGEST));
        }
    }

    /** @param before the stretch before it in that life; empty: it must be the first */
    static LogStretch read(LogPlace place, Optional<LogStretch> before, Bucket bucket) throws IOException {
        LogStretch stretch = alone(place, bucket);
        long next = before.map(b -> b.header().through() + 1).orElse(0L);
        if (place.from() != next) {
            throw new RepositoryDamaged("offsets " + next + " to " + (place.from() - 1) + " of the log of cluster "
                    + place.cluster() + " are missing before " + place.name());
        }
        String head = before.map(b -> b.header().after()).orElse(LogStretch.NO_HEAD);
        if (!stretch.header().before().equals(head)) {
            throw new RepositoryDamaged(place.name() + " does not follow the stretch before it: their chains differ");
        }
        return stretch;
    }

    /** @param places of one life */
    static VerifyCommand.VerifiedLog verify(List<LogPlace> places, Bucket bucket) throws IOException {
        List<String> damaged = new ArrayList<>();
        long records = 0;
        Optional<LogStretch> before = Optional.empty();
        boolean follows = true;
        for (LogPlace place : places) {
            try {
                LogStretch stretch = follows ? read(place, before, bucket) : alone(place, bucket);
                records += stretch.header().records();
                before = Optional.of(stretch);
                follows = true;
            } catch (RepositoryDamaged e) {
                damaged.add(e.getMessage());
                follows = false;
            }
        }
        LogPlace any = places.getFirst();
        return new VerifyCommand.VerifiedLog(
                any.cluster().value(), any.incarnation().value(), records, List.copyOf(damaged));
    }
}
