package io.pgprimacy.core.config;

/** What happens to a node whose WAL has diverged from the cluster's. The diverged WAL is saved first in each case (S9). */
public enum RejoinPolicy {
    /** {@code pg_rewind}; where that fails, rebuild. */
    REWIND,
    /** Lock the old data out and make a fresh node. */
    REBUILD,
    /** Leave it stopped for a person to look at. */
    QUARANTINE
}
