package io.pgprimacy.coordinator.api;

import io.pgprimacy.access.Operators;
import java.util.Optional;

/**
 * Who may do what at this port.
 *
 * @param operators who may ask for changes; empty: nobody may
 * @param readsAreOpen anybody who reaches the port may look
 */
public record Access(Optional<Operators> operators, boolean readsAreOpen) {
    public Access {
        if (operators.isEmpty() && !readsAreOpen) {
            throw new IllegalArgumentException(
                    "pgprimacy.operators.reads=closed needs pgprimacy.operators.file: nobody could read anything");
        }
    }
}
