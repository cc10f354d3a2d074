package io.pgprimacy.coordinator.api;

import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.log.TopicExport;
import java.io.IOException;

/** Reads a cluster's log as it lies in its topic, with what the runtime has long forgotten. */
@FunctionalInterface
public interface LogExport {
    /** Throws {@link Unavailable} where the brokers do not give it, {@link IOException} where the sink does not take it. */
    void read(ClusterId cluster, TopicExport.Sink sink) throws IOException;

    /** The brokers did not give the log, or not to its end. */
    final class Unavailable extends RuntimeException {
        public Unavailable(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
