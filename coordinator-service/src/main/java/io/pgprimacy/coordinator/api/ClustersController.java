package io.pgprimacy.coordinator.api;

import io.pgprimacy.coordinator.runtime.Snapshot;
import io.pgprimacy.core.cluster.Grant;
import io.pgprimacy.core.decide.Outlook;
import io.pgprimacy.core.explain.ClusterHealth;
import io.pgprimacy.core.id.NodeId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
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

    /** One line of the list. */
    record ClusterSummary(
            String cluster,
            long term,
            @Nullable String primary,
            String phase,
            int members,
            boolean paused,
            boolean halted,
            boolean healthy,
            List<String> problems) {
        static ClusterSummary of(Snapshot now) {
            ClusterHealth health = ClusterHealth.of(now.state(), now.evidence());
            List<String> problems = new ArrayList<>(health.problems());
            now.halted().ifPresent(why -> problems.add("its log is not read any further: " + why));
            return new ClusterSummary(
                    now.state().cluster().value(),
                    now.state().term().value(),
                    now.state().isPromotionConfirmed()
                            ? now.state()
                                    .primary()
                                    .map(Grant::node)
                                    .map(NodeId::value)
                                    .orElse(null)
                            : null,
                    ClusterView.phase(now.state()),
                    now.state().members().size(),
                    now.state().paused(),
                    now.state().halted(),
                    problems.isEmpty(),
                    problems);
        }
    }

    @GetMapping
    @Operation(summary = "All clusters")
    List<ClusterSummary> list() {
        return fleet.runtime().clusters().stream()
                .flatMap(id -> fleet.runtime().snapshot(id).stream())
                .map(ClusterSummary::of)
                .toList();
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
