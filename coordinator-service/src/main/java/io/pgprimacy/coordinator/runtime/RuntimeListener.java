package io.pgprimacy.coordinator.runtime;

import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.explain.LogEntry;
import io.pgprimacy.core.id.ClusterId;
import java.time.Duration;

/** For metrics and log lines. Called on the fleet's thread: must return at once. */
public interface RuntimeListener {
    RuntimeListener NONE = new RuntimeListener() {};

    /** {@code live}: it came after the log had been read to its end, so it is news. */
    default void decisionRead(ClusterId cluster, Decision decision, LogEntry entry, boolean live) {}

    /** What an agent has stated; what is stated again is read again. {@code live}: as for decisions. */
    default void factRead(ClusterId cluster, Fact fact, boolean live) {}

    /** The first record of that cluster's log is about to be read. */
    default void clusterFound(ClusterId cluster) {}

    /** Its topic was deleted. */
    default void clusterGone(ClusterId cluster) {}

    /** A primary that had been silent for longer than it should was heard again, or {@code replaced}. */
    default void suspicionEnded(ClusterId cluster, boolean replaced) {}

    /** {@code after}: since the last record of that cluster was read. */
    default void decisionAppended(ClusterId cluster, Decision decision, Duration after) {}

    /** A bug: one cluster's records or rules threw; the others go on. */
    default void failed(ClusterId cluster, RuntimeException cause) {}
}
