package io.pgprimacy.coordinator.api;

import io.pgprimacy.coordinator.runtime.Snapshot;
import io.pgprimacy.coordinator.storage.StorageCatalog;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.explain.LogEntry;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(path = "/api/v1/clusters/{cluster}/backups", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "backups", description = "What can be restored")
class BackupsController {
    private static final String LIST = "backups";

    private final Fleet fleet;
    private final StorageCatalog catalog;

    BackupsController(Fleet fleet, StorageCatalog catalog) {
        this.fleet = fleet;
        this.catalog = catalog;
    }

    @GetMapping
    @Operation(
            summary = "The backups, oldest first, the one that is being taken, and the drill that is under way",
            description =
                    "From the storage service's catalog; where that cannot be had, from what the log says, and `why`. With `limit` the"
                            + " newest; the header `Link` leads to the `next` page, with those before them. Dumps are listed in full")
    ResponseEntity<BackupsView> backups(
            @PathVariable String cluster,
            @RequestParam(required = false) @Nullable Integer limit,
            @RequestParam(required = false) @Nullable String cursor) {
        Optional<String> before = Cursor.place(LIST, cursor, at -> at);
        Snapshot now = fleet.snapshot(cluster);
        String why = null;
        List<BackupView> all;
        try {
            all = BackupView.listed(catalog.backups(now.state().cluster()));
        } catch (StorageCatalog.NotThere e) {
            why = e.getMessage();
            all = ofLog(cluster);
        }
        // Ids begin with the time, so they are in the order of the list.
        List<BackupView> rest = all.reversed().stream()
                .filter(b -> before.map(at -> b.id().compareTo(at) < 0).orElse(true))
                .toList();
        Cursor.Page<BackupView> page = Cursor.page(LIST, rest, limit, BackupView::id);
        return ResponseEntity.ok()
                .headers(Cursor.links(page.next()))
                .body(new BackupsView(
                        why == null ? "storage" : "log",
                        why,
                        BackupsView.running(now.state()),
                        BackupsView.drill(now.state()),
                        page.lines().reversed(),
                        dumps(cluster, now)));
    }

    private List<DumpView> dumps(String cluster, Snapshot now) {
        try {
            return DumpView.listed(catalog.dumps(now.state().cluster()));
        } catch (StorageCatalog.NotThere e) {
            return dumpsOfLog(cluster);
        }
    }

    private List<DumpView> dumpsOfLog(String cluster) {
        return stated(cluster, Fact.DumpCompleted.class)
                .sorted(Comparator.comparingLong(Fact.DumpCompleted::ordered))
                .map(DumpView::of)
                .toList();
    }

    private List<BackupView> ofLog(String cluster) {
        return stated(cluster, Fact.BackupCompleted.class)
                .sorted(Comparator.comparingLong(Fact.BackupCompleted::ordered))
                .map(BackupView::of)
                .toList();
    }

    private <F extends Fact> Stream<F> stated(String cluster, Class<F> kind) {
        return fleet.cluster(cluster).history().entries().stream()
                .map(LogEntry::record)
                .map(LogRecord::event)
                .filter(kind::isInstance)
                .map(kind::cast);
    }
}
