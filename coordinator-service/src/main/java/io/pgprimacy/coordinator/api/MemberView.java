package io.pgprimacy.coordinator.api;

import io.pgprimacy.coordinator.runtime.Snapshot;
import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.cluster.Grant;
import io.pgprimacy.core.cluster.Membership;
import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.TimingProfile;
import io.pgprimacy.core.event.Endpoint;
import io.pgprimacy.core.event.Evidence;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Heartbeat;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.event.PostgresView.Downstream;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.postgres.WalPosition;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One node as the log tells of it.
 *
 * @param role primary where it accepts writes under the newest term as far as is known; standby; else none
 * @param state running, streaming, replaying, promoting, starting, stopped, unresponsive, empty, rebuilding, quarantined, silent,
 *     unknown
 * @param receivedLsn end of the WAL on its disk; of the primary, what it has flushed
 * @param lagBytes by how much it is behind the primary's last heartbeat; null for the primary, or where a position is not known
 * @param heardMillisAgo since its last heartbeat was read; null if this coordinator has read none
 * @param leaseRemainingMillis of the primary, as this coordinator reckons, so rather too long than too short
 * @param pendingRestart parameters that PostgreSQL takes only when it is started again
 * @param oldData what restores have replaced on it, until somebody confirms them
 * @param quarantine why the agent leaves it stopped, and what a person should do
 */
record MemberView(
        String name,
        String role,
        String state,
        @Nullable String host,
        @Nullable Integer port,
        @Nullable Integer apiPort,
        @Nullable String apiUrl,
        @Nullable Long timeline,
        @Nullable String receivedLsn,
        @Nullable String replayedLsn,
        @Nullable Long lagBytes,
        @Nullable String upstream,
        String membership,
        long termSeen,
        @Nullable Long pledgedTerm,
        boolean nofailover,
        int failoverPriority,
        @Nullable Long heardMillisAgo,
        @Nullable Long leaseRemainingMillis,
        @Nullable String systemIdentifier,
        @Nullable String postgresVersion,
        String activity,
        List<PendingRestartView> pendingRestart,
        @Nullable QuarantineView quarantine,
        @Nullable String syncState,
        List<OldDataView> oldData) {

    /** @param configured null where the setting was taken out of the configuration: the default is what waits */
    record PendingRestartView(
            String parameter, String inForce, @Nullable String configured) {
        static List<PendingRestartView> all(Node node) {
            return node.facts().pendingRestarts().entrySet().stream()
                    .map(e -> new PendingRestartView(
                            e.getKey(),
                            e.getValue().inForce(),
                            e.getValue().configured().orElse(null)))
                    .toList();
        }
    }

    /**
     * @param term of the restore
     * @param bytes of the files
     * @param removing somebody has confirmed the restore, and it is on its way out
     * @param trouble why it could not be removed, the last time
     */
    record OldDataView(
            String location,
            long term,
            long bytes,
            Instant since,
            boolean removing,
            @Nullable String trouble) {
        static List<OldDataView> all(Node node) {
            return node.facts().kept().values().stream()
                    .map(kept -> new OldDataView(
                            kept.location(),
                            kept.term().value(),
                            kept.bytes(),
                            kept.since(),
                            node.orders().removals().containsKey(kept.location()),
                            kept.trouble().orElse(null)))
                    .toList();
        }
    }

    record QuarantineView(String reason, String nextStep) {}

    /** Without those that were removed: they are no part of the cluster any more. */
    static List<MemberView> all(Snapshot now) {
        return now.state().nodes().values().stream()
                .filter(n -> n.membership() != Membership.REMOVED)
                .map(n -> of(now, n))
                .toList();
    }

    private static MemberView of(Snapshot now, Node node) {
        ClusterState state = now.state();
        Optional<Endpoint> endpoint = node.joined().map(Fact.NodeJoined::endpoint);
        Optional<PostgresView> view = node.view();
        Optional<WalPosition> position = node.position();
        boolean isPrimary = isPrimary(state, node);
        Optional<Evidence.Heard> heard =
                Optional.ofNullable(now.evidence().heard().get(node.id()));
        return new MemberView(
                node.id().value(),
                role(node, isPrimary),
                state(now, node, isPrimary),
                endpoint.map(Endpoint::host).orElse(null),
                endpoint.map(Endpoint::postgresPort).orElse(null),
                endpoint.map(Endpoint::apiPort).orElse(null),
                endpoint.map(Endpoint::apiUrl).orElse(null),
                position.map(p -> p.timeline().value()).orElse(null),
                position.map(p -> p.lsn().toString()).orElse(null),
                view.map(MemberView::replayed).orElse(null),
                isPrimary ? null : lag(state, position),
                view.map(MemberView::upstream).orElse(null),
                node.membership().name().toLowerCase(Locale.ROOT),
                node.heartbeat().map(h -> h.termSeen().value()).orElse(0L),
                node.pledge().map(p -> p.term().value()).orElse(null),
                node.tags().nofailover(),
                node.tags().failoverPriority(),
                heard.map(h -> h.ago().toMillis()).orElse(null),
                leaseRemaining(state, node, heard),
                node.joined()
                        .flatMap(Fact.NodeJoined::systemIdentifier)
                        .map(Object::toString)
                        .orElse(null),
                node.joined().map(Fact.NodeJoined::postgresVersion).orElse(null),
                node.heartbeat().map(Heartbeat.NodeHeartbeat::activity).orElse(""),
                PendingRestartView.all(node),
                node.standingQuarantine()
                        .map(q -> new QuarantineView(q.reason(), q.nextStep()))
                        .orElse(null),
                syncState(state, node.id()),
                OldDataView.all(node));
    }

    private static boolean isPrimary(ClusterState state, Node node) {
        boolean granted = state.primary().map(g -> g.node().equals(node.id())).orElse(false);
        return granted && node.view().orElse(null) instanceof PostgresView.Primary;
    }

    private static String role(Node node, boolean isPrimary) {
        if (isPrimary) {
            return "primary";
        }
        return node.view().orElse(null) instanceof PostgresView.Standby ? "standby" : "none";
    }

    private static String state(Snapshot now, Node node, boolean isPrimary) {
        Evidence.Heard heard = now.evidence().heard().get(node.id());
        if (heard == null || node.view().isEmpty()) {
            return "unknown";
        }
        if (heard.ago().compareTo(config(now.state()).timing().suspectAfter()) > 0) {
            return "silent";
        }
        if (node.standingQuarantine().isPresent()) {
            return "quarantined";
        }
        if (node.mustBeRebuilt()) {
            return "rebuilding";
        }
        return switch (node.view().get()) {
            case PostgresView.Empty e -> "empty";
            case PostgresView.Stopped s -> "stopped";
            case PostgresView.Starting s -> "starting";
            case PostgresView.Unresponsive u -> "unresponsive";
            // One that was revoked and still says so has not read the revocation yet.
            case PostgresView.Primary p -> isPrimary ? "running" : "revoked";
            case PostgresView.Standby s -> {
                boolean chosen = now.state()
                        .primary()
                        .map(g -> g.node().equals(node.id()))
                        .orElse(false);
                yield chosen ? "promoting" : s.upstream().streaming() ? "streaming" : "replaying";
            }
        };
    }

    private static @Nullable String replayed(PostgresView view) {
        return switch (view) {
            case PostgresView.Standby s -> s.replayed().toString();
            case PostgresView.Primary p -> p.flushed().toString();
            default -> null;
        };
    }

    private static @Nullable String upstream(PostgresView view) {
        return view instanceof PostgresView.Standby s
                ? s.upstream().node().map(NodeId::value).orElse(null)
                : null;
    }

    private static @Nullable Long lag(ClusterState state, Optional<WalPosition> position) {
        Optional<WalPosition> ahead = state.primary()
                .map(Grant::node)
                .flatMap(state::node)
                .filter(n -> n.view().orElse(null) instanceof PostgresView.Primary)
                .flatMap(Node::position);
        return ahead.isEmpty() || position.isEmpty()
                ? null
                : Long.valueOf(
                        Math.max(0, ahead.get().lsn().minus(position.get().lsn())));
    }

    private static @Nullable Long leaseRemaining(ClusterState state, Node node, Optional<Evidence.Heard> heard) {
        return state.primary()
                .filter(g -> g.node().equals(node.id()))
                .flatMap(g -> heard.flatMap(Evidence.Heard::lease)
                        .filter(l -> l.term().equals(g.term()))
                        .map(l -> Math.max(0, l.longest().minus(l.ago()).toMillis())))
                .orElse(null);
    }

    private static @Nullable String syncState(ClusterState state, NodeId node) {
        return state.primary()
                .map(Grant::node)
                .flatMap(state::node)
                .flatMap(Node::view)
                .flatMap(v -> v instanceof PostgresView.Primary p
                        ? p.downstreams().stream()
                                .filter(d -> d.applicationName().equals(node.value()))
                                .map(Downstream::syncState)
                                .findFirst()
                        : Optional.empty())
                .orElse(null);
    }

    private static ClusterConfig config(ClusterState state) {
        return state.config().orElseGet(() -> ClusterConfig.defaults(TimingProfile.NORMAL));
    }
}
