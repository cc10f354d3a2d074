package io.pgprimacy.coordinator.api;

import io.pgprimacy.coordinator.runtime.FleetRuntime;
import io.pgprimacy.coordinator.runtime.Snapshot;
import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.cluster.Grant;
import io.pgprimacy.core.explain.ClusterHealth;
import io.pgprimacy.core.id.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One line of the list.
 *
 * @param worstLagBytes of the members whose lag is known; null where none is
 * @param leaseHeld whether the primary's lease runs, as this coordinator reckons
 */
record ClusterSummary(
        String cluster,
        long term,
        @Nullable String primary,
        String phase,
        int members,
        boolean paused,
        boolean halted,
        boolean healthy,
        List<String> problems,
        @Nullable Long worstLagBytes,
        boolean leaseHeld) {

    static List<ClusterSummary> all(FleetRuntime runtime) {
        return runtime.clusters().stream()
                .flatMap(id -> runtime.snapshot(id).stream())
                .map(ClusterSummary::of)
                .toList();
    }

    static ClusterSummary of(Snapshot now) {
        ClusterState state = now.state();
        List<String> problems =
                new ArrayList<>(ClusterHealth.of(state, now.evidence()).problems());
        now.halted().ifPresent(why -> problems.add("its log is not read any further: " + why));
        List<MemberView> members = MemberView.all(now);
        return new ClusterSummary(
                state.cluster().value(),
                state.term().value(),
                state.isPromotionConfirmed()
                        ? state.primary().map(Grant::node).map(NodeId::value).orElse(null)
                        : null,
                ClusterView.phase(state),
                state.members().size(),
                state.paused(),
                state.halted(),
                problems.isEmpty(),
                problems,
                members.stream()
                        .map(MemberView::lagBytes)
                        .filter(Objects::nonNull)
                        .max(Long::compare)
                        .orElse(null),
                members.stream().map(MemberView::leaseRemainingMillis).anyMatch(left -> left != null && left > 0));
    }
}
