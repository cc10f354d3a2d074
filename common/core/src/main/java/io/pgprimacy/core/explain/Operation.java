package io.pgprimacy.core.explain;

import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.explain.Explanation.Step;
import io.pgprimacy.core.id.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How far a person's request has come.
 *
 * @param asked its record
 * @param nodes that the request names, and those that the decisions name that answer it
 * @param phase one word for where it is; "waiting" before a decision has answered it, "ended" once its state is final
 * @param message where it is, or what came of it, as a sentence
 * @param amount empty where nothing is counted
 * @param beganMillis when the first decision answered it; by the writer's clock, as all times here, milliseconds since 1970
 * @param endedMillis when what made its state final was written
 * @param steps what has happened; empty where they were not asked for
 */
public record Operation(
        LogEntry asked,
        Request request,
        List<NodeId> nodes,
        State state,
        String phase,
        String message,
        Optional<Amount> amount,
        OptionalLong beganMillis,
        OptionalLong endedMillis,
        List<Step> steps) {
    public enum State {
        /** No decision has answered it yet. */
        PENDING,
        RUNNING,
        SUCCEEDED,
        /** Nothing was changed. */
        REFUSED,
        /** Begun, and not brought to its end. */
        FAILED;

        public boolean isFinal() {
            return this != PENDING && this != RUNNING;
        }
    }

    /**
     * @param bytes done, of {@code of}; empty where nobody knows beforehand how many there are
     * @param left at the rate so far; empty where that cannot be said
     */
    public record Amount(long bytes, OptionalLong of, Duration took, Optional<Duration> left) {}

    public Operation {
        nodes = List.copyOf(nodes);
        steps = List.copyOf(steps);
    }
}
