package io.pgprimacy.core.config;

import java.util.Locale;

/** Which pages a backup stores; what there is nothing to rest upon for becomes a full one. */
public enum BackupType {
    FULL,
    /** What changed since the last full one. */
    DIFFERENTIAL,
    /** What changed since the last one. */
    INCREMENTAL;

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
