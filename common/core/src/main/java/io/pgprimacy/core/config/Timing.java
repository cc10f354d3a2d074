package io.pgprimacy.core.config;

import java.time.Duration;

/**
 * Heartbeat interval and lease length of a cluster, and every wait that follows from them.
 *
 * <p>Order of the deadlines within one lease, counted from the sending of the heartbeat that was read back: the agent
 * fences itself at 0.75, the guard kills at 0.9, the lease ends at 1, the coordinator counts it as ended at 1 plus the
 * drift margin, from a later start. Source: DESIGN section 4, S2 and S5.
 */
public record Timing(Duration heartbeat, Duration lease) {
    /** Clocks of two hosts may run apart by this share; 1 % is some hundred times what a crystal does. */
    private static final double DRIFT_SHARE = 0.01;

    /** SIGKILL of an instance with a thousand backends takes less. */
    private static final Duration KILLING_TAKES_AT_MOST = Duration.ofMillis(200);

    public Timing {
        if (heartbeat.compareTo(Duration.ofMillis(100)) < 0) {
            throw new IllegalArgumentException("heartbeat " + heartbeat + " is shorter than 100 ms");
        }
        if (lease.compareTo(heartbeat.multipliedBy(5)) < 0) {
            throw new IllegalArgumentException("lease " + lease + " must be at least 5 heartbeats (5 x " + heartbeat
                    + " = " + heartbeat.multipliedBy(5) + "), or a few late ones would fence a healthy primary");
        }
        Duration between = lease.minus(share(lease, 0.9));
        if (between.compareTo(KILLING_TAKES_AT_MOST) < 0) {
            throw new IllegalArgumentException("lease " + lease + " leaves " + between
                    + " between the guard's deadline (0.9) and its end; killing PostgreSQL may take "
                    + KILLING_TAKES_AT_MOST);
        }
    }

    /** When the agent stops PostgreSQL itself, counted from the sending of the last heartbeat that renewed the lease. */
    public static Duration agentFencesAfter(Duration lease) {
        return share(lease, 0.75);
    }

    /** When the guard kills, counted as above. */
    public static Duration guardKillsAfter(Duration lease) {
        return share(lease, 0.9);
    }

    /** When a coordinator may count a lease as ended, from its reading of the last heartbeat that claimed it. */
    public static Duration certainlyExpiredAfter(Duration lease) {
        return lease.plus(share(lease, DRIFT_SHARE)).plus(Duration.ofMillis(50));
    }

    /** Silence for longer than this makes a node suspect. */
    public Duration suspectAfter() {
        return times(heartbeat, 11, 5);
    }

    /** Silence for longer than this is more than one late heartbeat. */
    public Duration noticedAfter() {
        return times(heartbeat, 3, 2);
    }

    /**
     * A standby that is connected but has received nothing for this long no longer witnesses for its upstream. As long as a lease: an
     * idle primary whose agent restarts sends nothing, and must not lose its term for that.
     */
    public Duration linkGoneAfter() {
        return lease;
    }

    /** How long a coordinator waits for the pledges of standbys that are not silent before it goes on without them. */
    public Duration pledgeWait() {
        return times(heartbeat, 2, 1);
    }

    /** A canary that takes longer than this to come back means that the log is not live (S7). */
    public Duration canaryBound() {
        return heartbeat;
    }

    /** That many {@code over}-ths, in whole nanoseconds. Asked for at each step of each loop, and {@link Duration}'s own reckoning goes by way of decimals. */
    public static Duration times(Duration whole, long many, long over) {
        return Duration.ofNanos(Math.multiplyExact(whole.toNanos(), many) / over);
    }

    private static Duration share(Duration whole, double share) {
        return Duration.ofNanos(Math.round(whole.toNanos() * share));
    }
}
