package io.pgprimacy.agent.api;

import io.pgprimacy.agent.config.LocalTags;
import io.pgprimacy.agent.runtime.Chronicle;
import io.pgprimacy.agent.runtime.Snapshot;
import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.cluster.Grant;
import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.event.Endpoint;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.postgres.Lsn;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** What every node knows of the whole cluster: {@code /cluster}, {@code /history} and {@code /failsafe}. */
final class ClusterDocument {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSxxx").withZone(ZoneOffset.UTC);
    private static final String UNKNOWN = "unknown";

    private ClusterDocument() {}

    static Map<String, Object> cluster(Snapshot snapshot, LocalTags ownTags) {
        ClusterState state = snapshot.state();
        List<Map<String, Object>> members = new ArrayList<>();
        for (Node node : state.members()) {
            SortedMap<String, Object> tags =
                    node.id().equals(snapshot.node()) ? ownTags.shown() : LocalTags.shownOf(node.tags());
            members.add(member(state, node, tags));
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("members", members);
        body.put("scope", state.cluster().value());
        if (state.paused()) {
            body.put("pause", true);
        }
        return body;
    }

    private static Map<String, Object> member(ClusterState state, Node node, SortedMap<String, Object> tags) {
        Map<String, Object> member = new LinkedHashMap<>();
        boolean leader = isLeader(state, node);
        member.put("name", node.id().value());
        member.put("role", leader ? "leader" : isSynchronous(state, node) ? "quorum_standby" : "replica");
        member.put("state", node.view().map(ClusterDocument::word).orElse(UNKNOWN));
        node.joined().map(Fact.NodeJoined::endpoint).ifPresent(e -> putEndpoint(member, e));
        node.position().ifPresent(p -> member.put("timeline", p.timeline().value()));
        if (!node.facts().pendingRestarts().isEmpty()) {
            member.put("pending_restart", true);
        }
        if (!tags.isEmpty()) {
            member.put("tags", tags);
        }
        if (!leader) {
            putLag(member, state, node);
        }
        return member;
    }

    private static boolean isLeader(ClusterState state, Node node) {
        return state.primary().map(Grant::node).equals(Optional.of(node.id()));
    }

    private static boolean isSynchronous(ClusterState state, Node node) {
        return state.sync().acknowledgements() > 0 && state.sync().standbys().contains(node.id());
    }

    private static String word(PostgresView view) {
        return view instanceof PostgresView.Standby s && s.upstream().streaming()
                ? ReplicationState.STREAMING
                : PostgresState.of(view).word();
    }

    /** By the last heartbeats. What is behind a primary that is not known is not known either. */
    private static void putLag(Map<String, Object> member, ClusterState state, Node node) {
        Optional<Lsn> ahead = state.primary()
                .map(Grant::node)
                .flatMap(state::node)
                .flatMap(Node::position)
                .map(p -> p.lsn());
        Optional<PostgresView.Standby> standby =
                node.view().filter(PostgresView.Standby.class::isInstance).map(PostgresView.Standby.class::cast);
        Optional<Lsn> received = standby.map(PostgresView.Standby::received);
        Optional<Lsn> replayed = standby.map(PostgresView.Standby::replayed);
        putLag(member, "receive_lag", "receive_lsn", received, ahead);
        putLag(member, "replay_lag", "replay_lsn", replayed, ahead);
        putLag(member, "lag", "lsn", received.flatMap(r -> replayed.map(p -> Lsn.max(r, p))), ahead);
    }

    private static void putLag(
            Map<String, Object> member, String lag, String lsn, Optional<Lsn> own, Optional<Lsn> ahead) {
        member.put(
                lag,
                own.isPresent() && ahead.isPresent()
                        ? (Object) Math.max(0, ahead.get().minus(own.get()))
                        : UNKNOWN);
        member.put(lsn, own.map(Lsn::toString).orElse(UNKNOWN));
    }

    private static void putEndpoint(Map<String, Object> member, Endpoint endpoint) {
        member.put("api_url", nodeUrl(endpoint));
        member.put("host", endpoint.host());
        member.put("port", endpoint.postgresPort());
    }

    private static String nodeUrl(Endpoint endpoint) {
        return endpoint.apiUrl() + "/patroni";
    }

    /** For each change of primary: the timeline that ended, where, why, when, and who took over. */
    static List<List<Object>> history(List<Chronicle.Entry> chronicle) {
        return chronicle.stream()
                .map(e -> List.<Object>of(
                        e.ended().value(),
                        e.at().value(),
                        e.reason(),
                        TIME.format(e.when()),
                        e.leader().value()))
                .toList();
    }

    /** Whom a primary asks to stand back while the log is away. */
    static Map<String, Object> failsafe(ClusterState state) {
        Map<String, Object> members = new LinkedHashMap<>();
        for (Node node : state.members()) {
            NodeId id = node.id();
            state.endpoint(id).ifPresent(endpoint -> members.put(id.value(), nodeUrl(endpoint)));
        }
        return members;
    }
}
