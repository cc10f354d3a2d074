package io.pgprimacy.coordinator.api;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What is known of a stored backup beyond its manifest.
 *
 * @param verified when all of it was last hashed and compared, whatever that found; null: never
 * @param proven when a drill last restored it and found all of it right; null: never
 * @param damaged its objects that are not what was stored
 * @param pinned who said that it must stay, and why; null: nobody
 * @param expired the retention policy does not keep it, so it will be removed; null: it does, or was not applied
 * @param removing it is being removed: too late for a pin
 */
record BackupStateView(
        @Nullable Instant verified,
        @Nullable ProofView proven,
        List<DamageView> damaged,
        @Nullable NoteView pinned,
        @Nullable NoteView expired,
        boolean removing) {

    /** @param seconds from the first byte until PostgreSQL was open */
    record ProofView(Instant at, double seconds) {}

    /** An object that is not what was stored. */
    record DamageView(String object, String expected, String found) {}

    /** @param at null where the note cannot be read */
    record NoteView(@Nullable Instant at, String actor, String reason) {}

    /** A state in the words of docs/reference/storage-api.md. */
    static BackupStateView of(JsonNode state) {
        List<DamageView> damaged = new ArrayList<>();
        for (var object : state.path("damaged").properties()) {
            damaged.add(new DamageView(
                    object.getKey(),
                    object.getValue().path("expected").asString(""),
                    object.getValue().path("found").asString("")));
        }
        return new BackupStateView(
                instant(state.path("verified")),
                proof(state.path("proven")),
                damaged,
                note(state, "pinned", "pin"),
                note(state, "expiring", "expired"),
                state.path("removing").asBoolean(false));
    }

    private static @Nullable ProofView proof(JsonNode proof) {
        Instant at = instant(proof.path("at"));
        return at == null ? null : new ProofView(at, proof.path("seconds").asDouble(0));
    }

    /** What counts is that it is so; who said so may be unknown. */
    private static @Nullable NoteView note(JsonNode state, String flag, String name) {
        if (!state.path(flag).asBoolean(false)) {
            return null;
        }
        JsonNode note = state.path(name);
        return new NoteView(
                instant(note.path("at")),
                note.path("actor").asString(""),
                note.path("reason").asString(""));
    }

    private static @Nullable Instant instant(JsonNode text) {
        try {
            Instant instant = Instant.parse(text.asString(""));
            return instant.equals(Instant.MAX) ? null : instant;
        } catch (DateTimeException e) {
            return null;
        }
    }
}
