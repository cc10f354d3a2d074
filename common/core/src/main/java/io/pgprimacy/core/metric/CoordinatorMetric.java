package io.pgprimacy.core.metric;

import java.util.List;

/** On every coordinator under {@code /actuator/prometheus}. All coordinators read all logs, so each tells the same of a cluster: take the {@code max by (scope)}. */
public enum CoordinatorMetric implements Metric {
    CLUSTERS(Kind.GAUGE, "pgprimacy_clusters", "clusters that have a log"),
    CLUSTERS_OWNED(Kind.GAUGE, "pgprimacy_clusters_owned", "those that this coordinator decides for at once"),
    CLUSTERS_SUSPECT(Kind.GAUGE, "pgprimacy_clusters_suspect", "those whose primary is suspect, or being replaced"),
    CLUSTERS_LIVE(
            Kind.GAUGE,
            "pgprimacy_clusters_live",
            "those whose log has just given back a record of this coordinator's own"),
    CLUSTERS_HALTED(
            Kind.GAUGE,
            "pgprimacy_clusters_halted",
            "those whose log was cut back or exchanged, or cannot be read; a person must act"),
    CLUSTERS_BEHIND(Kind.GAUGE, "pgprimacy_clusters_behind", "those whose log has not been read to its end"),
    HEALTHY(Kind.GAUGE, "pgprimacy_cluster_healthy", "nothing is wrong, as `pgprimacy status` has it", "scope"),
    PROBLEMS(Kind.GAUGE, "pgprimacy_cluster_problems", "how many things are wrong", "scope"),
    CLUSTER_TERM(Kind.GAUGE, "pgprimacy_cluster_term", "newest term", "scope"),
    SERVING(Kind.GAUGE, "pgprimacy_cluster_serving", "there is a primary that has confirmed its term", "scope"),
    FAILOVER_BLOCKED(
            Kind.GAUGE, "pgprimacy_cluster_failover_blocked", "a failover is open and nobody can be chosen", "scope"),
    PRIMARY_SILENCE(
            Kind.GAUGE,
            "pgprimacy_cluster_primary_silence_seconds",
            "since the last node that was granted a term was heard; NaN before it was",
            "scope"),
    MEMBERS(Kind.GAUGE, "pgprimacy_cluster_members", "members", "scope"),
    MEMBERS_QUARANTINED(
            Kind.GAUGE,
            "pgprimacy_cluster_members_quarantined",
            "members whose PostgreSQL stays stopped until a person acts",
            "scope"),
    MEMBERS_SUSPENDED(
            Kind.GAUGE, "pgprimacy_cluster_members_suspended", "members that have been silent for long", "scope"),
    SYNC_ACKNOWLEDGEMENTS(
            Kind.GAUGE, "pgprimacy_cluster_sync_acknowledgements", "standbys that a commit waits for", "scope"),
    SYNC_WANTED(
            Kind.GAUGE,
            "pgprimacy_cluster_sync_wanted",
            "standbys that a commit is to wait for by the configuration",
            "scope"),
    AUTOMATION_HALTED(
            Kind.GAUGE,
            "pgprimacy_cluster_automation_halted",
            "automatic failovers have stopped at their limit until a person allows them again",
            "scope"),
    AUTOMATIC_FAILOVERS(
            Kind.GAUGE,
            "pgprimacy_cluster_automatic_failovers",
            "automatic failovers that count towards the limit",
            "scope"),
    PAUSED(Kind.GAUGE, "pgprimacy_cluster_paused", "automation is paused", "scope"),
    CLUSTER_LOG_LIVE(
            Kind.GAUGE,
            "pgprimacy_cluster_log_live",
            "its log has just given back a record of this coordinator's own",
            "scope"),
    CLUSTER_LOG_AGE(Kind.GAUGE, "pgprimacy_cluster_log_age_seconds", "since anything was read from its log", "scope"),
    CLUSTER_LOG_HALTED(
            Kind.GAUGE,
            "pgprimacy_cluster_log_halted",
            "its log was cut back or exchanged, or cannot be read",
            "scope"),
    LOG_ARCHIVE_AGE(
            Kind.GAUGE,
            "pgprimacy_cluster_log_archive_age_seconds",
            "of the oldest record of its log that is not in the object store; NaN on coordinators that do not store it",
            "scope"),
    BACKUP_RUNNING(Kind.GAUGE, "pgprimacy_backup_running", "a backup was ordered and has not ended", "scope"),
    BACKUP_COMPLETED(
            Kind.GAUGE,
            "pgprimacy_backup_last_completed_timestamp_seconds",
            "end of the newest good backup of that type, seconds since 1970; NaN where there is none",
            "scope",
            "type"),
    PRIMARY_CHANGE(
            Kind.TIMER,
            "pgprimacy_primary_change_seconds",
            "how long the phases of failovers, switchovers and restores took, as this coordinator read them",
            "scope",
            "kind",
            "phase"),
    SUSPICIONS(
            Kind.COUNTER,
            "pgprimacy_suspicions_total",
            "spells in which a primary was silent for longer than it should: `false_alarm` where the same one was heard again, else `replaced`",
            "scope",
            "outcome"),
    PRIMARY_STOPS(
            Kind.COUNTER,
            "pgprimacy_primary_stops_total",
            "primaries that have stopped, by the cause that their agents stated",
            "scope",
            "cause"),
    POSSIBLE_LOSS(
            Kind.COUNTER,
            "pgprimacy_possible_loss_bytes_total",
            "by how much old primaries were known to be ahead of those that replaced them",
            "scope"),
    DISCARDED(
            Kind.COUNTER,
            "pgprimacy_discarded_wal_bytes_total",
            "WAL that did not become history and was saved",
            "scope"),
    BACKUPS(
            Kind.COUNTER,
            "pgprimacy_backups_total",
            "backups: `completed`, `suspect` (with wrong pages), `dumped` (logical ones), `failed`, `missed` (by the schedule)",
            "scope",
            "outcome"),
    DRILLS(
            Kind.COUNTER,
            "pgprimacy_drills_total",
            "drills: `proven`, `not-proven` (something is wrong with the backup), `failed` (not carried out), `missed` (by the schedule)",
            "scope",
            "outcome"),
    RETENTION(
            Kind.COUNTER,
            "pgprimacy_retention_total",
            "applications of retention: `applied`, `failed`, `missed` (by the schedule)",
            "scope",
            "outcome"),
    DECISIONS(Kind.COUNTER, "pgprimacy_decisions_total", "decisions that counted, of whichever coordinator", "rule"),
    DECISIONS_IGNORED(
            Kind.COUNTER,
            "pgprimacy_decisions_ignored_total",
            "decisions that changed nothing: a rival's came first, or they came late"),
    DECISION_LATENCY(
            Kind.TIMER,
            "pgprimacy_decision_latency_seconds",
            "from the last record read to the append of the decision that it brought"),
    LOG_APPEND(Kind.TIMER, "pgprimacy_log_append_seconds", "until the brokers acknowledged a decision or request"),
    APPEND_FAILURES(Kind.COUNTER, "pgprimacy_log_append_failures_total", "records that the brokers did not take"),
    READ_FAILURES(Kind.COUNTER, "pgprimacy_log_read_failures_total", "failed reads"),
    SKIPPED(Kind.COUNTER, "pgprimacy_log_skipped_total", "records that cannot be read"),
    WEBHOOKS(
            Kind.COUNTER,
            "pgprimacy_webhook_deliveries_total",
            "events for receivers: `delivered`, `not-taken` (after a few tries; it is tried again), `given-up` (after a day)",
            "webhook",
            "outcome"),
    WEBHOOK_WAITING(
            Kind.GAUGE,
            "pgprimacy_webhook_waiting_seconds",
            "how old the event is that a receiver does not take; 0 where it takes all",
            "webhook"),
    FAILURES(Kind.COUNTER, "pgprimacy_failures_total", "bugs: a cluster could not be stepped");

    private final Kind kind;
    private final String exposed;
    private final String description;
    private final List<String> labels;

    CoordinatorMetric(Kind kind, String exposed, String description, String... labels) {
        this.kind = kind;
        this.exposed = exposed;
        this.description = description;
        this.labels = List.of(labels);
    }

    @Override
    public Kind kind() {
        return kind;
    }

    @Override
    public String exposed() {
        return exposed;
    }

    @Override
    public List<String> labels() {
        return labels;
    }

    @Override
    public String description() {
        return description;
    }
}
