package io.pgprimacy.coordinator.runtime;

import io.pgprimacy.core.id.ClusterId;

/** Which clusters this coordinator decides for at once. Spreads the work, and is no lock: see {@code CoordinatorLoop}. */
@FunctionalInterface
public interface Ownership {
    boolean owns(ClusterId cluster);
}
