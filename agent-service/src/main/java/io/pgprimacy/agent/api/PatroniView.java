package io.pgprimacy.agent.api;

import io.pgprimacy.agent.runtime.Snapshot;
import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.event.Endpoint;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Fact.RestartPending.Waiting;
import io.pgprimacy.core.event.NodeTags;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.id.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** The bodies of {@code /patroni} and {@code /cluster}: keys and words as Patroni has them, so that its tools read them. */
final class PatroniView {
    private PatroniView() {}

    static Map<String, Object> patroni(Snapshot snapshot, Duration now) {
        Map<String, Object> body = new LinkedHashMap<>();
        Node self = snapshot.state().node(snapshot.node()).orElse(null);
        body.put("state", state(snapshot.seen().view()));
        body.put("role", snapshot.isPrimary(now) ? "primary" : "replica");
        body.put("server_version", serverVersion(snapshot.seen().joined().postgresVersion()));
        switch (snapshot.seen().view()) {
            case PostgresView.Primary p -> {
                body.put("xlog", Map.of("location", p.flushed().value()));
                body.put("timeline", p.timeline().value());
                body.put("replication", replication(p));
            }
            case PostgresView.Standby s -> {
                Map<String, Object> xlog = new LinkedHashMap<>();
                xlog.put("received_location", s.received().value());
                xlog.put("replayed_location", s.replayed().value());
                xlog.put("paused", false);
                body.put("xlog", xlog);
                body.put("timeline", s.timeline().value());
                if (s.upstream().streaming()) {
                    body.put("replication_state", "streaming");
                }
            }
            case PostgresView.Empty e -> {}
            case PostgresView.Stopped s -> {}
            case PostgresView.Starting s -> {}
            case PostgresView.Unresponsive u -> {}
        }
        body.put(
                "dcs_last_seen",
                System.currentTimeMillis() / 1000 - now.minus(snapshot.at()).toSeconds());
        snapshot.seen().systemIdentifier().ifPresent(id -> body.put("database_system_identifier", id.value()));
        if (self != null) {
            putTags(body, self.tags());
        }
        putPendingRestarts(body, snapshot.seen().pendingRestarts());
        body.put("cluster_unlocked", snapshot.state().primary().isEmpty());
        if (snapshot.state().paused()) {
            body.put("pause", true);
        }
        body.put(
                "patroni",
                Map.of(
                        "version", "4.1.0",
                        "scope", snapshot.state().cluster().value(),
                        "name", snapshot.node().value()));
        body.put("pgprimacy", own(snapshot, now));
        return body;
    }

    /** What Patroni has no words for. */
    private static Map<String, Object> own(Snapshot snapshot, Duration now) {
        Map<String, Object> own = new LinkedHashMap<>();
        own.put("term", snapshot.state().term().value());
        own.put("term_seen", snapshot.memory().termSeen().value());
        own.put("pledged", snapshot.memory().pledged().value());
        own.put("lease_remaining_ms", Math.max(0, snapshot.leaseLeft(now).toMillis()));
        own.put(
                "guard_remaining_ms",
                snapshot.seen().guardHolds().map(d -> d.minus(now).toMillis()).orElse(null));
        own.put("log_offset", snapshot.state().offset());
        own.put("doing", snapshot.doing());
        return own;
    }

    static Map<String, Object> cluster(Snapshot snapshot) {
        List<Map<String, Object>> members = new ArrayList<>();
        Optional<NodeId> primary = snapshot.state().primary().map(g -> g.node());
        Optional<Long> ahead = primary.flatMap(snapshot.state()::node)
                .flatMap(Node::position)
                .map(p -> p.lsn().value());
        for (Node node : snapshot.state().members()) {
            members.add(member(snapshot, node, primary.equals(Optional.of(node.id())), ahead));
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("members", members);
        body.put("scope", snapshot.state().cluster().value());
        if (snapshot.state().paused()) {
            body.put("pause", true);
        }
        return body;
    }

    private static Map<String, Object> member(Snapshot snapshot, Node node, boolean primary, Optional<Long> ahead) {
        Map<String, Object> member = new LinkedHashMap<>();
        boolean sync = snapshot.state().sync().acknowledgements() > 0
                && snapshot.state().sync().standbys().contains(node.id());
        member.put("name", node.id().value());
        member.put("role", primary ? "leader" : sync ? "quorum_standby" : "replica");
        member.put("state", node.view().map(PatroniView::state).orElse("unknown"));
        node.joined().map(Fact.NodeJoined::endpoint).ifPresent(e -> putEndpoint(member, e));
        node.position().ifPresent(p -> member.put("timeline", p.timeline().value()));
        if (!primary) {
            member.put("lag", lag(node, ahead));
        }
        return member;
    }

    private static Object lag(Node node, Optional<Long> ahead) {
        Optional<Long> own = node.position().map(p -> p.lsn().value());
        return own.isPresent() && ahead.isPresent() ? (Object) Math.max(0, ahead.get() - own.get()) : "unknown";
    }

    private static void putEndpoint(Map<String, Object> member, Endpoint endpoint) {
        member.put("api_url", endpoint.apiUrl() + "/patroni");
        member.put("host", endpoint.host());
        member.put("port", endpoint.postgresPort());
    }

    private static void putTags(Map<String, Object> body, NodeTags tags) {
        Map<String, Object> shown = new LinkedHashMap<>();
        if (tags.nofailover()) {
            shown.put("nofailover", true);
        }
        if (tags.failoverPriority() != 1) {
            shown.put("failover_priority", tags.failoverPriority());
        }
        if (!shown.isEmpty()) {
            body.put("tags", shown);
        }
    }

    /** As Patroni has it since 4.0. */
    private static void putPendingRestarts(Map<String, Object> body, SortedMap<String, Waiting> pending) {
        if (pending.isEmpty()) {
            return;
        }
        Map<String, Object> reasons = new LinkedHashMap<>();
        pending.forEach((name, waiting) -> {
            Map<String, Object> values = new LinkedHashMap<>();
            values.put("old_value", waiting.inForce());
            values.put("new_value", waiting.configured().orElse(null));
            reasons.put(name, values);
        });
        body.put("pending_restart", true);
        body.put("pending_restart_reason", reasons);
    }

    private static List<Map<String, Object>> replication(PostgresView.Primary primary) {
        return primary.downstreams().stream()
                .map(d -> Map.<String, Object>of(
                        "application_name", d.applicationName(),
                        "state", d.state(),
                        "sync_state", d.syncState()))
                .toList();
    }

    static String state(PostgresView view) {
        return switch (view) {
            case PostgresView.Primary p -> "running";
            case PostgresView.Standby s -> s.upstream().streaming() ? "streaming" : "running";
            case PostgresView.Starting s -> "starting";
            case PostgresView.Stopped s -> "stopped";
            case PostgresView.Empty e -> "uninitialized";
            case PostgresView.Unresponsive u -> "running, not answering";
        };
    }

    /** {@code 15.8} as Patroni's number 150008. */
    static int serverVersion(String version) {
        String[] parts = version.split("\\D+");
        int major = parts.length > 0 && !parts[0].isEmpty() ? Integer.parseInt(parts[0]) : 0;
        int minor = parts.length > 1 && !parts[1].isEmpty() ? Integer.parseInt(parts[1]) : 0;
        return major * 10_000 + minor;
    }
}
