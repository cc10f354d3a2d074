package io.pgprimacy.worker.backup;

/** Whence the files of a backup come. */
public enum SourceChoice {
    /** From the data directory; where this process cannot read it, there is no backup. */
    FILES,
    /** From PostgreSQL, over a connection. */
    STREAM,
    /** From the data directory if this process can read it, else from PostgreSQL. */
    AUTO
}
