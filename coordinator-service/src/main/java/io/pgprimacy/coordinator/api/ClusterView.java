package io.pgprimacy.coordinator.api;

import io.pgprimacy.coordinator.runtime.Snapshot;
import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.cluster.Grant;
import io.pgprimacy.core.cluster.Membership;
import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.cluster.Phase;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.ReplicationMode;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.explain.ClusterHealth;
import io.pgprimacy.core.explain.Sentences;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.postgres.TimelineId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One cluster at one moment.
 *
 * @param primary the confirmed primary of the newest term; null while there is none
 * @param phase forming, serving, promoting, switching-over, stopping or failing-over
 * @param sequence of the last decision
 * @param offset of the last record read
 * @param configVersion changes with each change of the configuration: its ETag
 * @param healthy one confirmed primary, heard just now, and every other member streams from it
 * @param notes what a person should know although it is no problem
 * @param coordinator whether the coordinator that answers decides for this cluster at once
 */
record ClusterView(
        String cluster,
        long term,
        @Nullable String primary,
        String phase,
        boolean paused,
        boolean halted,
        long sequence,
        long offset,
        @Nullable Long timeline,
        @Nullable String systemIdentifier,
        @Nullable String mode,
        SyncView sync,
        @Nullable String profile,
        @Nullable ConfigView config,
        @Nullable Long configVersion,
        boolean healthy,
        List<String> problems,
        List<String> notes,
        VerdictView verdict,
        List<MemberView> members,
        List<String> removed,
        List<RequestView> pendingRequests,
        CoordinatorView coordinator) {

    /** Commits wait for {@code acknowledgements} of {@code standbys}; {@code applied} once PostgreSQL is known to do so. */
    record SyncView(List<String> standbys, int acknowledgements, boolean applied) {}

    /** What the coordinator thinks it should do now, and why. */
    record VerdictView(String rule, String sentence, String because) {}

    record RequestView(String id, String type, String actor, String reason, String sentence) {
        static RequestView of(Request r) {
            return new RequestView(
                    r.id(), Sentences.nameOf(r), r.origin().actor(), r.origin().reason(), Sentences.of(r));
        }
    }

    record CoordinatorView(boolean owner, boolean logLive, int suspectClusters, int ofClusters) {}

    static ClusterView of(Snapshot now) {
        ClusterState state = now.state();
        ClusterHealth health = ClusterHealth.of(state, now.evidence());
        List<String> problems = new ArrayList<>(health.problems());
        now.halted().ifPresent(why -> problems.add("its log is not read any further: " + why));
        return new ClusterView(
                state.cluster().value(),
                state.term().value(),
                state.isPromotionConfirmed()
                        ? state.primary().map(Grant::node).map(NodeId::value).orElse(null)
                        : null,
                phase(state),
                state.paused(),
                state.halted(),
                state.sequence(),
                state.offset(),
                state.timeline().map(TimelineId::value).orElse(null),
                state.systemIdentifier().map(Object::toString).orElse(null),
                state.config().map(ClusterView::mode).orElse(null),
                new SyncView(
                        names(state.sync().standbys()),
                        state.sync().acknowledgements(),
                        state.syncClaims().size() <= 1),
                state.config().map(c -> ConfigView.profileOf(c.timing())).orElse(null),
                state.config().map(ConfigView::of).orElse(null),
                state.config().isPresent() ? (Long) state.configSequence() : null,
                problems.isEmpty(),
                problems,
                health.notes(),
                new VerdictView(
                        now.verdict().rule().name(),
                        now.verdict().rule().sentence(),
                        now.verdict().because()),
                MemberView.all(now),
                state.nodes().values().stream()
                        .filter(n -> n.membership() == Membership.REMOVED)
                        .map(Node::id)
                        .map(NodeId::value)
                        .toList(),
                state.pending().stream().map(RequestView::of).toList(),
                new CoordinatorView(
                        now.owner(),
                        now.evidence().logLive(),
                        now.evidence().suspectClusters().suspect(),
                        now.evidence().suspectClusters().of()));
    }

    static String phase(ClusterState state) {
        return switch (state.phase()) {
            case Phase.Forming f -> "forming";
            case Phase.Founding f -> "restoring";
            case Phase.Serving s -> state.isPromotionConfirmed() ? "serving" : "promoting";
            case Phase.SwitchingOver s -> s.stopping() ? "stopping" : "switching-over";
            case Phase.FailingOver f -> "failing-over";
        };
    }

    private static String mode(ClusterConfig config) {
        return config.replication() instanceof ReplicationMode.Quorum ? "synchronous" : "asynchronous";
    }

    static List<String> names(Iterable<NodeId> nodes) {
        List<String> names = new ArrayList<>();
        nodes.forEach(n -> names.add(n.value()));
        return names;
    }
}
