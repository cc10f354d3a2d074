package io.pgprimacy.agent.api;

import io.pgprimacy.agent.postgres.PostgresObservation;
import io.pgprimacy.agent.runtime.Snapshot;
import java.util.Optional;

/** Where a standby gets its WAL from, in Patroni's words. */
public final class ReplicationState {
    public static final String STREAMING = "streaming";
    public static final String FROM_ARCHIVE = "in archive recovery";

    private ReplicationState() {}

    /** Empty on a primary, and where it gets none. */
    public static Optional<String> of(Snapshot snapshot) {
        if (snapshot.standby().isEmpty()) {
            return Optional.empty();
        }
        if (snapshot.standby().get().upstream().streaming()) {
            return Optional.of(STREAMING);
        }
        return snapshot.told().filter(PostgresObservation::restores).map(_ -> FROM_ARCHIVE);
    }
}
