package io.pgprimacy.core.loop;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.config.BackupType;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.event.DueBackup;
import io.pgprimacy.core.event.DueDrill;
import io.pgprimacy.core.event.DueRetention;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which scheduled backup is due, and whether a drill is, or retention. Asked many times a second, so the next instant of each schedule is kept. */
final class Schedules {
    /** A coordinator that comes after years counts no further at once; what is left is found out next. */
    private static final int MOST_COUNTED = 1000;

    private static final String DRILL = "drill";
    private static final String RETENTION = "retention";

    private final BackupCalendar calendar;
    /** By the type of the backup, or {@link #DRILL}, or {@link #RETENTION}. */
    private final SortedMap<String, Next> known = new TreeMap<>();

    private record Next(String cron, Instant after, Optional<Instant> at) {}

    /** The newest instant that has passed, and how many did before it. */
    private record Passed(Instant at, int before) {}

    Schedules(BackupCalendar calendar) {
        this.calendar = calendar;
    }

    Optional<DueBackup> due(ClusterState state, Instant now) {
        SortedMap<BackupType, String> configured =
                state.config().map(ClusterConfig::backupSchedules).orElseGet(TreeMap::new);
        return configured.entrySet().stream()
                .flatMap(schedule -> due(state, schedule, now).stream())
                .findFirst();
    }

    private Optional<DueBackup> due(ClusterState state, Map.Entry<BackupType, String> schedule, Instant now) {
        BackupType type = schedule.getKey();
        return Optional.ofNullable(state.schedules().get(type))
                .flatMap(through -> passed(type.label(), schedule.getValue(), through, now))
                .map(passed -> new DueBackup(type, passed.at(), passed.before()));
    }

    Optional<DueDrill> dueDrill(ClusterState state, Instant now) {
        Optional<String> cron = state.config().flatMap(ClusterConfig::drillSchedule);
        return cron.flatMap(c -> state.drillsThrough().flatMap(through -> passed(DRILL, c, through, now)))
                .map(passed -> new DueDrill(passed.at(), passed.before()));
    }

    Optional<DueRetention> dueRetention(ClusterState state, Instant now) {
        Optional<String> cron = state.config().flatMap(ClusterConfig::retentionDue);
        return cron.flatMap(c -> state.retentionThrough().flatMap(through -> passed(RETENTION, c, through, now)))
                .map(passed -> new DueRetention(passed.at(), passed.before()));
    }

    private Optional<Passed> passed(String name, String cron, Instant through, Instant now) {
        return next(name, cron, through).filter(at -> !at.isAfter(now)).map(first -> newest(cron, first, now));
    }

    private Optional<Instant> next(String name, String cron, Instant after) {
        Next held = known.get(name);
        if (held == null || !held.cron().equals(cron) || !held.after().equals(after)) {
            held = new Next(cron, after, calendar.next(cron, after));
            known.put(name, held);
        }
        return held.at();
    }

    private Passed newest(String cron, Instant first, Instant now) {
        Instant at = first;
        int before = 0;
        Optional<Instant> later = calendar.next(cron, at).filter(n -> !n.isAfter(now));
        while (later.isPresent() && before < MOST_COUNTED) {
            at = later.get();
            before++;
            later = calendar.next(cron, at).filter(n -> !n.isAfter(now));
        }
        return new Passed(at, before);
    }
}
