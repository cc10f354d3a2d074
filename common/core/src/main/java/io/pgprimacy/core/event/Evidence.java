package io.pgprimacy.core.event;

import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that a decision rests on beside the folded log, so that it can be recomputed. Durations are by the deciding
 * coordinator's monotonic clock, counted from its reading of the record in question, and so never too short a claim of life.
 *
 * @param observedThrough offset of the last record folded
 * @param decidedAtMillis wall clock, milliseconds since 1970; used for nothing but the rate limit of S8 and schedules
 * @param logLive whether this coordinator has just read back a record of its own (S7)
 * @param phaseAge since the record that began the present phase
 * @param heard per node
 * @param syncShortFor how long the primary's heartbeats have shown fewer streaming synchronous standbys than commits wait for
 * @param dueBackup the first schedule of which an instant has passed; its clock is {@code decidedAtMillis}
 * @param dueDrill as that, of drills
 * @param dueRetention as that, of retention
 * @param retention how the retention ended that the log has as under way, where this coordinator has carried it out
 * @param suspectClusters clusters with a suspect primary just now, of all that this coordinator sees (S8)
 */
public record Evidence(
        long observedThrough,
        long decidedAtMillis,
        boolean logLive,
        Duration phaseAge,
        SortedMap<NodeId, Heard> heard,
        Duration syncShortFor,
        Fleet suspectClusters,
        Optional<DueBackup> dueBackup,
        Optional<DueDrill> dueDrill,
        Optional<DueRetention> dueRetention,
        Optional<RetentionReport> retention) {
    public Evidence {
        heard = Collections.unmodifiableSortedMap(new TreeMap<>(heard));
    }

    /** While nothing of retention is due or under way. */
    public Evidence(
            long observedThrough,
            long decidedAtMillis,
            boolean logLive,
            Duration phaseAge,
            SortedMap<NodeId, Heard> heard,
            Duration syncShortFor,
            Fleet suspectClusters,
            Optional<DueBackup> dueBackup,
            Optional<DueDrill> dueDrill) {
        this(
                observedThrough,
                decidedAtMillis,
                logLive,
                phaseAge,
                heard,
                syncShortFor,
                suspectClusters,
                dueBackup,
                dueDrill,
                Optional.empty(),
                Optional.empty());
    }

    /**
     * How long ago a node was heard.
     *
     * @param ago since its last heartbeat, or since the log came back to life where that is later
     * @param lease the last claim of the lease that counted
     */
    public record Heard(Duration ago, Optional<LeaseHeard> lease) {}

    /**
     * @param ago since the reading of the last heartbeat that claimed it
     * @param longest the longest claim read for that term and incarnation of the agent; zero where the term was revoked before its
     *     node claimed the lease, by a coordinator that has read everything since the grant; {@code ago} counts from the revocation then
     */
    public record LeaseHeard(Term term, Duration ago, Duration longest) {
        public static LeaseHeard neverClaimed(Term term, Duration sinceRevoked) {
            return new LeaseHeard(term, sinceRevoked, Duration.ZERO);
        }

        public boolean wasClaimed() {
            return !longest.isZero();
        }
    }

    public record Fleet(int suspect, int of) {
        public static final Fleet ALONE = new Fleet(0, 1);
    }
}
