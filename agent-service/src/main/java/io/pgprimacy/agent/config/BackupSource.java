package io.pgprimacy.agent.config;

import java.util.Arrays;
import java.util.Locale;

/** Whence the files of a backup come. */
public enum BackupSource {
    /** From the data directory. */
    FILES,
    /** From PostgreSQL, as {@code pg_basebackup} has them. */
    STREAM,
    /** From the data directory if PostgreSQL's user here can read it, else from PostgreSQL. */
    AUTO;

    static BackupSource parse(String text) {
        return Arrays.stream(values())
                .filter(source -> source.label().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("it is files, stream or auto, not " + text));
    }

    /** As it is written in settings. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
