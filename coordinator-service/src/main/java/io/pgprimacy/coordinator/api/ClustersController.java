package io.pgprimacy.coordinator.api;

import io.pgprimacy.coordinator.runtime.Snapshot;
import io.pgprimacy.core.decide.Outlook;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(path = "/api/v1/clusters", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "clusters", description = "How the clusters are")
class ClustersController {
    private final Fleet fleet;

    ClustersController(Fleet fleet) {
        this.fleet = fleet;
    }

    @GetMapping
    @Operation(summary = "All clusters")
    List<ClusterSummary> list() {
        return ClusterSummary.all(fleet.runtime());
    }

    @GetMapping("/{cluster}")
    @Operation(summary = "One cluster with its members")
    ClusterView cluster(@PathVariable String cluster) {
        return ClusterView.of(fleet.snapshot(cluster));
    }

    @GetMapping("/{cluster}/outlook")
    @Operation(summary = "Who would take over if the primary died now")
    OutlookView outlook(@PathVariable String cluster) {
        Snapshot now = fleet.snapshot(cluster);
        return OutlookView.of(cluster, Outlook.of(now.state(), now.evidence()));
    }

    @GetMapping("/{cluster}/why-not/{node}")
    @Operation(summary = "Why this node would not become primary now")
    WhyNotView whyNot(@PathVariable String cluster, @PathVariable String node) {
        Snapshot now = fleet.snapshot(cluster);
        return WhyNotView.of(cluster, fleet.node(now, node), Outlook.of(now.state(), now.evidence()));
    }
}
