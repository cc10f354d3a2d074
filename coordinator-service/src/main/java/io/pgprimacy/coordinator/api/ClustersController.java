package io.pgprimacy.coordinator.api;

import io.pgprimacy.coordinator.runtime.Snapshot;
import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.decide.Outlook;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(path = "/api/v1/clusters", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "clusters", description = "How the clusters are")
class ClustersController {
    private static final String LIST = "clusters";

    private final Fleet fleet;

    ClustersController(Fleet fleet) {
        this.fleet = fleet;
    }

    @GetMapping
    @Operation(
            summary = "All clusters, by name",
            description = "With `limit` the first of them; the header `Link` leads to the `next` page")
    ResponseEntity<List<ClusterSummary>> list(
            @RequestParam(required = false) @Nullable Integer limit,
            @RequestParam(required = false) @Nullable String cursor) {
        Optional<String> behind = Cursor.place(LIST, cursor, at -> at);
        List<ClusterSummary> rest = ClusterSummary.all(fleet.runtime()).stream()
                .filter(c -> behind.map(at -> c.cluster().compareTo(at) > 0).orElse(true))
                .toList();
        Cursor.Page<ClusterSummary> page = Cursor.page(LIST, rest, limit, ClusterSummary::cluster);
        return ResponseEntity.ok().headers(Cursor.links(page.next())).body(page.lines());
    }

    @GetMapping("/{cluster}")
    @Operation(summary = "One cluster with its members")
    ClusterView cluster(@PathVariable String cluster) {
        return ClusterView.of(fleet.snapshot(cluster));
    }

    @GetMapping("/{cluster}/config")
    @Operation(
            summary = "The configuration in force, with its version as ETag",
            description =
                    "With `If-None-Match` 304 where it is still that one. What asks for a change takes the ETag as `If-Match`")
    ResponseEntity<ConfigView> config(@PathVariable String cluster) {
        ClusterState state = fleet.created(cluster).state();
        return ResponseEntity.ok()
                .eTag(ConfigVersion.tag(state))
                .body(ConfigView.of(state.config().orElseThrow()));
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
