package io.pgprimacy.backup.format;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Pattern;

/** Name of a backup: when it began, in UTC, and eight random hex digits; sorts by time. {@code 20261123T155003Z-3f9c02aa} */
public record BackupId(String value) implements Comparable<BackupId> {
    private static final Pattern SHAPE = Pattern.compile("\\d{8}T\\d{6}Z-[0-9a-f]{8}");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    public BackupId {
        if (!SHAPE.matcher(value).matches()) {
            throw new IllegalArgumentException("'" + value + "' is not a backup id like 20261123T155003Z-3f9c02aa");
        }
    }

    public static BackupId at(Instant begun, int random) {
        return new BackupId(TIME.format(begun) + "-" + "%08x".formatted(random));
    }

    @Override
    public int compareTo(BackupId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
