package io.pgprimacy.core.id;

/** Count of primaries of a cluster; each promotion has a new one. Term 0 precedes the first primary. */
public record Term(long value) implements Comparable<Term> {
    public static final Term NONE = new Term(0);

    public Term {
        if (value < 0) {
            throw new IllegalArgumentException("term " + value + " is negative");
        }
    }

    public Term next() {
        return new Term(value + 1);
    }

    public boolean isBefore(Term other) {
        return value < other.value;
    }

    public boolean isAfter(Term other) {
        return value > other.value;
    }

    @Override
    public int compareTo(Term other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
