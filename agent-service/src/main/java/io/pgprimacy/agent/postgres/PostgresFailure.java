package io.pgprimacy.agent.postgres;

/** Something that PostgreSQL, one of its programs or its files refused to do; the message is meant for people. */
public final class PostgresFailure extends RuntimeException {
    /** What kind of answer it was, for callers that can do something about it. */
    public enum Reason {
        /** No connection, or it broke. */
        UNREACHABLE,
        /** No answer within the bound. */
        TIMED_OUT,
        /** PostgreSQL answered with an error. */
        REFUSED,
        /** A program ended with an error. */
        PROGRAM_FAILED,
        /** A file could not be read or written. */
        FILES,
        /** What was asked does not fit the state that the instance is in. */
        NOT_APPLICABLE
    }

    private final Reason reason;

    public PostgresFailure(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public PostgresFailure(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
