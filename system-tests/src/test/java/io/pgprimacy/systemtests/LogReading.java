package io.pgprimacy.systemtests;

import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.log.KafkaClusterLog;
import io.pgprimacy.log.KafkaSettings;
import io.pgprimacy.log.LogListener;
import java.time.Duration;

/** Reads the cluster's log as an agent does, with an agent's settings, and tells for how long nothing came. */
final class LogReading implements AutoCloseable {
    private final KafkaClusterLog log;
    private final Thread thread;
    private volatile boolean stopped;
    private volatile long longestNanos;

    LogReading(String bootstrapServers) {
        this.log = new KafkaClusterLog(
                new ClusterId("main"), KafkaSettings.of(bootstrapServers, "agent/onlooker"), LogListener.NONE);
        this.thread = Thread.ofPlatform().name("onlooker").daemon().start(this::read);
    }

    private void read() {
        boolean caughtUp = false;
        long last = System.nanoTime();
        while (!stopped) {
            boolean read = !log.poll(Duration.ofMillis(100)).isEmpty();
            long now = System.nanoTime();
            if (caughtUp) {
                longestNanos = Math.max(longestNanos, now - last);
            }
            if (read) {
                last = now;
            }
            caughtUp |= log.isCaughtUp();
        }
    }

    Duration longestPause() {
        return Duration.ofNanos(longestNanos);
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        log.close();
    }
}
