package io.pgprimacy.coordinator.api;

import io.pgprimacy.core.event.Fact;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A logical backup: dumps for pg_restore. Nothing recovers from it, which is why it is in no list of those that can be recovered from.
 *
 * @param type always {@code logical}
 * @param requested the databases that were named; none: all; null where only the log was asked
 * @param databases what is in it; null where only the log was asked
 * @param databaseCount how many
 * @param sourceBytes that pg_dump wrote
 * @param storedBytes that it takes in the store
 * @param standby whether it was taken of one, so that rows of unlogged tables are not in it; null where only the log was asked
 * @param incarnation of the cluster; null where only the log was asked
 * @param state what the storage service knows of it beyond its manifest; null where only the log was asked
 */
record DumpView(
        String id,
        String type,
        String node,
        Instant startTime,
        Instant stopTime,
        @Nullable List<String> requested,
        @Nullable List<DatabaseView> databases,
        int databaseCount,
        long sourceBytes,
        long storedBytes,
        @Nullable Boolean standby,
        @Nullable Integer incarnation,
        @Nullable BackupStateView state) {
    private static final String TYPE = "logical";

    /**
     * One database as it was at one moment.
     *
     * @param lsn the dump has everything that was committed by then
     */
    record DatabaseView(String name, String owner, String encoding, Instant began, String lsn, long bytes) {}

    static DumpView of(Fact.DumpCompleted f) {
        return new DumpView(
                f.backup(),
                TYPE,
                f.node().value(),
                f.began(),
                f.ended(),
                null,
                null,
                f.databases(),
                f.bytes(),
                f.stored(),
                null,
                null,
                null);
    }

    /** The storage service's list; each one's state has its place in a list beside. */
    static List<DumpView> listed(JsonNode document) {
        List<DumpView> listed = new ArrayList<>();
        for (int i = 0; i < document.path("dumps").size(); i++) {
            listed.add(
                    of(document.path("dumps").path(i), document.path("states").path(i)));
        }
        return listed;
    }

    /** A manifest in the words of docs/reference/repository-format.md. */
    private static DumpView of(JsonNode manifest, JsonNode state) {
        List<String> requested = new ArrayList<>();
        manifest.path("requested").forEach(name -> requested.add(name.asString("")));
        List<DatabaseView> databases = new ArrayList<>();
        for (JsonNode database : manifest.path("databases")) {
            databases.add(new DatabaseView(
                    database.path("name").asString(""),
                    database.path("owner").asString(""),
                    database.path("encoding").asString(""),
                    Instant.parse(database.path("began").asString("")),
                    database.path("lsn").asString(""),
                    database.path("dump").path("bytes").asLong(0)));
        }
        return new DumpView(
                manifest.path("id").asString(""),
                TYPE,
                manifest.path("node").asString(""),
                Instant.parse(manifest.path("began").asString("")),
                Instant.parse(manifest.path("ended").asString("")),
                requested,
                databases,
                databases.size(),
                manifest.path("totals").path("bytes").asLong(0),
                manifest.path("totals").path("stored").asLong(0),
                manifest.path("postgres").path("standby").asBoolean(false),
                manifest.path("incarnation").asInt(1),
                state.isObject() ? BackupStateView.of(state) : null);
    }
}
