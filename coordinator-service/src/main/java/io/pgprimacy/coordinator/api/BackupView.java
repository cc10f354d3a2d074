package io.pgprimacy.coordinator.api;

import io.pgprimacy.core.event.Fact;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A backup that can be restored.
 *
 * @param parent the one that it rests upon; null for a full one
 * @param sourceBytes of all files that it restores
 * @param storedBytes that it takes in the store
 * @param suspect pages had wrong checksums when they were read
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
        boolean suspect) {

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
                !f.isGood());
    }

    /** A manifest in the words of docs/reference/repository-format.md. */
    static BackupView of(JsonNode manifest) {
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
                wrongPages > 0);
    }
}
