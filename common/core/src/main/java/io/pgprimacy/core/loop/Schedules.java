package io.pgprimacy.core.loop;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.config.BackupType;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.event.DueBackup;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which scheduled backup is due. Asked many times a second, so the next instant of each schedule is kept. */
final class Schedules {
    /** A coordinator that comes after years counts no further at once; what is left is found out next. */
    private static final int MOST_COUNTED = 1000;

    private final BackupCalendar calendar;
    private final SortedMap<BackupType, Next> known = new TreeMap<>();

    private record Next(String cron, Instant after, Optional<Instant> at) {}

    Schedules(BackupCalendar calendar) {
        this.calendar = calendar;
    }

    Optional<DueBackup> due(ClusterState state, Instant now) {
        SortedMap<BackupType, String> configured =
                state.config().map(ClusterConfig::backupSchedules).orElseGet(TreeMap::new);
        for (var schedule : configured.entrySet()) {
            Instant through = state.schedules().get(schedule.getKey());
            Optional<Instant> first = through == null
                    ? Optional.empty()
                    : next(schedule.getKey(), schedule.getValue(), through).filter(at -> !at.isAfter(now));
            if (first.isPresent()) {
                return Optional.of(newest(schedule.getKey(), schedule.getValue(), first.get(), now));
            }
        }
        return Optional.empty();
    }

    private Optional<Instant> next(BackupType type, String cron, Instant after) {
        Next held = known.get(type);
        if (held == null || !held.cron().equals(cron) || !held.after().equals(after)) {
            held = new Next(cron, after, calendar.next(cron, after));
            known.put(type, held);
        }
        return held.at();
    }

    private DueBackup newest(BackupType type, String cron, Instant first, Instant now) {
        Instant at = first;
        int before = 0;
        Optional<Instant> later = calendar.next(cron, at).filter(n -> !n.isAfter(now));
        while (later.isPresent() && before < MOST_COUNTED) {
            at = later.get();
            before++;
            later = calendar.next(cron, at).filter(n -> !n.isAfter(now));
        }
        return new DueBackup(type, at, before);
    }
}
