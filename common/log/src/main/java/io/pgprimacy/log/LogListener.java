package io.pgprimacy.log;

import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.id.ClusterId;
import java.time.Duration;

/** For metrics and messages to people. Called on the log's own threads: must return at once and throw nothing. */
public interface LogListener {
    LogListener NONE = new LogListener() {};

    /** The brokers have acknowledged it. Still nobody acts on it before it is read back. */
    default void appended(ClusterId cluster, ClusterEvent event, Duration took) {}

    /** Given up; it may have landed nevertheless. */
    default void appendFailed(ClusterId cluster, ClusterEvent event, Exception cause) {}

    /** An unsent heartbeat made way for a newer one. */
    default void superseded(ClusterId cluster, ClusterEvent event) {}

    /** A record that this version cannot read, and that is no decision, was left out. */
    default void skipped(ClusterId cluster, Decoded.Unreadable record) {}

    default void halted(ClusterId cluster, LogHalt halt) {}

    /** Asking the brokers failed; it is tried again. */
    default void readFailed(Exception cause) {}
}
