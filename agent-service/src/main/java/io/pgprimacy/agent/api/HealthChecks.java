package io.pgprimacy.agent.api;

import io.pgprimacy.agent.runtime.Snapshot;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.id.NodeId;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which of Patroni's health paths hold for a snapshot. A load balancer routes by these, so each one holds only while the agent's loop
 * runs and, for the primary, while the lease does.
 *
 * <p>Source: Patroni 4.1, docs/rest_api.rst.
 */
final class HealthChecks {
    private static final Pattern SIZE = Pattern.compile("(\\d+)\\s*([kMGT]?B)?", Pattern.CASE_INSENSITIVE);

    private HealthChecks() {}

    /** @param query decoded parameters of the request */
    static boolean holds(String path, Map<String, String> query, Snapshot snapshot, Duration now) {
        boolean fresh = now.minus(snapshot.at()).compareTo(snapshot.staleAfter()) < 0;
        boolean primary = fresh && snapshot.isPrimary(now);
        boolean replica = fresh && isReplica(snapshot, query);
        return switch (path) {
            case "/", "/primary", "/master", "/leader", "/read-write", "/standby-leader", "/standby_leader" ->
                primary && !path.startsWith("/standby");
            case "/replica" -> replica;
            case "/read-only" -> primary || replica;
            case "/synchronous", "/sync", "/quorum" -> replica && isSynchronous(snapshot);
            case "/read-only-sync", "/read-only-quorum" -> primary || (replica && isSynchronous(snapshot));
            case "/asynchronous", "/async" -> replica && !isSynchronous(snapshot);
            case "/health" -> snapshot.isRunning();
            case "/liveness" -> fresh;
            case "/readiness" -> primary || (fresh && isReady(snapshot, query));
            default -> false;
        };
    }

    private static boolean isReplica(Snapshot snapshot, Map<String, String> query) {
        Optional<PostgresView.Standby> standby = snapshot.standby();
        if (standby.isEmpty()
                || !snapshot.state()
                        .node(snapshot.node())
                        .map(n -> n.isMember())
                        .orElse(false)) {
            return false;
        }
        boolean streamsAsAsked = !"streaming".equals(query.get("replication_state"))
                || standby.get().upstream().streaming();
        return streamsAsAsked && withinLag(snapshot, query.get("lag"));
    }

    private static boolean isReady(Snapshot snapshot, Map<String, String> query) {
        return snapshot.standby().map(s -> s.upstream().streaming()).orElse(false)
                && withinLag(snapshot, query.get("lag"));
    }

    private static boolean withinLag(Snapshot snapshot, @org.jspecify.annotations.Nullable String limit) {
        return limit == null || snapshot.lagBytes() <= bytes(limit);
    }

    private static boolean isSynchronous(Snapshot snapshot) {
        NodeId self = snapshot.node();
        return snapshot.state().sync().acknowledgements() > 0
                && snapshot.state().sync().standbys().contains(self);
    }

    /** {@code 16kB}, {@code 10MB}, {@code 1GB} or plain bytes; what is no size allows no lag at all. */
    static long bytes(String size) {
        Matcher matcher = SIZE.matcher(size.strip());
        if (!matcher.matches()) {
            return 0;
        }
        String unit = matcher.group(2) == null ? "B" : matcher.group(2).toUpperCase(Locale.ROOT);
        int shift =
                switch (unit) {
                    case "KB" -> 10;
                    case "MB" -> 20;
                    case "GB" -> 30;
                    case "TB" -> 40;
                    default -> 0;
                };
        return Long.parseLong(matcher.group(1)) << shift;
    }
}
