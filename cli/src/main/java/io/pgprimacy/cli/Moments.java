package io.pgprimacy.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import picocli.CommandLine.TypeConversionException;

/** A moment as people name one: {@code 2026-11-24T03:00:00+01:00}, {@code 2026-11-24} (UTC), or {@code 90m} ago. */
final class Moments {
    private Moments() {}

    static Instant parse(String option, String text) {
        try {
            return text.contains("T")
                    ? OffsetDateTime.parse(text).toInstant()
                    : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeParseException e) {
            return Instant.now().minus(ago(option, text));
        }
    }

    private static Duration ago(String option, String text) {
        try {
            return new Durations().convert(text);
        } catch (TypeConversionException e) {
            throw new CliFailure(
                    ExitCode.USAGE,
                    option + " '" + text + "' is no time",
                    "such as 2026-11-24T03:00:00Z, 2026-11-24, or 90m for an hour and a half ago",
                    e);
        }
    }
}
