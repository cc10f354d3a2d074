package io.pgprimacy.coordinator.schedule;

import io.pgprimacy.core.loop.BackupCalendar;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import org.springframework.scheduling.support.CronExpression;

/**
 * Cron expressions as crontab has them, five fields in UTC, or {@code @hourly}, {@code @daily}, {@code @weekly}, {@code @monthly}. UTC,
 * because every coordinator must read the same instant out of one, and because no hour is missing or there twice.
 */
public final class CronCalendar implements BackupCalendar {
    private static final int FIELDS = 5;

    @Override
    public Optional<Instant> next(String cron, Instant after) {
        try {
            return following(cron, after);
        } catch (IllegalArgumentException e) {
            // Refused when it is configured; a log may hold what another version took.
            return Optional.empty();
        }
    }

    /** Throws {@link IllegalArgumentException} with what is wrong with it. */
    public static void check(String cron) {
        if (following(cron, Instant.EPOCH).isEmpty()) {
            throw new IllegalArgumentException("'" + cron + "' names no instant at all");
        }
    }

    private static Optional<Instant> following(String cron, Instant after) {
        OffsetDateTime next = parse(cron).next(OffsetDateTime.ofInstant(after, ZoneOffset.UTC));
        return next == null ? Optional.empty() : Optional.of(next.toInstant());
    }

    private static CronExpression parse(String cron) {
        String text = cron.strip();
        if (text.startsWith("@")) {
            return CronExpression.parse(text);
        }
        if (text.split("\\s+", -1).length != FIELDS) {
            throw new IllegalArgumentException("'" + cron
                    + "' is no cron expression of five fields: minute, hour, day of month, month, day of week");
        }
        // Spring's has seconds before them; nobody wants a backup more often than once a minute.
        return CronExpression.parse("0 " + text);
    }
}
