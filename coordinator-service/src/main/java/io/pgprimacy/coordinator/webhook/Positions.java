package io.pgprimacy.coordinator.webhook;

import io.pgprimacy.core.id.ClusterId;
import java.util.Optional;

/** Where each receiver is in each log; outlives the coordinator that sends, and is found by the next. */
public interface Positions {
    /**
     * @param offset of the last record that the receiver has, or does not want
     * @param incident that was open behind it
     */
    record Place(long offset, Optional<String> incident) {}

    /** Empty where nothing is remembered. Both throw a {@link RuntimeException} where the memory cannot be reached. */
    Optional<Place> of(String webhook, ClusterId cluster);

    void remember(String webhook, ClusterId cluster, Place place);
}
