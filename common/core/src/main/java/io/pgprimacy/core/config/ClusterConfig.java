package io.pgprimacy.core.config;

import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What operators choose for a cluster; kept in its log, so that every decision can be recomputed with the settings of
 * its time.
 *
 * @param maximumLagOnFailover bytes; a failover in asynchronous mode is refused, unless a person allows data loss, where the best candidate is
 *     known to lack more than this
 * @param automaticFailoverLimit automatic failovers within {@code automaticFailoverWindow} after which a person is asked (S8)
 * @param writeProbeBound how long the primary's write path may hang before the policy applies
 * @param restartLease length of the last lease of an agent that restarts on purpose: longer than its restart takes
 * @param suspendAfter how long a member is silent before it is suspended (S11); zero: never
 * @param backupSchedules when a backup of that type is due, as a cron expression in UTC; read by {@code BackupCalendar} alone
 * @param drillSchedule when a backup is to be proven by restoring it, as a cron expression in UTC; empty: never by itself
 * @param retention which backups are kept; empty: nothing goes by itself
 * @param retentionSchedule when what it does not keep is let go, as a cron expression in UTC; empty: {@link #RETENTION_DAILY}
 * @param parameters PostgreSQL parameters for every member, by name
 */
public record ClusterConfig(
        Timing timing,
        ReplicationMode replication,
        RejoinPolicy rejoin,
        long maximumLagOnFailover,
        int automaticFailoverLimit,
        Duration automaticFailoverWindow,
        WriteProbePolicy writeProbe,
        Duration writeProbeBound,
        Duration restartLease,
        Duration suspendAfter,
        SortedMap<BackupType, String> backupSchedules,
        SortedMap<String, String> parameters,
        Optional<String> drillSchedule,
        Optional<Retention> retention,
        Optional<String> retentionSchedule) {
    /** At night in most of Europe, and when few others do something. */
    public static final String RETENTION_DAILY = "42 3 * * *";

    private static final int LONGEST_SCHEDULE = 200;

    public ClusterConfig {
        if (maximumLagOnFailover < 0) {
            throw new IllegalArgumentException("maximum lag on failover is negative: " + maximumLagOnFailover);
        }
        if (automaticFailoverLimit < 0) {
            throw new IllegalArgumentException("automatic failover limit is negative: " + automaticFailoverLimit);
        }
        if (writeProbeBound.compareTo(timing.heartbeat()) < 0) {
            throw new IllegalArgumentException("write probe bound " + writeProbeBound
                    + " is shorter than the heartbeat that carries its result, " + timing.heartbeat());
        }
        if (restartLease.compareTo(timing.lease()) < 0) {
            throw new IllegalArgumentException(
                    "restart lease " + restartLease + " is shorter than the lease, " + timing.lease());
        }
        if (suspendAfter.isNegative() || (suspendAfter.isPositive() && suspendAfter.compareTo(timing.lease()) < 0)) {
            throw new IllegalArgumentException("suspend after " + suspendAfter
                    + " must be 0 (never), or no shorter than the lease, " + timing.lease());
        }
        backupSchedules.forEach((type, cron) -> requireShort(type.label() + " backups", cron));
        drillSchedule.ifPresent(cron -> requireShort("drills", cron));
        retentionSchedule.ifPresent(cron -> requireShort("retention", cron));
        backupSchedules = Collections.unmodifiableSortedMap(new TreeMap<>(backupSchedules));
        parameters = Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
    }

    private static void requireShort(String of, String cron) {
        if (cron.isBlank() || cron.length() > LONGEST_SCHEDULE) {
            throw new IllegalArgumentException(
                    "the schedule of " + of + " must have 1 to " + LONGEST_SCHEDULE + " characters");
        }
    }

    /** Asynchronous, 16 MiB of tolerated lag, two automatic failovers in 30 minutes. */
    public static ClusterConfig defaults(TimingProfile profile) {
        return new ClusterConfig(
                profile.timing(),
                new ReplicationMode.Asynchronous(),
                RejoinPolicy.REWIND,
                16L << 20,
                2,
                Duration.ofMinutes(30),
                WriteProbePolicy.FAILOVER,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                new TreeMap<>(),
                new TreeMap<>(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** When retention is due; empty where nothing goes by itself. */
    public Optional<String> retentionDue() {
        return retention.map(_ -> retentionSchedule.orElse(RETENTION_DAILY));
    }

    /** A copy in which {@code change} has set what it wanted to. */
    public ClusterConfig with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.toConfig();
    }

    /** A configuration while it is being changed; checked when it is done. */
    public static final class Draft {
        public Timing timing;
        public ReplicationMode replication;
        public RejoinPolicy rejoin;
        public long maximumLagOnFailover;
        public int automaticFailoverLimit;
        public Duration automaticFailoverWindow;
        public WriteProbePolicy writeProbe;
        public Duration writeProbeBound;
        public Duration restartLease;
        public Duration suspendAfter;
        public SortedMap<BackupType, String> backupSchedules;
        public SortedMap<String, String> parameters;
        public Optional<String> drillSchedule;
        public Optional<Retention> retention;
        public Optional<String> retentionSchedule;

        private Draft(ClusterConfig from) {
            timing = from.timing;
            replication = from.replication;
            rejoin = from.rejoin;
            maximumLagOnFailover = from.maximumLagOnFailover;
            automaticFailoverLimit = from.automaticFailoverLimit;
            automaticFailoverWindow = from.automaticFailoverWindow;
            writeProbe = from.writeProbe;
            writeProbeBound = from.writeProbeBound;
            restartLease = from.restartLease;
            suspendAfter = from.suspendAfter;
            backupSchedules = new TreeMap<>(from.backupSchedules);
            parameters = new TreeMap<>(from.parameters);
            drillSchedule = from.drillSchedule;
            retention = from.retention;
            retentionSchedule = from.retentionSchedule;
        }

        private ClusterConfig toConfig() {
            return new ClusterConfig(
                    timing,
                    replication,
                    rejoin,
                    maximumLagOnFailover,
                    automaticFailoverLimit,
                    automaticFailoverWindow,
                    writeProbe,
                    writeProbeBound,
                    restartLease,
                    suspendAfter,
                    backupSchedules,
                    parameters,
                    drillSchedule,
                    retention,
                    retentionSchedule);
        }
    }
}
