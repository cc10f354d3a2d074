package io.pgprimacy.storage.api;

import io.pgprimacy.backup.format.Incarnation;
import io.pgprimacy.backup.format.Json;
import io.pgprimacy.backup.recovery.RecoveryTarget;
import io.pgprimacy.backup.wal.Ancestry;
import io.pgprimacy.backup.wal.WalPlace;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.storage.wal.RestorePreview;
import io.pgprimacy.storage.wal.RestorePreview.Wanted;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What a restore would take; changes nothing. */
@RestController
@RequestMapping("/api/v1/clusters/{cluster}/{incarnation}")
class PreviewController {
    private final RestorePreview preview;

    PreviewController(RestorePreview preview) {
        this.preview = preview;
    }

    /** @param ends where the timelines before it ended, as its history says */
    record PreviewWanted(
            String to,
            @Nullable Boolean exclusive,
            long timeline,
            @Nullable Map<String, String> ends,
            @Nullable String backup) {
        PreviewWanted {
            Required.given("to", to);
        }

        Wanted wanted() {
            SortedMap<TimelineId, Lsn> parsed = new TreeMap<>();
            if (ends != null) {
                ends.forEach((id, lsn) -> parsed.put(new TimelineId(Long.parseLong(id)), Lsn.parse(lsn)));
            }
            return new Wanted(
                    RecoveryTarget.parse(to),
                    !Boolean.TRUE.equals(exclusive),
                    new Ancestry(new TimelineId(timeline), parsed),
                    Optional.ofNullable(backup));
        }
    }

    @OperatorsOnly
    @PostMapping(path = "/restore-preview", produces = MediaType.APPLICATION_JSON_VALUE)
    String preview(@PathVariable String cluster, @PathVariable int incarnation, @RequestBody PreviewWanted wanted) {
        WalPlace place = new WalPlace(new ClusterId(cluster), new Incarnation(incarnation));
        return Json.indented().writeValueAsString(preview.of(place, wanted.wanted()));
    }
}
