package io.pgprimacy.core.metric;

import java.util.List;

/** Of one node, on its agent's port under {@code /metrics}; all are gauges over what the agent knew at the end of its last pass. */
public enum AgentMetric implements Metric {
    TERM("pgprimacy_term", "newest term in the log"),
    TERM_PLEDGED("pgprimacy_term_pledged", "term below which this node never serves again"),
    MEMBER("pgprimacy_member", "this node is a member of the cluster"),
    QUARANTINED("pgprimacy_quarantined", "PostgreSQL stays stopped until a person acts"),
    LEASE_REMAINING("pgprimacy_lease_remaining_seconds", "what is left of the primary's lease, 0 where none is held"),
    LEASE_LENGTH(
            "pgprimacy_lease_length_seconds",
            "how long the lease was when it was last renewed; NaN where none is held"),
    LEASE_BY_PROMISES(
            "pgprimacy_lease_by_promises",
            "the log gives nothing back, and the other members' promises keep the lease"),
    GUARD_REMAINING("pgprimacy_guard_remaining_seconds", "until the guard kills PostgreSQL; NaN when it is disarmed"),
    LOG_OFFSET("pgprimacy_log_offset", "offset of the last record folded"),
    LOG_AGE("pgprimacy_log_age_seconds", "since the log gave something back last; NaN before it did"),
    LOG_CAUGHT_UP("pgprimacy_log_caught_up", "the log has been read to its end since the agent's start"),
    LOG_HALTED("pgprimacy_log_halted", "the log is not the one that was read so far, or cannot be read"),
    LOOP_AGE("pgprimacy_loop_age_seconds", "since the agent's loop ran last"),
    LAG(
            "pgprimacy_lag_bytes",
            "by how much a standby's replay is behind the primary's last heartbeat; 0 on the primary, NaN while that position is unknown"),
    RECEIVE_LAG("pgprimacy_receive_lag_bytes", "the same of what it has received"),
    WRITE_PROBE(
            "pgprimacy_write_probe_seconds",
            "how long the last small local write took; NaN on a standby, or while it hangs or fails"),
    DISCARDED_WAL(
            "pgprimacy_discarded_wal_saved_bytes",
            "WAL of this node that did not become history and was saved, the last time; NaN where there is none"),
    DISCARDED_WAL_WAITING(
            "pgprimacy_discarded_wal_waiting_bytes",
            "of that, what lies on this node's disk alone, because the store was away; 0 where nothing does"),
    OLD_DATA(
            "pgprimacy_kept_data_bytes",
            "what restores have replaced on this node and what nobody has confirmed yet; 0 where there is nothing"),
    OLD_DATA_SINCE(
            "pgprimacy_kept_data_since_timestamp_seconds",
            "since when the oldest of it is there, seconds since 1970; NaN where there is nothing"),
    RESTART_PARAMETERS("pgprimacy_pending_restart_parameters", "parameters that wait for a restart of PostgreSQL"),
    WAL_ARCHIVE_LAG(
            "pgprimacy_wal_archive_lag_seconds",
            "how old a commit may be that is not in the archive; NaN where no WAL is kept"),
    WAL_ARCHIVE_BACKLOG(
            "pgprimacy_wal_archive_backlog_segments", "segments that wait for the archive; NaN where no WAL is kept"),
    WAL_SPOOL("pgprimacy_wal_spool_bytes", "what pg_wal takes; NaN where no WAL is kept"),
    WAL_SPOOL_FREE("pgprimacy_wal_spool_free_bytes", "free on its disk; NaN where no WAL is kept");

    private final String exposed;
    private final String description;

    AgentMetric(String exposed, String description) {
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
