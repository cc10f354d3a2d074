package io.pgprimacy.backup.log;

import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.core.id.ClusterId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a {@link LogStretch} lies. It is named by its first offset alone: two writers that go on from the same end want the same name, and
 * the store lets one of them have it.
 */
public record LogPlace(ClusterId cluster, Incarnation incarnation, long from) {
    private static final Pattern FILE = Pattern.compile("(\\d{20})\\.jsonl\\.zst");

    public LogPlace {
        if (from < 0) {
            throw new IllegalArgumentException("offset " + from + " is less than 0");
        }
    }

    /** What all of that life's log lies below. */
    public static String all(ClusterId cluster, Incarnation incarnation) {
        return BackupPlace.CLUSTERS + cluster + "/" + incarnation + "/log/";
    }

    public String name() {
        return all(cluster, incarnation) + "%020d.jsonl.zst".formatted(from);
    }

    /** Empty where it is no stretch's name. */
    public static Optional<LogPlace> of(ClusterId cluster, Incarnation incarnation, String name) {
        String below = all(cluster, incarnation);
        Matcher file = FILE.matcher(name.startsWith(below) ? name.substring(below.length()) : "");
        if (!file.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new LogPlace(cluster, incarnation, Long.parseLong(file.group(1))));
        } catch (NumberFormatException e) {
            // Somebody else's object that merely looks similar.
            return Optional.empty();
        }
    }
}
