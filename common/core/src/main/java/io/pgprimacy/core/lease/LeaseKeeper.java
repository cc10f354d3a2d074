package io.pgprimacy.core.lease;

import io.pgprimacy.core.config.Timing;
import io.pgprimacy.core.event.Heartbeat.LeaseClaim;
import io.pgprimacy.core.id.Term;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A primary's own account of its lease (S2): what it has claimed, and what it has read back. Times are on the uptime clock that
 * the guard reads too.
 *
 * @param underWay claims sent and not read back yet, by heartbeat
 * @param held the newest claim that was read back before anything that revoked its term
 */
public record LeaseKeeper(SortedMap<Long, Claimed> underWay, Optional<Claimed> held) {
    public static final LeaseKeeper NONE = new LeaseKeeper(new TreeMap<>(), Optional.empty());

    /** A log that gives nothing back must not make this grow; a claim older than that many is of no use. */
    private static final int UNDER_WAY_AT_MOST = 64;

    /** A claim and the moment just before its heartbeat was handed over. */
    public record Claimed(LeaseClaim claim, Duration sentAt) {
        public Duration agentFencesAt() {
            return sentAt.plus(Timing.agentFencesAfter(claim.length()));
        }

        public Duration guardKillsAt() {
            return sentAt.plus(Timing.guardKillsAfter(claim.length()));
        }

        public Duration endsAt() {
            return sentAt.plus(claim.length());
        }
    }

    public LeaseKeeper {
        underWay = Collections.unmodifiableSortedMap(underWay);
    }

    public LeaseKeeper sent(long beat, LeaseClaim claim, Duration at) {
        SortedMap<Long, Claimed> next = new TreeMap<>(underWay);
        next.put(beat, new Claimed(claim, at));
        while (next.size() > UNDER_WAY_AT_MOST) {
            next.remove(next.firstKey());
        }
        return new LeaseKeeper(next, held);
    }

    /**
     * The heartbeat has been read back; {@code granted} says whether the records before it leave its term in force. A heartbeat
     * that was overtaken by a later one renews nothing.
     */
    public LeaseKeeper readBack(long beat, boolean granted) {
        Claimed claimed = underWay.get(beat);
        if (claimed == null) {
            return this;
        }
        SortedMap<Long, Claimed> rest = new TreeMap<>(underWay.tailMap(beat + 1));
        boolean newer =
                held.map(h -> h.sentAt().compareTo(claimed.sentAt()) < 0).orElse(true);
        return new LeaseKeeper(rest, granted && newer ? Optional.of(claimed) : held);
    }

    /** All whose promises it takes have promised what this claim asked for (S11). Extends what was read back, and nothing else. */
    public LeaseKeeper promised(Claimed claimed) {
        boolean extend = heldFor(claimed.claim().term())
                .map(h -> h.sentAt().compareTo(claimed.sentAt()) < 0)
                .orElse(false);
        return extend ? new LeaseKeeper(underWay, Optional.of(claimed)) : this;
    }

    /** The held lease, if it is one of {@code term}. */
    public Optional<Claimed> heldFor(Term term) {
        return held.filter(h -> h.claim().term().equals(term));
    }

    /** True while PostgreSQL may be let accept writes under {@code term}: well before the guard would kill it. */
    public boolean allowsWrites(Term term, Duration now) {
        return heldFor(term).map(h -> now.compareTo(h.agentFencesAt()) < 0).orElse(false);
    }
}
