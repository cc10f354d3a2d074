package io.pgprimacy.storage.repository;

import io.pgprimacy.backup.format.ObjectComparison;
import io.pgprimacy.backup.format.StoredObject;
import io.pgprimacy.storage.repository.CheckRecord.Damage;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a run learns of one backup, on top of what is known from the runs before. */
final class Findings {
    private static final int CHUNK = 64 * 1024;
    /** Enough to see what is the matter; the record stays small. */
    private static final int MOST_DAMAGED = 1000;

    private final Clock clock;
    private final SortedMap<String, String> sums;
    private final SortedMap<String, Damage> damaged;
    private final byte[] chunk = new byte[CHUNK];
    private Optional<Instant> verified;
    private long position;
    private boolean moved;
    private boolean complete;

    Findings(CheckRecord before, Clock clock) {
        this.clock = clock;
        this.sums = new TreeMap<>(before.sums());
        this.damaged = new TreeMap<>(before.damaged());
        this.verified = before.verified();
        this.position = before.position();
    }

    /** Reads it to its end; true where it is what was stored. */
    boolean object(StoredObject expected, InputStream content, Pace pace) throws IOException {
        ObjectComparison comparison = new ObjectComparison(expected);
        for (int read = content.read(chunk); read >= 0; read = content.read(chunk)) {
            comparison.update(chunk, 0, read);
            pace.pass(read);
        }
        pace.object();
        var difference = comparison.finish();
        difference.ifPresentOrElse(
                d -> damaged(expected.name(), d.expected(), d.found()), () -> damaged.remove(expected.name()));
        return difference.isEmpty();
    }

    void document(String name, String sha256) {
        String before = sums.putIfAbsent(name, sha256);
        if (before != null && !before.equals(sha256)) {
            damaged(name, "SHA-256 " + before, "SHA-256 " + sha256);
        } else {
            damaged.remove(name);
        }
    }

    /** Rotation removes keys, and takes their sums with it. */
    void keysMustBeAmong(Collection<String> names) {
        sums.keySet().retainAll(Set.copyOf(names));
        damaged.keySet().removeIf(name -> name.startsWith("keys/") && !names.contains(name));
        if (names.stream().noneMatch(name -> name.startsWith("keys/"))) {
            damaged("keys/", "a key", "none");
        } else {
            damaged.remove("keys/");
        }
    }

    void damaged(String name, String expected, String found) {
        if (damaged.size() < MOST_DAMAGED || damaged.containsKey(name)) {
            damaged.put(name, new Damage(clock.instant(), expected, found));
        }
    }

    long position() {
        return position;
    }

    void moved() {
        position++;
        moved = true;
    }

    boolean hasMoved() {
        return moved;
    }

    /** The next run begins again from the first object. */
    void complete() {
        complete = true;
        verified = Optional.of(clock.instant());
        position = 0;
    }

    boolean isComplete() {
        return complete;
    }

    Set<String> damagedNames() {
        return damaged.keySet();
    }

    CheckRecord record() {
        return new CheckRecord(verified, position, sums, damaged);
    }
}
