package io.pgprimacy.core.loop;

import io.pgprimacy.core.cluster.RetentionOrder;
import io.pgprimacy.core.event.RetentionReport;
import io.pgprimacy.core.id.ClusterId;
import java.util.Optional;

/** Asks the storage service to apply retention. Everything returns promptly. */
public interface RetentionWork {
    /** Nothing is ever applied. */
    RetentionWork NONE = (cluster, order) -> Optional.empty();

    /**
     * Begins with that order unless it has begun, and gives how it ended when it has. Applied twice, by two coordinators say, it does nothing twice.
     *
     * @param order empty: there is none for this coordinator, and what is known of another one is forgotten
     */
    Optional<RetentionReport> hold(ClusterId cluster, Optional<RetentionOrder> order);
}
