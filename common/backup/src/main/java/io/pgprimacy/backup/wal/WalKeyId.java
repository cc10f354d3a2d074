package io.pgprimacy.backup.wal;

import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Names a data key of the archive: the day on which it came into use, in UTC, and eight random hex digits. No two writers share one, so they
 * need not agree on it. {@code 20261123-3f9c02aa}
 */
public record WalKeyId(String value) {
    public static final int LENGTH = 17;

    private static final Pattern SHAPE = Pattern.compile("\\d{8}-[0-9a-f]{8}");

    public WalKeyId {
        if (!SHAPE.matcher(value).matches()) {
            throw new IllegalArgumentException("'" + value + "' is not the id of a key like 20261123-3f9c02aa");
        }
    }

    public static WalKeyId of(LocalDate day, int random) {
        return new WalKeyId(
                day.format(DateTimeFormatter.BASIC_ISO_DATE.withLocale(Locale.ROOT)) + "-" + "%08x".formatted(random));
    }

    @Override
    public String toString() {
        return value;
    }
}
