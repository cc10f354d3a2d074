package io.pgprimacy.backup.format;

import io.pgprimacy.core.id.ClusterId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a backup's objects lie; names are relative to the repository's prefix in the bucket. */
public record BackupPlace(ClusterId cluster, Incarnation incarnation, BackupId id) {
    public static final String CLUSTERS = "clusters/";

    private static final String MANIFEST = "manifest.json";
    private static final String BACKUPS = "/backups/";
    private static final String STATE = "/state/";
    private static final Pattern MANIFEST_NAME =
            Pattern.compile("clusters/([^/]+)/([1-9]\\d{0,8})/backups/([^/]+)/manifest\\.json");

    /** Also the scope for which the backup's data key is wrapped. */
    public String directory() {
        return backups(cluster, incarnation) + id + "/";
    }

    /** What all backups of that life lie below. */
    public static String backups(ClusterId cluster, Incarnation incarnation) {
        return CLUSTERS + cluster + "/" + incarnation + BACKUPS;
    }

    /** What the storage service remembers of all backups of that life lies below; see {@link #state(String)}. */
    public static String states(ClusterId cluster, Incarnation incarnation) {
        return CLUSTERS + cluster + "/" + incarnation + STATE;
    }

    /** Something that the storage service remembers of this backup: that it is pinned, say. No restore needs it. */
    public String state(String what) {
        return states(cluster, incarnation) + id + "/" + what + ".json";
    }

    /** Written last, and only if it is not there: a backup exists from that moment on. */
    public String manifest() {
        return directory() + MANIFEST;
    }

    /** The list of all other objects except keys. */
    public String objects() {
        return directory() + "objects";
    }

    public String key(String masterKeyId) {
        return keys() + masterKeyId + ".json";
    }

    /** One object for each master key that wraps the data key: rotation adds one and rewrites nothing. */
    public String keys() {
        return directory() + "keys/";
    }

    public String data(int group) {
        return directory() + "data/" + "%08d".formatted(group);
    }

    public String index(int group) {
        return directory() + "index/" + "%08d".formatted(group);
    }

    /** The place whose manifest has that name; empty where it is no manifest's name. */
    public static Optional<BackupPlace> ofManifest(String name) {
        Matcher matcher = MANIFEST_NAME.matcher(name);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new BackupPlace(
                    new ClusterId(matcher.group(1)),
                    new Incarnation(Integer.parseInt(matcher.group(2))),
                    new BackupId(matcher.group(3))));
        } catch (IllegalArgumentException e) {
            // Somebody else's object that merely looks similar.
            return Optional.empty();
        }
    }
}
