package io.pgprimacy.agent.api;

import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.RejoinPolicy;
import io.pgprimacy.core.config.ReplicationMode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The body of {@code /config}: the cluster's configuration under Patroni's keys as far as they mean the same, and exactly under
 * {@code pgprimacy}. In an order of its own that never changes: tools compare its hash.
 */
final class ConfigDocument {
    private ConfigDocument() {}

    /** @param promises the members' agents can be asked for promises while the log is away */
    static Map<String, Object> of(ClusterConfig config, boolean paused, boolean promises) {
        Map<String, Object> body = new LinkedHashMap<>();
        // Patroni counts whole seconds.
        body.put("ttl", wholeSeconds(config.timing().lease()));
        body.put("loop_wait", wholeSeconds(config.timing().heartbeat()));
        body.put("maximum_lag_on_failover", config.maximumLagOnFailover());
        switch (config.replication()) {
            case ReplicationMode.Asynchronous a -> body.put("synchronous_mode", false);
            case ReplicationMode.Quorum q -> {
                body.put("synchronous_mode", "quorum");
                body.put("synchronous_mode_strict", q.strict());
                body.put("synchronous_node_count", q.acknowledgements());
            }
        }
        body.put("failsafe_mode", promises);
        if (paused) {
            body.put("pause", true);
        }
        body.put("postgresql", postgresql(config));
        body.put("pgprimacy", own(config));
        return body;
    }

    private static Map<String, Object> postgresql(ClusterConfig config) {
        Map<String, Object> postgresql = new LinkedHashMap<>();
        postgresql.put("use_pg_rewind", config.rejoin() == RejoinPolicy.REWIND);
        postgresql.put("use_slots", true);
        postgresql.put("parameters", config.parameters());
        return postgresql;
    }

    private static Map<String, Object> own(ClusterConfig config) {
        Map<String, Object> own = new LinkedHashMap<>();
        own.put("lease_ms", config.timing().lease().toMillis());
        own.put("heartbeat_ms", config.timing().heartbeat().toMillis());
        own.put("rejoin", word(config.rejoin()));
        own.put("automatic_failover_limit", config.automaticFailoverLimit());
        own.put(
                "automatic_failover_window_seconds",
                config.automaticFailoverWindow().toSeconds());
        own.put("write_probe", word(config.writeProbe()));
        own.put("write_probe_bound_ms", config.writeProbeBound().toMillis());
        own.put("restart_lease_ms", config.restartLease().toMillis());
        own.put("suspend_after_seconds", config.suspendAfter().toSeconds());
        Map<String, Object> schedules = new LinkedHashMap<>();
        config.backupSchedules().forEach((type, cron) -> schedules.put(type.label(), cron));
        own.put("backup_schedules", schedules);
        config.drillSchedule().ifPresent(cron -> own.put("drill_schedule", cron));
        config.retention().ifPresent(r -> own.put("retention", r.sentence()));
        config.retentionDue().ifPresent(cron -> own.put("retention_schedule", cron));
        return own;
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static long wholeSeconds(Duration duration) {
        return Math.max(1, duration.plusMillis(999).toSeconds());
    }
}
