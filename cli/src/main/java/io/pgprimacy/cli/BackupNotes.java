package io.pgprimacy.cli;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What there is to say of a backup in a table's last column: the worst first. */
final class BackupNotes {
    private BackupNotes() {}

    static String of(JsonNode backup) {
        List<String> notes = new ArrayList<>();
        JsonNode state = backup.path("state");
        JsonNode damaged = state.path("damaged");
        if (!damaged.isEmpty()) {
            JsonNode first = damaged.path(0);
            notes.add("DAMAGED: " + text(first, "object") + " is " + text(first, "found") + ", not "
                    + text(first, "expected")
                    + (damaged.size() > 1 ? ", and " + (damaged.size() - 1) + " more objects" : ""));
        }
        if (backup.path("suspect").asBoolean(false)) {
            notes.add("suspect: " + text(backup, "wrongPages") + " pages with wrong checksums");
        }
        if (state.path("removing").asBoolean(false)) {
            notes.add("is being removed");
        } else if (state.path("expired").isObject()) {
            notes.add("goes: marked " + text(state.path("expired"), "at") + by(state.path("expired")));
        }
        if (state.path("pinned").isObject()) {
            notes.add("pinned" + by(state.path("pinned")));
        }
        if (state.path("verified").isString() && damaged.isEmpty()) {
            notes.add("verified " + text(state, "verified"));
        }
        if (state.path("proven").isObject()) {
            notes.add("proven " + text(state.path("proven"), "at") + ", open after "
                    + state.path("proven").path("seconds").asDouble(0) + " s");
        }
        return String.join("; ", notes);
    }

    private static String by(JsonNode note) {
        return " by " + text(note, "actor") + ": " + text(note, "reason");
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).asString("-");
    }
}
