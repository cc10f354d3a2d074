package io.pgprimacy.core.postgres;

/**
 * How far a node's WAL reaches, and on which timeline. Comparable only between nodes on the same history: see
 * {@link TimelineHistory}.
 */
public record WalPosition(TimelineId timeline, Lsn lsn) {
    @Override
    public String toString() {
        return lsn + " on timeline " + timeline;
    }
}
