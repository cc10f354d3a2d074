package io.pgprimacy.agent.backup;

import io.pgprimacy.core.event.Fact;
import java.time.Duration;
import java.util.List;

/** How a worker's lines become facts about orders of one kind; what distinguishes a backup from a drill. */
sealed interface Trade<O> permits BackupTrade, DrillTrade {
    /** "backup". */
    String name();

    /** Nothing that it tells has changed for that long: it hangs. */
    Duration stuckAfter();

    Fact started(WorkerLine line, long ordered);

    Fact progressed(WorkerLine line, long ordered, Duration took);

    /** @param leftOut what the worker said that it has left out */
    Fact completed(WorkerLine line, long ordered, List<String> leftOut);

    Fact failed(WorkerLine line, long ordered);

    Fact failed(long ordered, String reason);

    /** Whatever the worker may have left behind goes; it has ended. */
    void cleanUp();
}
