package io.pgprimacy.sandbox;

import java.util.Locale;

/** What a process of the sandbox is. */
public enum Kind {
    AGENT,
    GUARD,
    POSTGRES,
    KAFKA,
    COORDINATOR;

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
