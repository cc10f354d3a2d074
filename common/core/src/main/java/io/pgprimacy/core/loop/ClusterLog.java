package io.pgprimacy.core.loop;

import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.LogRecord;
import java.time.Duration;
import java.util.List;

/**
 * One cluster's log as its participants see it. Nobody acts on what was appended, only on what was read back; so an append
 * reports nothing, and a record that is lost, late or doubled is no special case.
 */
public interface ClusterLog {
    /** Hands the event over for appending and returns at once. */
    void append(ClusterEvent event);

    /** The next records in their order, waiting for at most {@code atMost} where there are none yet. */
    List<LogRecord> poll(Duration atMost);

    /** True once everything that the log held when reading began has been polled. */
    boolean isCaughtUp();
}
