package io.pgprimacy.coordinator.kafka;

import io.pgprimacy.coordinator.runtime.ClusterLogs;
import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.log.FleetLog;
import io.pgprimacy.log.KafkaSettings;
import io.pgprimacy.log.LogHalt;
import io.pgprimacy.log.LogListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/** The fleet's logs in Kafka. */
public final class KafkaClusterLogs implements ClusterLogs, AutoCloseable {
    private final FleetLog log;

    public KafkaClusterLogs(KafkaSettings settings, LogListener listener) {
        this.log = new FleetLog(settings, listener);
    }

    @Override
    public void append(ClusterId cluster, ClusterEvent event) {
        log.append(cluster, event);
    }

    @Override
    public List<Batch> poll(Duration atMost) {
        List<Batch> batches = new ArrayList<>();
        log.poll(atMost).forEach((cluster, records) -> batches.add(new Batch(cluster, records)));
        return batches;
    }

    @Override
    public boolean isCaughtUp(ClusterId cluster) {
        return log.isCaughtUp(cluster);
    }

    @Override
    public boolean isFleetKnown() {
        return log.isListed();
    }

    @Override
    public SortedSet<ClusterId> clusters() {
        return log.clusters();
    }

    @Override
    public Optional<String> halted(ClusterId cluster) {
        return log.halted(cluster).map(LogHalt::sentence);
    }

    /** For whoever has just created a cluster's topic. */
    public void lookForClusters() {
        log.lookForClusters();
    }

    @Override
    public void close() {
        log.close();
    }
}
