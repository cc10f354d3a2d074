package io.pgprimacy.simulation;

/** What must hold after every step, and what must come to pass after healing. */
enum Invariant {
    I1_ONE_PRIMARY("never two nodes that may acknowledge writes at once"),
    I2_NO_LOST_COMMIT("no synchronously acknowledged commit is missing from a later primary"),
    I3_TERMS("terms only grow, and each is granted once"),
    I4_READ_BACK("nobody acts on a decision that it has not read back"),
    I5_ONE_FOLD("every reader folds the same state, also from a compacted log"),
    I6_RECOMPUTED("every decision that counted can be recomputed from the log and its evidence"),
    I7_SAVED("diverged WAL is saved before it is overwritten"),
    I8_GUARDED("PostgreSQL accepts writes only while the guard holds a deadline"),
    I9_NEEDED("a healthy primary is not replaced because the log or a coordinator stood still"),
    I10_ONE_HISTORY("no two timelines with one number; no half-written data directory is started"),
    I11_CLAIMED(
            "the log never claims more than PostgreSQL enforces: each synchronous set in force is one that a failover reckons with"),
    LIVENESS("after healing the cluster serves, all members stream, and every request is answered");

    private final String sentence;

    Invariant(String sentence) {
        this.sentence = sentence;
    }

    String sentence() {
        return sentence;
    }
}
