package io.pgprimacy.core.config;

import java.util.Locale;

/**
 * What a backup stores. Of the first three which pages; what there is nothing to rest upon for becomes a full one. A logical one is a dump: no
 * recovery begins with it, and nothing rests upon it.
 */
public enum BackupType {
    FULL,
    /** What changed since the last full one. */
    DIFFERENTIAL,
    /** What changed since the last one. */
    INCREMENTAL,
    /** What pg_dumpall says of roles and tablespaces, and pg_dump of each database. */
    LOGICAL;

    /** Whether recovery can begin with it. */
    public boolean isPhysical() {
        return this != LOGICAL;
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
