package io.pgprimacy.core.config;

/** Whether a commit waits for standbys before it is acknowledged. */
public sealed interface ReplicationMode {
    /** A commit waits for the primary's own disk only; a failover may lose what had not been sent. */
    record Asynchronous() implements ReplicationMode {}

    /**
     * A commit waits for any {@code acknowledgements} of the other members.
     *
     * @param strict true: writes wait when too few standbys are there; false: the coordinator lowers the number, by a
     *     logged decision, and raises it again
     */
    record Quorum(int acknowledgements, boolean strict) implements ReplicationMode {
        public Quorum {
            if (acknowledgements < 1) {
                throw new IllegalArgumentException(
                        "synchronous acknowledgements must be at least 1, not " + acknowledgements);
            }
        }
    }
}
