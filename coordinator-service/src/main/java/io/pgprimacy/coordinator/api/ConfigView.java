package io.pgprimacy.coordinator.api;

import io.pgprimacy.coordinator.schedule.CronCalendar;
import io.pgprimacy.core.config.BackupType;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.RejoinPolicy;
import io.pgprimacy.core.config.ReplicationMode;
import io.pgprimacy.core.config.Timing;
import io.pgprimacy.core.config.TimingProfile;
import io.pgprimacy.core.config.WriteProbePolicy;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A cluster's configuration. In a request every field may be left out: what is missing stays as it is, or at its default.
 *
 * @param profile fast, normal, cross-zone or wan; null where heartbeat and lease fit none of them
 * @param sync true: commits wait for {@code acknowledgements} standbys, 1 unless it says more
 * @param strict true: commits wait when too few standbys are there; false: the coordinator lowers the number by a logged decision
 * @param rejoin rewind, rebuild or quarantine
 * @param writeProbe failover or report
 * @param suspendAfterSeconds how long a member is silent before it is suspended; 0: never
 * @param backupSchedules cron expressions of five fields in UTC, by type: full, differential, incremental
 * @param drillSchedule such an expression: when a backup is proven by restoring it; empty: not any more
 * @param retention which backups are kept: full, window, daily, weekly, monthly; and schedule, such an expression, when the others are let go
 */
record ConfigView(
        @Nullable String profile,
        @Nullable Long heartbeatMillis,
        @Nullable Long leaseMillis,
        @Nullable Boolean sync,
        @Nullable Integer acknowledgements,
        @Nullable Boolean strict,
        @Nullable String rejoin,
        @Nullable Long maximumLagOnFailover,
        @Nullable Integer automaticFailoverLimit,
        @Nullable Long automaticFailoverWindowSeconds,
        @Nullable String writeProbe,
        @Nullable Long writeProbeBoundMillis,
        @Nullable Long restartLeaseMillis,
        @Nullable Long suspendAfterSeconds,
        @Nullable Map<String, String> backupSchedules,
        @Nullable Map<String, String> parameters,
        @Nullable String drillSchedule,
        @Nullable Map<String, String> retention) {

    static ConfigView of(ClusterConfig c) {
        ReplicationMode.Quorum quorum = c.replication() instanceof ReplicationMode.Quorum q ? q : null;
        return new ConfigView(
                profileOf(c.timing()),
                c.timing().heartbeat().toMillis(),
                c.timing().lease().toMillis(),
                quorum != null,
                quorum == null ? 0 : quorum.acknowledgements(),
                quorum != null && quorum.strict(),
                lower(c.rejoin()),
                c.maximumLagOnFailover(),
                c.automaticFailoverLimit(),
                c.automaticFailoverWindow().toSeconds(),
                lower(c.writeProbe()),
                c.writeProbeBound().toMillis(),
                c.restartLease().toMillis(),
                c.suspendAfter().toSeconds(),
                schedules(c),
                c.parameters(),
                c.drillSchedule().orElse(null),
                RetentionSettings.of(c));
    }

    static @Nullable String profileOf(Timing timing) {
        return Arrays.stream(TimingProfile.values())
                .filter(p -> p.timing().equals(timing))
                .findFirst()
                .map(ConfigView::lower)
                .orElse(null);
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** This over {@code base}; throws {@link IllegalArgumentException} with the sum that shows why a combination is unsafe. */
    ClusterConfig over(ClusterConfig base) {
        return base.with(c -> {
            c.timing = timing(base.timing());
            c.replication = replication(base.replication());
            c.rejoin = rejoin == null ? base.rejoin() : parse(RejoinPolicy.class, "rejoin", rejoin);
            c.maximumLagOnFailover = or(maximumLagOnFailover, base.maximumLagOnFailover());
            c.automaticFailoverLimit =
                    automaticFailoverLimit == null ? base.automaticFailoverLimit() : automaticFailoverLimit;
            c.automaticFailoverWindow = automaticFailoverWindowSeconds == null
                    ? base.automaticFailoverWindow()
                    : Duration.ofSeconds(automaticFailoverWindowSeconds);
            c.writeProbe =
                    writeProbe == null ? base.writeProbe() : parse(WriteProbePolicy.class, "writeProbe", writeProbe);
            c.writeProbeBound = writeProbeBoundMillis == null
                    ? longer(base.writeProbeBound(), c.timing.heartbeat())
                    : Duration.ofMillis(writeProbeBoundMillis);
            c.restartLease = restartLeaseMillis == null
                    ? longer(base.restartLease(), c.timing.lease())
                    : Duration.ofMillis(restartLeaseMillis);
            c.suspendAfter = suspendAfterSeconds == null
                    ? (base.suspendAfter().isZero() ? Duration.ZERO : longer(base.suspendAfter(), c.timing.lease()))
                    : Duration.ofSeconds(suspendAfterSeconds);
            c.backupSchedules = schedules(base.backupSchedules());
            c.parameters = merged(base.parameters());
            c.drillSchedule = drills(base.drillSchedule());
            if (retention != null) {
                RetentionSettings.over(retention, c);
            }
        });
    }

    private Timing timing(Timing base) {
        Timing from = profile == null
                ? base
                : parse(TimingProfile.class, "profile", profile).timing();
        return new Timing(
                Duration.ofMillis(or(heartbeatMillis, from.heartbeat().toMillis())),
                Duration.ofMillis(or(leaseMillis, from.lease().toMillis())));
    }

    private ReplicationMode replication(ReplicationMode base) {
        if (sync == null && acknowledgements == null && strict == null) {
            return base;
        }
        boolean wanted = sync != null ? sync : base instanceof ReplicationMode.Quorum || acknowledgements != null;
        if (!wanted) {
            return new ReplicationMode.Asynchronous();
        }
        ReplicationMode.Quorum held =
                base instanceof ReplicationMode.Quorum q ? q : new ReplicationMode.Quorum(1, false);
        return new ReplicationMode.Quorum(
                acknowledgements == null ? held.acknowledgements() : acknowledgements,
                strict == null ? held.strict() : strict);
    }

    private static Map<String, String> schedules(ClusterConfig config) {
        Map<String, String> schedules = new TreeMap<>();
        config.backupSchedules().forEach((type, cron) -> schedules.put(type.label(), cron));
        return schedules;
    }

    /** An empty value takes a schedule away again. */
    private SortedMap<BackupType, String> schedules(SortedMap<BackupType, String> base) {
        SortedMap<BackupType, String> all = new TreeMap<>(base);
        if (backupSchedules != null) {
            backupSchedules.forEach((name, cron) -> {
                BackupType type = parse(BackupType.class, "backupSchedules", name);
                if (cron == null || cron.isEmpty()) {
                    all.remove(type);
                } else {
                    CronCalendar.check(cron);
                    all.put(type, cron.strip());
                }
            });
        }
        return all;
    }

    private Optional<String> drills(Optional<String> base) {
        if (drillSchedule == null) {
            return base;
        }
        if (drillSchedule.isBlank()) {
            return Optional.empty();
        }
        CronCalendar.check(drillSchedule);
        return Optional.of(drillSchedule.strip());
    }

    /** An empty value takes a parameter away again. */
    private SortedMap<String, String> merged(SortedMap<String, String> base) {
        SortedMap<String, String> all = new TreeMap<>(base);
        if (parameters != null) {
            parameters.forEach((name, value) -> {
                if (value == null || value.isEmpty()) {
                    all.remove(name);
                } else {
                    all.put(name, value);
                }
            });
        }
        return all;
    }

    private static long or(@Nullable Long given, long otherwise) {
        return given == null ? otherwise : given;
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? b : a;
    }

    private static <E extends Enum<E>> E parse(Class<E> type, String field, String text) {
        for (E value : type.getEnumConstants()) {
            if (lower(value).equals(text.toLowerCase(Locale.ROOT))) {
                return value;
            }
        }
        throw new IllegalArgumentException(field + " '" + text + "' must be one of "
                + String.join(
                        ", ",
                        Arrays.stream(type.getEnumConstants())
                                .map(ConfigView::lower)
                                .toList()));
    }
}
