package io.pgprimacy.coordinator.api;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a restore to a target takes.
 *
 * @param chain the backups that it rests upon, the full one first, itself last
 * @param backupBytes stored bytes of the whole chain: at the most so many are downloaded
 * @param walFrom where replay begins
 * @param walUpTo where it ends at the latest
 * @param walBytes stored bytes of the WAL between
 * @param complete whether there is no hole between the backup and the newest WAL
 * @param newestWal when WAL was last stored: no commit after it comes back; null where there is none
 * @param ends which commit will be the last, as far as that is known without reading the WAL
 */
record RestorePreviewView(
        String target,
        String backup,
        String type,
        String node,
        Instant backupEnded,
        List<String> chain,
        long timeline,
        long backupBytes,
        String walFrom,
        String walUpTo,
        long walSegments,
        long walBytes,
        long downloadBytes,
        boolean complete,
        @Nullable Instant newestWal,
        String ends) {

    /** The storage service's document, as docs/reference/storage-api.md has it. */
    static RestorePreviewView of(JsonNode preview) {
        List<String> chain = new ArrayList<>();
        preview.path("chain").forEach(id -> chain.add(id.asString("")));
        long backupBytes = preview.path("backupBytes").asLong();
        long walBytes = preview.path("walBytes").asLong();
        String newest = preview.path("newestWal").asString("");
        String target = preview.path("target").asString("");
        return new RestorePreviewView(
                target,
                preview.path("backup").asString(""),
                preview.path("type").asString("").toLowerCase(Locale.ROOT),
                preview.path("node").asString(""),
                Instant.parse(preview.path("backupEnded").asString("")),
                chain,
                preview.path("timeline").asLong(),
                backupBytes,
                preview.path("walFrom").asString(""),
                preview.path("walUpTo").asString(""),
                preview.path("walSegments").asLong(),
                walBytes,
                backupBytes + walBytes,
                preview.path("complete").asBoolean(),
                newest.isEmpty() ? null : Instant.parse(newest),
                "with the last commit up to " + target + (newest.isEmpty() ? "" : ", and none after " + newest));
    }
}
