package io.pgprimacy.core.lease;

import io.pgprimacy.core.config.Timing;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import java.time.Duration;

/**
 * This node does not become primary before {@code until}, unless the primary of {@code term} has stopped. Durable: a member that
 * restarts and is then named by a decision waits all the same.
 *
 * @param length that was asked for, to begin anew where the clock has
 * @param until on this host's uptime clock
 */
public record Promise(Term term, NodeId to, Duration length, Duration until) {

    public static Promise given(Term term, NodeId to, Duration length, Duration now) {
        return new Promise(term, to, length, now.plus(Timing.certainlyExpiredAfter(length)));
    }

    /** Both hold: the later end, and the longer length after a boot, for whoever is primary of the newer term. */
    public Promise and(Promise other) {
        Promise newer = other.term.isBefore(term) ? this : other;
        return new Promise(newer.term, newer.to, longer(length, other.length), longer(until, other.until));
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }

    /** The host has booted since: its uptime began anew, and nobody knows how long it was away. */
    public Promise afterBoot(Duration now) {
        return given(term, to, length, now);
    }
}
