package io.pgprimacy.coordinator.archive;

import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.log.ExportLine;
import java.util.function.Predicate;

/** Reads a cluster's log as it lies in its topic. */
@FunctionalInterface
public interface LogSource {
    /**
     * From that offset on, for as long as {@code records} wants more. Returns the offset behind the last record that there was when it was asked;
     * where that is before {@code from}, nothing was read.
     */
    long read(ClusterId cluster, long from, Predicate<ExportLine> records) throws Unreadable;

    /** The brokers did not give it. */
    final class Unreadable extends Exception {
        private static final long serialVersionUID = 1;

        public Unreadable(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
