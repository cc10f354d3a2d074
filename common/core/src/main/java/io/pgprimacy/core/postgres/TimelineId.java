package io.pgprimacy.core.postgres;

/** PostgreSQL's timeline: a new one begins with each promotion. */
public record TimelineId(long value) implements Comparable<TimelineId> {
    public TimelineId {
        if (value < 1 || value > 0xFFFFFFFFL) {
            throw new IllegalArgumentException("timeline " + value + " is not between 1 and 4294967295");
        }
    }

    @Override
    public int compareTo(TimelineId other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
