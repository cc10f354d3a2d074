package io.pgprimacy.core.explain;

import io.pgprimacy.core.event.LogRecord;
import java.util.Optional;

/**
 * A record with what the fold made of it.
 *
 * @param ignored why it changed nothing; empty where it counted
 */
public record LogEntry(LogRecord record, Optional<String> ignored) {
    public boolean counts() {
        return ignored.isEmpty();
    }
}
