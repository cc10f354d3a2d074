package io.pgprimacy.core.metric;

import java.util.List;

/** On every storage service under {@code /actuator/prometheus}; what lies in the bucket is looked at every few minutes. */
public enum StorageMetric implements Metric {
    BACKUPS(Kind.GAUGE, "pgprimacy_repository_backups", "backups in the repository", "scope"),
    BACKUPS_DAMAGED(
            Kind.GAUGE,
            "pgprimacy_repository_damaged",
            "backups with objects that are not what was stored, or whose manifest cannot be read",
            "scope"),
    BYTES(Kind.GAUGE, "pgprimacy_repository_bytes", "what its backups take in the store", "scope"),
    LAST_BACKUP(
            Kind.GAUGE,
            "pgprimacy_repository_last_backup_timestamp_seconds",
            "end of the newest backup of that type, seconds since 1970",
            "scope",
            "type"),
    OLDEST_BACKUP(
            Kind.GAUGE,
            "pgprimacy_repository_oldest_backup_timestamp_seconds",
            "end of the oldest backup: what lies before it cannot be restored",
            "scope"),
    LAST_PROVEN(
            Kind.GAUGE,
            "pgprimacy_repository_last_proven_timestamp_seconds",
            "when a drill last restored a backup and found all of it right; NaN where none did",
            "scope"),
    PROVEN_TOOK(
            Kind.GAUGE,
            "pgprimacy_repository_proven_restore_seconds",
            "how long that one took until PostgreSQL was open",
            "scope"),
    LAST_VERIFIED(
            Kind.GAUGE,
            "pgprimacy_repository_last_verified_timestamp_seconds",
            "when all of a backup was last hashed and compared; NaN where none was",
            "scope"),
    WAL_BYTES(
            Kind.GAUGE,
            "pgprimacy_repository_wal_bytes",
            "what the WAL of its newest incarnation takes in the store",
            "scope"),
    WAL_HOLES(Kind.GAUGE, "pgprimacy_repository_wal_holes", "holes in that WAL", "scope"),
    WAL_NEWEST(
            Kind.GAUGE,
            "pgprimacy_repository_wal_newest_timestamp_seconds",
            "when some of that WAL was last stored; NaN where there is none",
            "scope"),
    FIGURES_AT(Kind.GAUGE, "pgprimacy_repository_figures_timestamp_seconds", "when these figures were taken last"),
    FIGURES_FAILURES(Kind.COUNTER, "pgprimacy_repository_figures_failures_total", "times that they could not be taken"),
    GARBAGE_OBJECTS(
            Kind.COUNTER, "pgprimacy_garbage_objects_total", "objects of abandoned backups that were collected"),
    GARBAGE_FAILURES(Kind.COUNTER, "pgprimacy_garbage_failures_total", "times that nothing could be collected"),
    SLICES_REMOVED(
            Kind.COUNTER,
            "pgprimacy_wal_slices_removed_total",
            "slices of WAL that were removed because their segment is whole"),
    VERIFIED_BYTES(Kind.COUNTER, "pgprimacy_verification_bytes_total", "bytes that were hashed and compared"),
    VERIFICATION_FAILURES(Kind.COUNTER, "pgprimacy_verification_failures_total", "verifications that broke off"),
    VERIFICATION_DAMAGED(
            Kind.GAUGE,
            "pgprimacy_verification_damaged",
            "backups that the last verification found damaged or unreadable; above 0 wants a person");

    private final Kind kind;
    private final String exposed;
    private final String description;
    private final List<String> labels;

    StorageMetric(Kind kind, String exposed, String description, String... labels) {
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
