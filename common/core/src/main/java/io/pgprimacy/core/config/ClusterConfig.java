package io.pgprimacy.core.config;

import java.time.Duration;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What operators choose for a cluster; kept in its log, so that every decision can be recomputed with the settings of
 * its time.
 *
 * @param maximumLagOnFailover bytes; a failover in asynchronous mode is refused, unless a person allows data loss, where the best candidate is
 *     known to lack more than this
 * @param automaticFailoverLimit automatic failovers within {@code automaticFailoverWindow} after which a person is asked (S8)
 * @param writeProbeBound how long the primary's write path may hang before the policy applies
 * @param restartLease length of the last lease of an agent that restarts on purpose: longer than its restart takes
 * @param parameters PostgreSQL parameters for every member, by name
 */
public record ClusterConfig(
        Timing timing,
        ReplicationMode replication,
        RejoinPolicy rejoin,
        long maximumLagOnFailover,
        int automaticFailoverLimit,
        Duration automaticFailoverWindow,
        WriteProbePolicy writeProbe,
        Duration writeProbeBound,
        Duration restartLease,
        SortedMap<String, String> parameters) {

    public ClusterConfig {
        if (maximumLagOnFailover < 0) {
            throw new IllegalArgumentException("maximum lag on failover is negative: " + maximumLagOnFailover);
        }
        if (automaticFailoverLimit < 0) {
            throw new IllegalArgumentException("automatic failover limit is negative: " + automaticFailoverLimit);
        }
        if (writeProbeBound.compareTo(timing.heartbeat()) < 0) {
            throw new IllegalArgumentException("write probe bound " + writeProbeBound
                    + " is shorter than the heartbeat that carries its result, " + timing.heartbeat());
        }
        if (restartLease.compareTo(timing.lease()) < 0) {
            throw new IllegalArgumentException(
                    "restart lease " + restartLease + " is shorter than the lease, " + timing.lease());
        }
        parameters = Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
    }

    /** Asynchronous, 16 MiB of tolerated lag, two automatic failovers in 30 minutes. */
    public static ClusterConfig defaults(TimingProfile profile) {
        return new ClusterConfig(
                profile.timing(),
                new ReplicationMode.Asynchronous(),
                RejoinPolicy.REWIND,
                16L << 20,
                2,
                Duration.ofMinutes(30),
                WriteProbePolicy.FAILOVER,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                new TreeMap<>());
    }

    public ClusterConfig withReplication(ReplicationMode mode) {
        return new ClusterConfig(
                timing,
                mode,
                rejoin,
                maximumLagOnFailover,
                automaticFailoverLimit,
                automaticFailoverWindow,
                writeProbe,
                writeProbeBound,
                restartLease,
                parameters);
    }

    public ClusterConfig withRejoin(RejoinPolicy policy) {
        return new ClusterConfig(
                timing,
                replication,
                policy,
                maximumLagOnFailover,
                automaticFailoverLimit,
                automaticFailoverWindow,
                writeProbe,
                writeProbeBound,
                restartLease,
                parameters);
    }

    public ClusterConfig withAutomaticFailoverLimit(int limit) {
        return new ClusterConfig(
                timing,
                replication,
                rejoin,
                maximumLagOnFailover,
                limit,
                automaticFailoverWindow,
                writeProbe,
                writeProbeBound,
                restartLease,
                parameters);
    }

    public ClusterConfig withParameters(SortedMap<String, String> byName) {
        return new ClusterConfig(
                timing,
                replication,
                rejoin,
                maximumLagOnFailover,
                automaticFailoverLimit,
                automaticFailoverWindow,
                writeProbe,
                writeProbeBound,
                restartLease,
                byName);
    }
}
