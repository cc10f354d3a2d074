package io.pgprimacy.coordinator.kafka;

import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.log.Decoded;
import io.pgprimacy.log.LogHalt;
import io.pgprimacy.log.LogListener;
import java.time.Duration;

/** Passes everything on, and tells of each failed question to the brokers. */
record Forwarding(LogListener to, Runnable onReadFailed) implements LogListener {
    @Override
    public void appended(ClusterId cluster, ClusterEvent event, Duration took) {
        to.appended(cluster, event, took);
    }

    @Override
    public void appendFailed(ClusterId cluster, ClusterEvent event, Exception cause) {
        to.appendFailed(cluster, event, cause);
    }

    @Override
    public void superseded(ClusterId cluster, ClusterEvent event) {
        to.superseded(cluster, event);
    }

    @Override
    public void skipped(ClusterId cluster, Decoded.Unreadable record) {
        to.skipped(cluster, record);
    }

    @Override
    public void halted(ClusterId cluster, LogHalt halt) {
        to.halted(cluster, halt);
    }

    @Override
    public void readFailed(Exception cause) {
        onReadFailed.run();
        to.readFailed(cause);
    }
}
