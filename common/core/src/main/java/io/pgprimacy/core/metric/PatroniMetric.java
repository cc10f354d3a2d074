package io.pgprimacy.core.metric;

import java.util.List;

/** The 26 of Patroni 4.1 by its names and with its meanings, on an agent's port. All are gauges: Micrometer would put {@code _total} behind a counter's name. */
public enum PatroniMetric implements Metric {
    VERSION("patroni_version", "of the Patroni whose dialect this is"),
    POSTGRES_RUNNING("patroni_postgres_running", "PostgreSQL runs"),
    POSTMASTER_START("patroni_postmaster_start_time", "seconds since 1970, 0 while PostgreSQL does not answer"),
    PRIMARY("patroni_primary", "this node accepts writes, with a lease or without"),
    XLOG_LOCATION("patroni_xlog_location", "flushed position of the primary, 0 elsewhere"),
    STANDBY_LEADER("patroni_standby_leader", "0: there are no standby clusters"),
    REPLICA("patroni_replica", "this node is a standby"),
    SYNC_STANDBY("patroni_sync_standby", "0: a synchronous set is always a quorum's"),
    QUORUM_STANDBY("patroni_quorum_standby", "this standby is in the synchronous set"),
    XLOG_RECEIVED("patroni_xlog_received_location", "received position of a standby"),
    XLOG_REPLAYED("patroni_xlog_replayed_location", "replayed position of a standby"),
    XLOG_REPLAYED_TIME(
            "patroni_xlog_replayed_timestamp",
            "commit time of the last transaction replayed, seconds since 1970, 0 for none"),
    XLOG_PAUSED("patroni_xlog_paused", "replay is paused"),
    STREAMING("patroni_postgres_streaming", "this standby streams"),
    ARCHIVE_RECOVERY("patroni_postgres_in_archive_recovery", "this standby replays from an archive"),
    SERVER_VERSION("patroni_postgres_server_version", "150008 for 15.8, 0 while PostgreSQL does not answer"),
    CLUSTER_UNLOCKED("patroni_cluster_unlocked", "no grant is in force"),
    FAILSAFE_ACTIVE("patroni_failsafe_mode_is_active", "the members' promises keep the lease"),
    FAILSAFE_ENABLED("patroni_failsafe_mode_enabled", "the members' agents can be asked for promises"),
    FAILSAFE_MEMBER("patroni_failsafe_member", "a primary needs this node's promise"),
    TIMELINE("patroni_postgres_timeline", "timeline"),
    DCS_LAST_SEEN("patroni_dcs_last_seen", "when the log gave something back last, seconds since 1970"),
    PENDING_RESTART("patroni_pending_restart", "parameters wait for a restart"),
    IS_PAUSED("patroni_is_paused", "automation is paused"),
    POSTGRES_STATE(
            "patroni_postgres_state",
            "0 initdb, 4 creating replica, 5 running, 6 starting, 11 stopping, 12 stopped, -1 does not answer"),
    FAILOVER_PRIORITY("patroni_failover_priority", "the higher is chosen among equally advanced nodes, 0 never");

    private final String exposed;
    private final String description;

    PatroniMetric(String exposed, String description) {
        this.exposed = exposed;
        this.description = description;
    }

    @Override
    public Kind kind() {
        return Kind.GAUGE;
    }

    @Override
    public String exposed() {
        return exposed;
    }

    @Override
    public List<String> labels() {
        return OF_NODE;
    }

    @Override
    public String description() {
        return description;
    }
}
