package io.pgprimacy.core.event;

import java.util.Optional;

/**
 * What a cluster is to be brought back to.
 *
 * @param target {@code latest}, a time with its zone, an LSN, {@code xid:N} or {@code name:NAME}; read by whoever restores
 * @param exclusive recovery ends before the target rather than with it
 * @param backup the only one to begin with; empty: the last one before the target
 */
public record RestoreGoal(String target, boolean exclusive, Optional<String> backup) {
    private static final int LONGEST = 200;

    public RestoreGoal {
        if (target.isBlank() || target.length() > LONGEST) {
            throw new IllegalArgumentException("a target has 1 to " + LONGEST + " characters");
        }
    }
}
