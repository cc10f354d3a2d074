package io.pgprimacy.core.config;

/** What happens when the primary runs but its write path has not finished a small local write within the bound. */
public enum WriteProbePolicy {
    /** Fence it and fail over, if an eligible standby is there. */
    FAILOVER,
    /** Report it; a person decides. Right where all nodes share what may be full or hung. */
    REPORT
}
