package io.pgprimacy.storage.repository;

import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.BackupPlace.Shelf;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.storage.repository.BackupStates.Note;
import io.pgprimacy.storage.repository.BackupStates.State;
import io.pgprimacy.storage.store.ObjectStore;
import io.pgprimacy.storage.store.PendingUpload;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Collects directories of backups that have no manifest, because they were never committed or because {@link Expiry} has removed it, and
 * uploads that were never completed.
 *
 * <p>In two steps. A directory into which nothing was put for the grace is marked; one that has been marked for a while is removed. A commit
 * refuses what is marked, and what was silent for half of the grace. Without the mark, a backup whose host was frozen for a day could put
 * its last object and be committed between this one's look and its removal, and would be listed as good with its data gone.
 */
public final class Garbage {
    /** Longer than what a commit still does after it has looked for a mark: two requests, each with its attempts. */
    static final Duration SETTLED = Duration.ofMinutes(10);

    private final ObjectStore store;
    private final BackupStates states;
    private final Clock clock;
    private final Duration grace;

    public Garbage(ObjectStore store, Clock clock, Duration grace) {
        this.store = store;
        this.states = new BackupStates(store);
        this.clock = clock;
        this.grace = grace;
    }

    /** What was removed. */
    public record Collected(List<String> directories, int objects, int uploads) {}

    public Collected collect() {
        List<String> directories = new ArrayList<>();
        int objects = 0;
        for (ClusterId cluster : states.clusters()) {
            Map<BackupPlace, Map<State, String>> known = states.list(cluster);
            Set<BackupPlace> present = new HashSet<>();
            for (Incarnation life : states.incarnations(cluster)) {
                for (BackupPlace place : directories(cluster, life)) {
                    present.add(place);
                    int removed = collect(place, known.getOrDefault(place, Map.of()));
                    if (removed > 0) {
                        directories.add(place.directory());
                        objects += removed;
                    }
                }
            }
            // Last, so that a crash before leaves the marks that tell the next run what to go on with.
            known.forEach((place, remembered) -> {
                if (!present.contains(place)) {
                    remembered.keySet().forEach(state -> states.forget(place, state));
                }
            });
        }
        return new Collected(List.copyOf(directories), objects, abortUploads());
    }

    private List<BackupPlace> directories(ClusterId cluster, Incarnation life) {
        return Stream.of(Shelf.values())
                .flatMap(shelf -> states.directories(cluster, life, shelf).stream())
                .toList();
    }

    /** Returns how many objects were removed. */
    private int collect(BackupPlace place, Map<State, String> known) {
        boolean committed = store.stat(place.manifest()).isPresent();
        if (committed) {
            // It came between a look and the mark.
            if (known.containsKey(State.ABANDONED)) {
                states.forget(place, State.ABANDONED);
            }
            return 0;
        }
        Instant now = clock.instant();
        if (newest(place).isAfter(now.minus(grace))) {
            return 0;
        }
        if (!known.containsKey(State.ABANDONED) && !known.containsKey(State.REMOVAL)) {
            states.remember(place, State.ABANDONED, new Note(now, "storage-service", "nothing was put for " + grace));
            return 0;
        }
        State mark = known.containsKey(State.REMOVAL) ? State.REMOVAL : State.ABANDONED;
        boolean settled = states.read(place, mark)
                .filter(note -> note.at().isBefore(now.minus(SETTLED)))
                .isPresent();
        // Asked again: a commit may have come before the mark, and after the first look.
        return settled && store.stat(place.manifest()).isEmpty() ? remove(place) : 0;
    }

    private int remove(BackupPlace place) {
        int[] removed = {0};
        store.list(place.directory(), found -> {
            store.remove(found.name());
            removed[0]++;
        });
        return removed[0];
    }

    /** When something was last put there, or began to be. */
    private Instant newest(BackupPlace place) {
        List<Instant> moments = new ArrayList<>(List.of(Instant.MIN));
        store.list(place.directory(), found -> moments.set(0, later(moments.getFirst(), found.modified())));
        store.pendingUploads(place.directory()).forEach(u -> moments.set(0, later(moments.getFirst(), u.begun())));
        return moments.getFirst();
    }

    private static Instant later(Instant one, Instant other) {
        return one.isBefore(other) ? other : one;
    }

    private int abortUploads() {
        Instant limit = clock.instant().minus(grace);
        int aborted = 0;
        for (PendingUpload upload : store.pendingUploads(BackupPlace.CLUSTERS)) {
            if (upload.begun().isBefore(limit)) {
                store.abortUpload(upload.name(), upload.uploadId());
                aborted++;
            }
        }
        return aborted;
    }
}
