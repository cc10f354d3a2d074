package io.pgprimacy.backup.format;

import io.pgprimacy.core.id.ClusterId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a backup's objects lie; names are relative to the repository's prefix in the bucket.
 *
 * @param shelf whether recovery can begin with it
 */
public record BackupPlace(ClusterId cluster, Incarnation incarnation, BackupId id, Shelf shelf) {
    public static final String CLUSTERS = "clusters/";

    private static final String MANIFEST = "manifest.json";
    private static final Pattern MANIFEST_NAME =
            Pattern.compile("clusters/([^/]+)/([1-9]\\d{0,8})/([a-z]+)/([^/]+)/manifest\\.json");

    /**
     * Logical backups lie in a directory of their own: whoever looks for something to recover from goes through the other one, and cannot
     * come upon them.
     */
    public enum Shelf {
        BACKUPS("backups", "state"),
        DUMPS("dumps", "dump-state");

        private final String directory;
        private final String states;

        Shelf(String directory, String states) {
            this.directory = directory;
            this.states = states;
        }
    }

    /** Of one that recovery can begin with. */
    public BackupPlace(ClusterId cluster, Incarnation incarnation, BackupId id) {
        this(cluster, incarnation, id, Shelf.BACKUPS);
    }

    /** Also the scope for which the backup's data key is wrapped. */
    public String directory() {
        return all(cluster, incarnation, shelf) + id + "/";
    }

    /** What all backups of that life and shelf lie below. */
    public static String all(ClusterId cluster, Incarnation incarnation, Shelf shelf) {
        return CLUSTERS + cluster + "/" + incarnation + "/" + shelf.directory + "/";
    }

    /** What the storage service remembers of them lies below; see {@link #state(String)}. */
    public static String states(ClusterId cluster, Incarnation incarnation, Shelf shelf) {
        return CLUSTERS + cluster + "/" + incarnation + "/" + shelf.states + "/";
    }

    /** Something that the storage service remembers of this backup: that it is pinned, say. No restore needs it. */
    public String state(String what) {
        return states(cluster, incarnation, shelf) + id + "/" + what + ".json";
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

    /** The place on that shelf whose manifest has that name; empty where it is no such manifest's name. */
    public static Optional<BackupPlace> ofManifest(String name, Shelf shelf) {
        Matcher matcher = MANIFEST_NAME.matcher(name);
        if (!matcher.matches() || !matcher.group(3).equals(shelf.directory)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new BackupPlace(
                    new ClusterId(matcher.group(1)),
                    new Incarnation(Integer.parseInt(matcher.group(2))),
                    new BackupId(matcher.group(4)),
                    shelf));
        } catch (IllegalArgumentException e) {
            // Somebody else's object that merely looks similar.
            return Optional.empty();
        }
    }
}
