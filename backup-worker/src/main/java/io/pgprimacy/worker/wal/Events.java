package io.pgprimacy.worker.wal;

import java.util.Map;

/** Where the keeper tells what happens. Called from all of its threads. */
@FunctionalInterface
public interface Events {
    void tell(String event, Map<String, ?> details);
}
