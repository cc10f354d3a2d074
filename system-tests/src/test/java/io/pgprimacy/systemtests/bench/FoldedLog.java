package io.pgprimacy.systemtests.bench;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.log.KafkaClusterLog;
import io.pgprimacy.log.KafkaSettings;
import io.pgprimacy.log.LogListener;
import java.time.Duration;

/**
 * One cluster's log, read to its end as an agent reads it.
 *
 * @param took from before the connection to the brokers
 */
record FoldedLog(ClusterState state, long records, Duration took) {
    private static final Duration POLL = Duration.ofMillis(50);

    static FoldedLog read(String brokers, ClusterId cluster) {
        long begun = System.nanoTime();
        ClusterState state = ClusterState.initial(cluster);
        long records = 0;
        try (KafkaClusterLog log =
                new KafkaClusterLog(cluster, KafkaSettings.of(brokers, "agent/bench"), LogListener.NONE)) {
            while (!log.isCaughtUp()) {
                for (LogRecord record : log.poll(POLL)) {
                    state = state.evolve(record);
                    records++;
                }
            }
            return new FoldedLog(state, records, Duration.ofNanos(System.nanoTime() - begun));
        }
    }

    /** Arguments: brokers, cluster. */
    public static void main(String[] arguments) {
        FoldedLog read = read(arguments[0], new ClusterId(arguments[1]));
        System.out.printf(
                "has %d records after %.2f s; decision %d%n",
                read.records(), read.took().toMillis() / 1e3, read.state().sequence());
    }
}
