package io.pgprimacy.storage.repository;

import io.pgprimacy.backup.format.BackupPlace;
import io.pgprimacy.storage.repository.BackupStates.Note;
import io.pgprimacy.storage.repository.BackupStates.State;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Who said so and why, for listings; read again only where the object has changed. */
final class Notes {
    private final BackupStates states;
    private final Map<String, Cached> cache = new ConcurrentHashMap<>();

    private record Cached(String etag, Note note) {}

    Notes(BackupStates states) {
        this.states = states;
    }

    /** @param remembered what a listing has just shown of that backup, with ETags */
    Optional<Note> read(BackupPlace place, State state, Map<State, String> remembered) {
        String name = BackupStates.name(place, state);
        String etag = remembered.get(state);
        if (etag == null) {
            cache.remove(name);
            return Optional.empty();
        }
        Cached cached = cache.get(name);
        if (cached != null && cached.etag().equals(etag)) {
            return Optional.of(cached.note());
        }
        Optional<Note> note = states.read(place, state);
        note.ifPresent(n -> cache.put(name, new Cached(etag, n)));
        return note;
    }
}
