package io.pgprimacy.log;

import io.pgprimacy.core.event.LogRecord;

/** What a Kafka record turned out to be. */
public sealed interface Decoded {
    record Known(LogRecord record) implements Decoded {}

    /**
     * Not readable by this version: a type it does not know, a body it does not understand, or no event at all.
     *
     * @param type as the record names it; empty where it names none
     * @param decision true where it is a decision, which a participant must not simply read past: it may be the very one that
     *     revokes a term
     */
    record Unreadable(long offset, String type, boolean decision, String reason) implements Decoded {}
}
