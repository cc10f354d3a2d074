package io.pgprimacy.core.postgres;

import java.util.regex.Pattern;

/** A position in the write-ahead log: an unsigned count of bytes, written as PostgreSQL does ({@code 16/B374D848}). */
public record Lsn(long value) implements Comparable<Lsn> {
    /** PostgreSQL's InvalidXLogRecPtr. */
    public static final Lsn ZERO = new Lsn(0);

    private static final Pattern SHAPE = Pattern.compile("[0-9A-Fa-f]{1,8}/[0-9A-Fa-f]{1,8}");

    /** Parses {@code XXX/YYY}; throws {@link IllegalArgumentException} on anything else. */
    public static Lsn parse(String text) {
        if (!SHAPE.matcher(text).matches()) {
            throw new IllegalArgumentException("'" + text + "' is not an LSN of the form 16/B374D848");
        }
        int slash = text.indexOf('/');
        long high = Long.parseLong(text.substring(0, slash), 16);
        long low = Long.parseLong(text.substring(slash + 1), 16);
        return new Lsn(high << 32 | low);
    }

    /** Bytes from {@code other} to this; negative where this is behind. */
    public long minus(Lsn other) {
        return value - other.value;
    }

    public Lsn plus(long bytes) {
        return new Lsn(value + bytes);
    }

    public boolean isAfter(Lsn other) {
        return compareTo(other) > 0;
    }

    public boolean isBefore(Lsn other) {
        return compareTo(other) < 0;
    }

    public static Lsn max(Lsn a, Lsn b) {
        return a.isBefore(b) ? b : a;
    }

    @Override
    public int compareTo(Lsn other) {
        return Long.compareUnsigned(value, other.value);
    }

    @Override
    public String toString() {
        return "%X/%X".formatted(value >>> 32, value & 0xFFFFFFFFL);
    }
}
