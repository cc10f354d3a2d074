package io.pgprimacy.storage.repository;

import io.pgprimacy.backup.RepositoryDamaged;
import io.pgprimacy.backup.format.BackupId;
import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.backup.format.BackupPlace.Shelf;
import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.format.Json;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.storage.store.ObjectStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;

/**
 * What this service remembers of backups, in small objects beside them, so that every instance knows it and a crash forgets nothing. That one
 * is there is what counts; what stands in it tells who, when and why.
 */
public final class BackupStates {
    private static final int LARGEST_NOTE = 64 * 1024;
    private static final Pattern DIGITS = Pattern.compile("[1-9]\\d{0,8}");

    private final ObjectStore store;
    private final Documents documents;

    public BackupStates(ObjectStore store) {
        this.store = store;
        this.documents = new Documents(store);
    }

    /** What there is to remember. */
    public enum State {
        /** Somebody said that it must stay. */
        PIN,
        /** The retention policy does not keep it. It may still be pinned, or kept by another policy. */
        EXPIRED,
        /** It is being removed. This is not taken back while that may be under way, so no pin is accepted any more. */
        REMOVAL,
        /** It was never committed, and will be collected. */
        ABANDONED,
        /** What was verified of it. */
        CHECKED,
        /** A drill has restored it and found all of it right. */
        PROVEN
    }

    /** @param seconds until it was open */
    public record Proof(Instant at, double seconds) {}

    /** Who said so, when, and why. */
    public record Note(Instant at, String actor, String reason) {}

    /** False where that is remembered already. */
    public boolean remember(BackupPlace place, State state, Note note) {
        return store.putIfAbsent(name(place, state), Json.mapper().writeValueAsBytes(note));
    }

    public boolean is(BackupPlace place, State state) {
        return store.stat(name(place, state)).isPresent();
    }

    /** A note that cannot be read is one of the distant future: it makes nothing happen. */
    public Optional<Note> read(BackupPlace place, State state) {
        try {
            Optional<byte[]> note = documents.read(name(place, state), LARGEST_NOTE);
            return note.map(bytes -> Json.mapper().readValue(bytes, Note.class));
        } catch (RepositoryDamaged | JacksonException e) {
            return Optional.of(new Note(Instant.MAX, "", "unreadable: " + e.getMessage()));
        }
    }

    /** Empty where there is none, or none that can be read. */
    Optional<Proof> proof(BackupPlace place) {
        try {
            Optional<byte[]> proof = documents.read(name(place, State.PROVEN), LARGEST_NOTE);
            return proof.map(bytes -> Json.mapper().readValue(bytes, Proof.class));
        } catch (RepositoryDamaged | JacksonException e) {
            return Optional.empty();
        }
    }

    /** The newest proof counts. A crash between the two leaves none, and the next drill another. */
    void prove(BackupPlace place, Proof proof) {
        forget(place, State.PROVEN);
        store.putIfAbsent(name(place, State.PROVEN), Json.mapper().writeValueAsBytes(proof));
    }

    public void forget(BackupPlace place, State state) {
        store.remove(name(place, state));
    }

    /** With the ETag of each object. */
    public Map<BackupPlace, Map<State, String>> list(ClusterId cluster) {
        Map<BackupPlace, Map<State, String>> states = new HashMap<>();
        for (Incarnation life : incarnations(cluster)) {
            for (Shelf shelf : Shelf.values()) {
                list(cluster, life, shelf, states);
            }
        }
        return states;
    }

    private void list(ClusterId cluster, Incarnation life, Shelf shelf, Map<BackupPlace, Map<State, String>> states) {
        String below = BackupPlace.states(cluster, life, shelf);
        store.list(below, found -> {
            String[] parts = found.name().substring(below.length()).split("/", -1);
            Optional<BackupPlace> place = parts.length == 2 ? place(cluster, life, parts[0], shelf) : Optional.empty();
            Optional<State> state = Stream.of(State.values())
                    .filter(s -> parts.length == 2 && parts[1].equals(text(s) + ".json"))
                    .findFirst();
            if (place.isPresent() && state.isPresent()) {
                states.computeIfAbsent(place.get(), _ -> new EnumMap<>(State.class))
                        .put(state.get(), found.etag());
            }
        });
    }

    /** The clusters of which anything is stored. */
    public List<ClusterId> clusters() {
        List<ClusterId> clusters = new ArrayList<>();
        for (String name : store.directories(BackupPlace.CLUSTERS)) {
            try {
                clusters.add(new ClusterId(name));
            } catch (IllegalArgumentException e) {
                // Not one of ours: left alone.
            }
        }
        return clusters;
    }

    /** The lives of a cluster of which anything is stored. */
    public List<Incarnation> incarnations(ClusterId cluster) {
        return store.directories(BackupPlace.CLUSTERS + cluster + "/").stream()
                .filter(name -> DIGITS.matcher(name).matches())
                .map(name -> new Incarnation(Integer.parseInt(name)))
                .sorted()
                .toList();
    }

    /** Directories of backups of that shelf, committed or not. */
    List<BackupPlace> directories(ClusterId cluster, Incarnation life, Shelf shelf) {
        return store.directories(BackupPlace.all(cluster, life, shelf)).stream()
                .flatMap(name -> place(cluster, life, name, shelf).stream())
                .toList();
    }

    static String name(BackupPlace place, State state) {
        return place.state(text(state));
    }

    private static String text(State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    /** Empty for a directory that is not one of ours. */
    private static Optional<BackupPlace> place(ClusterId cluster, Incarnation life, String id, Shelf shelf) {
        try {
            return Optional.of(new BackupPlace(cluster, life, new BackupId(id), shelf));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
