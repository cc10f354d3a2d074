package io.pgprimacy.sandbox;

import java.util.Locale;

/** What a process of the sandbox is. */
public enum Kind {
    AGENT,
    GUARD,
    POSTGRES,
    KAFKA,
    COORDINATOR,
    S3,
    STORAGE,
    /** What an agent runs beside itself, for as long as it takes: a backup. */
    WORKER,
    /** What an agent runs beside itself while its node is primary: it keeps the WAL. */
    KEEPER;

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
