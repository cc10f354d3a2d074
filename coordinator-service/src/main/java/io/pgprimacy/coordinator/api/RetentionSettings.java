package io.pgprimacy.coordinator.api;

import io.pgprimacy.coordinator.schedule.CronCalendar;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.Retention;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;

/** The configured retention as {@code config show} and {@code config set} have it. An empty value takes a part away; with the last one all of it goes. */
final class RetentionSettings {
    private static final String WINDOW = "window";
    private static final String SCHEDULE = "schedule";

    private RetentionSettings() {}

    /** Empty where none is configured. */
    static SortedMap<String, String> of(ClusterConfig config) {
        SortedMap<String, String> settings = parts(config.retention());
        config.retentionDue().ifPresent(cron -> settings.put(SCHEDULE, cron));
        return settings;
    }

    /** Throws {@link IllegalArgumentException} where a setting is unknown, or says nothing that can be kept. */
    static void over(Map<String, String> wanted, ClusterConfig.Draft config) {
        SortedMap<String, String> all = new TreeMap<>(parts(config.retention));
        wanted.forEach((name, value) -> {
            if (name.equals(SCHEDULE)) {
                config.retentionSchedule = schedule(value);
            } else if (!Retention.PARTS.contains(name)) {
                throw new IllegalArgumentException("retention has no " + name + ", it has "
                        + String.join(", ", Retention.PARTS) + ", " + SCHEDULE);
            } else if (value == null || value.isBlank()) {
                all.remove(name);
            } else {
                all.put(name, value.strip());
            }
        });
        config.retention = all.isEmpty()
                ? Optional.empty()
                : Optional.of(new Retention(
                        number(all, "full"),
                        window(all),
                        number(all, "daily"),
                        number(all, "weekly"),
                        number(all, "monthly")));
        if (config.retention.isEmpty()) {
            config.retentionSchedule = Optional.empty();
        }
    }

    private static SortedMap<String, String> parts(Optional<Retention> held) {
        SortedMap<String, String> parts = new TreeMap<>();
        held.ifPresent(r -> {
            put(parts, "full", r.full());
            put(parts, "daily", r.daily());
            put(parts, "weekly", r.weekly());
            put(parts, "monthly", r.monthly());
            if (!r.window().isZero()) {
                parts.put(WINDOW, text(r.window()));
            }
        });
        return parts;
    }

    private static Optional<String> schedule(@Nullable String cron) {
        if (cron == null || cron.isBlank()) {
            return Optional.empty();
        }
        CronCalendar.check(cron);
        return Optional.of(cron.strip());
    }

    private static Duration window(Map<String, String> parts) {
        String given = parts.getOrDefault(WINDOW, "0s");
        try {
            return DurationStyle.detectAndParse(given);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new IllegalArgumentException(
                    "retention.window '" + given + "' is no duration; write it as 7d or 36h", e);
        }
    }

    private static int number(Map<String, String> parts, String name) {
        String given = parts.getOrDefault(name, "0");
        try {
            return Integer.parseInt(given);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("retention." + name + " '" + given + "' is no number", e);
        }
    }

    private static void put(Map<String, String> settings, String name, int number) {
        if (number > 0) {
            settings.put(name, Integer.toString(number));
        }
    }

    private static String text(Duration window) {
        return window.toSeconds() % 86_400 == 0
                ? window.toDays() + "d"
                : window.toSeconds() % 3600 == 0 ? window.toHours() + "h" : window.toSeconds() + "s";
    }
}
