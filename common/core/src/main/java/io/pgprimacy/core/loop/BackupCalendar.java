package io.pgprimacy.core.loop;

import java.time.Instant;
import java.util.Optional;

/** Reads cron expressions; the core has no library for that, and no decision rests on one: the instant is evidence. */
@FunctionalInterface
public interface BackupCalendar {
    /** Nothing is ever due. */
    BackupCalendar NONE = (cron, after) -> Optional.empty();

    /** The first instant after {@code after} that the expression names; empty where there is none, or it is no expression. */
    Optional<Instant> next(String cron, Instant after);
}
