package io.pgprimacy.agent.api;

import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.id.NodeId;

/** Puts a person's request into the log, and waits for what comes of it. */
public interface OperatorDesk {
    /** Returns within a bound; one request at a time. */
    Outcome ask(Request request);

    /** What has come of it. */
    sealed interface Outcome {
        /** Nothing was changed. */
        record Refused(String because) implements Outcome {}

        /** The node that was asked carries it out from here on, or has done so where that takes a moment only. */
        record Ordered() implements Outcome {}

        /** Another node, or the same one anew, accepts writes. */
        record Moved(NodeId primary) implements Outcome {}

        /** It was begun and taken back. */
        record Aborted(String because) implements Outcome {}

        /** No coordinator has answered yet; it may still take effect. */
        record Unanswered() implements Outcome {}

        /** It goes on. */
        record Unfinished() implements Outcome {}
    }
}
