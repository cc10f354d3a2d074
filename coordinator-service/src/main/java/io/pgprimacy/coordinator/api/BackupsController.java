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
import java.util.stream.Stream;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(path = "/api/v1/clusters/{cluster}/backups", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "backups", description = "What can be restored")
class BackupsController {
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
                    "From the storage service's catalog; where that cannot be had, from what the log says, and `why`")
    BackupsView backups(@PathVariable String cluster) {
        Snapshot now = fleet.snapshot(cluster);
        try {
            List<BackupView> stored =
                    BackupView.listed(catalog.backups(now.state().cluster()));
            return new BackupsView(
                    "storage",
                    null,
                    BackupsView.running(now.state()),
                    BackupsView.drill(now.state()),
                    stored,
                    dumps(cluster, now));
        } catch (StorageCatalog.NotThere e) {
            return new BackupsView(
                    "log",
                    e.getMessage(),
                    BackupsView.running(now.state()),
                    BackupsView.drill(now.state()),
                    ofLog(cluster),
                    dumpsOfLog(cluster));
        }
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
