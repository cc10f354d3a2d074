package io.pgprimacy.coordinator.api;

import io.pgprimacy.coordinator.storage.StorageCatalog;
import io.pgprimacy.core.cluster.ClusterState;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(path = "/api/v1/clusters/{cluster}/wal", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "backups", description = "What can be restored")
class WalController {
    private final Fleet fleet;
    private final StorageCatalog catalog;

    WalController(Fleet fleet, StorageCatalog catalog) {
        this.fleet = fleet;
        this.catalog = catalog;
    }

    @GetMapping
    @Operation(
            summary =
                    "The WAL archive: whether it is kept, how far it is behind, from when on it reaches, and its holes",
            description = "From the log and the storage service; where that cannot be had only from the log, and `why`")
    WalView wal(@PathVariable String cluster) {
        ClusterState state = fleet.snapshot(cluster).state();
        try {
            return WalView.of(
                    state, catalog.wal(state.cluster(), state.incarnation()), catalog.backups(state.cluster()));
        } catch (StorageCatalog.NotThere e) {
            return WalView.ofLog(state, String.valueOf(e.getMessage()));
        }
    }
}
