package io.pgprimacy.agent.runtime;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Heartbeat;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.explain.History;
import java.util.function.Consumer;

/** Reads along with the loop, on its thread: it must be quick, and must not throw. */
interface LogFollower {
    /** @param after the log folded up to that record */
    void read(LogRecord record, ClusterState after);

    /** Of what changed something, heartbeats aside. */
    static LogFollower ofWhatCounts(Consumer<LogRecord> reader) {
        return (record, after) -> {
            if (!(record.event() instanceof Heartbeat)
                    && History.ignoredBy(after, record).isEmpty()) {
                reader.accept(record);
            }
        };
    }

    /** The first with its sequence, and not too late: the fold has gone on with it. */
    static boolean counts(Decision decision, LogRecord record, ClusterState after) {
        return after.sequence() == decision.basis().sequence()
                && after.ignored().map(i -> i.offset() != record.offset()).orElse(true);
    }
}
