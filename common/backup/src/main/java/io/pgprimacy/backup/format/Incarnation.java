package io.pgprimacy.backup.format;

/**
 * Which life of a cluster: 1 at first, one more with each recovery to an earlier point. Two lives may use the same timeline numbers and
 * the same names of WAL segments for different contents; the repository keeps them in directories of their own.
 */
public record Incarnation(int value) implements Comparable<Incarnation> {
    public static final Incarnation FIRST = new Incarnation(1);

    public Incarnation {
        if (value < 1) {
            throw new IllegalArgumentException("incarnation " + value + " is less than 1");
        }
    }

    @Override
    public int compareTo(Incarnation other) {
        return Integer.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Integer.toString(value);
    }
}
