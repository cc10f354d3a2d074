package io.pgprimacy.agent.api;

import io.pgprimacy.agent.config.LocalTags;
import io.pgprimacy.agent.postgres.PostgresObservation;
import io.pgprimacy.agent.runtime.Snapshot;
import io.pgprimacy.core.event.Fact.RestartPending.Waiting;
import io.pgprimacy.core.event.PostgresView;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** The body of {@code /patroni} and of the health paths: keys and words as Patroni has them, so that its tools read them. */
final class NodeDocument {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSSxxx").withZone(ZoneOffset.UTC);

    private NodeDocument() {}

    static Map<String, Object> of(Snapshot snapshot, LocalTags tags, Duration now) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("state", PostgresState.of(snapshot).word());
        snapshot.told().ifPresent(told -> body.put("postmaster_start_time", TIME.format(told.postmasterStart())));
        body.put("role", snapshot.isPrimary(now) ? "primary" : "replica");
        body.put("server_version", serverVersion(snapshot));
        putPosition(body, snapshot);
        body.put(
                "dcs_last_seen",
                snapshot.logLastSeen(now).map(Instant::getEpochSecond).orElse(0L));
        if (!tags.shown().isEmpty()) {
            body.put("tags", tags.shown());
        }
        snapshot.seen().systemIdentifier().ifPresent(id -> body.put("database_system_identifier", id.value()));
        putPendingRestarts(body, snapshot.seen().pendingRestarts());
        body.put("cluster_unlocked", snapshot.state().primary().isEmpty());
        if (isKeptByPromises(snapshot)) {
            body.put("failsafe_mode_is_active", true);
        }
        if (snapshot.state().paused()) {
            body.put("pause", true);
        }
        body.put(
                "patroni",
                Map.of(
                        "version", PatroniDialect.VERSION,
                        "scope", snapshot.state().cluster().value(),
                        "name", snapshot.node().value()));
        body.put("pgprimacy", own(snapshot, now));
        return body;
    }

    /** The members' promises keep the lease while the log is away (S11): what Patroni calls failsafe mode. */
    static boolean isKeptByPromises(Snapshot snapshot) {
        return snapshot.memory().extendedAt().isPresent();
    }

    private static void putPosition(Map<String, Object> body, Snapshot snapshot) {
        switch (snapshot.seen().view()) {
            case PostgresView.Primary p -> {
                body.put("xlog", Map.of("location", p.flushed().value()));
                body.put("timeline", p.timeline().value());
                body.put("replication", replication(p, snapshot.told()));
            }
            case PostgresView.Standby s -> {
                body.put("xlog", xlog(s, snapshot.told()));
                body.put("timeline", s.timeline().value());
                ReplicationState.of(snapshot).ifPresent(state -> body.put("replication_state", state));
                if (snapshot.isSynchronous()) {
                    body.put("quorum_standby", true);
                }
            }
            case PostgresView.Empty e -> {}
            case PostgresView.Stopped s -> {}
            case PostgresView.Starting s -> {}
            case PostgresView.Unresponsive u -> {}
        }
    }

    private static Map<String, Object> xlog(PostgresView.Standby standby, Optional<PostgresObservation> told) {
        Map<String, Object> xlog = new LinkedHashMap<>();
        xlog.put("received_location", standby.received().value());
        xlog.put("replayed_location", standby.replayed().value());
        xlog.put(
                "replayed_timestamp",
                told.flatMap(PostgresObservation::replayedAt).map(TIME::format).orElse(null));
        xlog.put("paused", told.map(PostgresObservation::replayPaused).orElse(false));
        return xlog;
    }

    private static List<Map<String, Object>> replication(
            PostgresView.Primary primary, Optional<PostgresObservation> told) {
        if (told.isEmpty()) {
            return primary.downstreams().stream()
                    .map(d -> connection(d.applicationName(), Optional.empty(), d.state(), d.syncState()))
                    .toList();
        }
        return told.get().standbys().stream()
                .map(s -> connection(s.name(), s.address(), s.state(), s.syncState()))
                .toList();
    }

    private static Map<String, Object> connection(
            String name, Optional<String> address, String state, String syncState) {
        Map<String, Object> connection = new LinkedHashMap<>();
        connection.put("application_name", name);
        address.ifPresent(a -> connection.put("client_addr", a));
        connection.put("state", state);
        connection.put("sync_state", syncState);
        return connection;
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

    /** PostgreSQL's own number while it answers, else that of its programs. */
    static int serverVersion(Snapshot snapshot) {
        return snapshot.told()
                .map(PostgresObservation::serverVersion)
                .orElseGet(() -> serverVersion(snapshot.seen().joined().postgresVersion()));
    }

    /** {@code 15.8} as Patroni's number 150008. */
    static int serverVersion(String version) {
        String[] parts = version.split("\\D+");
        int major = parts.length > 0 && !parts[0].isEmpty() ? Integer.parseInt(parts[0]) : 0;
        int minor = parts.length > 1 && !parts[1].isEmpty() ? Integer.parseInt(parts[1]) : 0;
        return major * 10_000 + minor;
    }
}
