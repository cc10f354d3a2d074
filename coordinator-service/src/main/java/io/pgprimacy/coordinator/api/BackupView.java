package io.pgprimacy.coordinator.api;

import io.pgprimacy.core.event.Fact;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A backup that can be restored.
 *
 * @param parent the one that it rests upon; null for a full one
 * @param sourceBytes of all files that it restores
 * @param storedBytes that it takes in the store
 * @param suspect pages had wrong checksums when they were read
 * @param incarnation of the cluster; null where only the log was asked
 * @param state what the storage service knows of it beyond its manifest; null where only the log was asked
 */
record BackupView(
        String id,
        String type,
        @Nullable String parent,
        String node,
        String startLsn,
        Instant startTime,
        String stopLsn,
        Instant stopTime,
        long files,
        long sourceBytes,
        long storedBytes,
        long wrongPages,
        boolean suspect,
        @Nullable Integer incarnation,
        @Nullable BackupStateView state) {

    static BackupView of(Fact.BackupCompleted f) {
        return new BackupView(
                f.backup(),
                f.type().label(),
                f.parent().orElse(null),
                f.node().value(),
                f.start().lsn().toString(),
                f.start().time(),
                f.stop().lsn().toString(),
                f.stop().time(),
                f.files(),
                f.bytes(),
                f.stored(),
                f.wrongPages(),
                !f.isGood(),
                null,
                null);
    }

    boolean isDamaged() {
        return state != null && !state.damaged().isEmpty();
    }

    /** The storage service's list; each backup's state has its place in a list beside. */
    static List<BackupView> listed(JsonNode document) {
        List<BackupView> listed = new ArrayList<>();
        for (int i = 0; i < document.path("backups").size(); i++) {
            listed.add(
                    of(document.path("backups").path(i), document.path("states").path(i)));
        }
        return listed;
    }

    /** A manifest in the words of docs/reference/repository-format.md. */
    private static BackupView of(JsonNode manifest, JsonNode state) {
        JsonNode chain = manifest.path("chain");
        JsonNode totals = manifest.path("totals");
        JsonNode start = manifest.path("start");
        JsonNode stop = manifest.path("stop");
        long wrongPages = totals.path("wrongPages").asLong(0);
        return new BackupView(
                manifest.path("id").asString(""),
                manifest.path("type").asString(""),
                chain.size() > 1 ? chain.path(chain.size() - 2).asString("") : null,
                manifest.path("node").asString(""),
                start.path("lsn").asString(""),
                Instant.parse(start.path("time").asString("")),
                stop.path("lsn").asString(""),
                Instant.parse(stop.path("time").asString("")),
                totals.path("files").asLong(0),
                totals.path("bytes").asLong(0),
                totals.path("stored").asLong(0),
                wrongPages,
                wrongPages > 0,
                manifest.path("incarnation").asInt(1),
                state.isObject() ? BackupStateView.of(state) : null);
    }
}
