package io.pgprimacy.backup.wal;

import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.core.id.ClusterId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where WAL lies that an old primary had and the cluster's history has not; names are relative to the repository's prefix in the bucket. */
public record DiscardedPlace(ClusterId cluster, Incarnation incarnation, DiscardedId id) {
    private static final Pattern SUMMARY_NAME =
            Pattern.compile("clusters/([^/]+)/([1-9]\\d{0,8})/discarded/([^/]+)/summary\\.json");

    /** Also the scope for which its data key is wrapped. */
    public String directory() {
        return all(cluster, incarnation) + id + "/";
    }

    /** What all of that life lies below. */
    public static String all(ClusterId cluster, Incarnation incarnation) {
        return BackupPlace.CLUSTERS + cluster + "/" + incarnation + "/discarded/";
    }

    /** Written last, and only if it is not there: what is discarded counts as stored from that moment on. */
    public String summary() {
        return directory() + "summary.json";
    }

    public String key(String masterKeyId) {
        return directory() + "keys/" + masterKeyId + ".json";
    }

    /** @param file as PostgreSQL names it */
    public String segment(String file) {
        return directory() + "segments/" + file;
    }

    /** The place whose summary has that name; empty where it is no summary's name. */
    public static Optional<DiscardedPlace> ofSummary(String name) {
        Matcher matcher = SUMMARY_NAME.matcher(name);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new DiscardedPlace(
                    new ClusterId(matcher.group(1)),
                    new Incarnation(Integer.parseInt(matcher.group(2))),
                    new DiscardedId(matcher.group(3))));
        } catch (IllegalArgumentException e) {
            // Somebody else's object that merely looks similar.
            return Optional.empty();
        }
    }
}
