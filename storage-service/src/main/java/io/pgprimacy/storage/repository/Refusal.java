package io.pgprimacy.storage.repository;

/** What was asked for is not granted; {@link Reason} is what programs may rely on. */
public final class Refusal extends RuntimeException {
    private final Reason reason;

    /** Why. */
    public enum Reason {
        /** The name is not one that an agent may write or read. */
        NAME_NOT_ALLOWED,
        /** The backup has its manifest: nothing is added to it any more. */
        ALREADY_COMMITTED,
        /** An object is there that is not the one being put. */
        WOULD_OVERWRITE,
        /** What the manifest or its list names is not what is stored. */
        INCOMPLETE,
        /** Nothing was put for so long that the backup may be being collected. */
        TOO_LATE,
        /** WAL is archived under a newer term, or this one was not declared. */
        STALE_TERM,
        /** The archive is another database system's. */
        OTHER_SYSTEM,
        /** There is no such backup, object or upload. */
        UNKNOWN
    }

    public Refusal(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
