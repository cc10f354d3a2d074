package io.pgprimacy.agent.api;

import io.pgprimacy.agent.config.LocalTags;
import io.pgprimacy.agent.runtime.Snapshot;
import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.config.ClusterConfig;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Which of Patroni's health paths hold for a snapshot. A load balancer routes by these, so each one holds only while the agent's loop
 * runs and, for the primary, while the lease does.
 *
 * <p>Source: Patroni 4.1, docs/rest_api.rst and patroni/api.py.
 */
final class HealthChecks {
    private static final String TAG = "tag_";

    private HealthChecks() {}

    /** @param query decoded parameters of the request */
    static boolean holds(String path, Map<String, String> query, Snapshot snapshot, LocalTags tags, Duration now) {
        boolean fresh = now.minus(snapshot.at()).compareTo(snapshot.staleAfter()) < 0;
        boolean primary = fresh && snapshot.isPrimary(now);
        boolean replica = fresh && isReplica(snapshot, tags, query);
        boolean sync = snapshot.isSynchronous();
        return switch (path) {
            case "/", "/primary", "/master", "/leader", "/read-write" -> primary;
            // There are no standby clusters.
            case "/standby-leader", "/standby_leader" -> false;
            case "/liveness" -> fresh;
            case "/readiness" -> primary || (fresh && isReady(snapshot, query));
            case "/replica" -> replica && hasTags(tags, query);
            case "/read-only" -> (primary || replica) && hasTags(tags, query);
            case "/synchronous", "/sync", "/quorum" -> replica && sync && hasTags(tags, query);
            case "/read-only-sync", "/read-only-synchronous", "/read-only-quorum" ->
                (primary || (replica && sync)) && hasTags(tags, query);
            case "/asynchronous", "/async" -> replica && !sync && hasTags(tags, query);
            case "/health" -> snapshot.isRunning() && hasTags(tags, query);
            default -> false;
        };
    }

    private static boolean isReplica(Snapshot snapshot, LocalTags tags, Map<String, String> query) {
        boolean member =
                snapshot.state().node(snapshot.node()).map(Node::isMember).orElse(false);
        return member
                && !tags.noloadbalance()
                && snapshot.standby().isPresent()
                && Optional.ofNullable(query.get("replication_state"))
                        .map(wanted -> ReplicationState.of(snapshot)
                                .equals(Optional.of(wanted.strip().replace('_', ' '))))
                        .orElse(true)
                && limit(query).map(most -> isWithin(snapshot.lagBytes(), most)).orElse(true);
    }

    /** {@code mode=write} asks for what has been received, {@code apply} for what has been replayed. */
    private static boolean isReady(Snapshot snapshot, Map<String, String> query) {
        boolean streams = snapshot.standby().map(s -> s.upstream().streaming()).orElse(false);
        Optional<Long> lag = "write".equals(query.get("mode")) ? snapshot.receiveLagBytes() : snapshot.lagBytes();
        long most = limit(query)
                .or(() -> snapshot.state().config().map(ClusterConfig::maximumLagOnFailover))
                .orElse(0L);
        return streams && isWithin(lag, most);
    }

    /** What nobody knows may be too much. */
    private static boolean isWithin(Optional<Long> lag, long most) {
        return lag.map(bytes -> bytes <= most).orElse(false);
    }

    private static Optional<Long> limit(Map<String, String> query) {
        return Optional.ofNullable(query.get("lag")).map(ByteSize::parse);
    }

    private static boolean hasTags(LocalTags tags, Map<String, String> query) {
        return query.entrySet().stream()
                .filter(asked -> asked.getKey().startsWith(TAG))
                .allMatch(asked -> tags.has(asked.getKey().substring(TAG.length()), asked.getValue()));
    }
}
