package io.pgprimacy.backup.format;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a backup rests on. */
public enum BackupType {
    /** Nothing. */
    @JsonProperty("full")
    FULL,
    /** The last full one. */
    @JsonProperty("differential")
    DIFFERENTIAL,
    /** The last one of any type. */
    @JsonProperty("incremental")
    INCREMENTAL
}
