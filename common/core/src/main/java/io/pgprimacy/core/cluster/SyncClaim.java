package io.pgprimacy.core.cluster;

import io.pgprimacy.core.event.SyncStandbys;

/**
 * A synchronous set that PostgreSQL may be enforcing. A new set is added here by its decision, before it is applied, and
 * the older ones go only when the primary has stated that it enforces it: so a failover reckons with the weakest of all that
 * may have been in force (S10).
 *
 * @param sequence of the decision that named it
 */
public record SyncClaim(long sequence, SyncStandbys sync) {}
