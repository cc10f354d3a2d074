package io.pgprimacy.core.event;

/** Why a primary has stopped. */
public enum StopCause {
    /** The postmaster died. */
    CRASHED("its postmaster died"),
    /** It was told to, by a switchover. */
    SWITCHOVER("it was stopped for a switchover"),
    /** The agent read that its term was revoked. */
    REVOKED("its term was revoked"),
    /** The lease could not be renewed in time. */
    LEASE_NOT_RENEWED("its lease was not renewed in time, so its agent stopped it"),
    /** The guard's deadline passed. */
    KILLED_BY_GUARD("the guard killed it at its deadline"),
    /** A standby's; a person asked for it. */
    RESTART("a person asked for it to be restarted"),
    /** Found stopped when the agent started. */
    FOUND_STOPPED("it was found stopped when its agent started");

    private final String sentence;

    StopCause(String sentence) {
        this.sentence = sentence;
    }

    public String sentence() {
        return sentence;
    }
}
