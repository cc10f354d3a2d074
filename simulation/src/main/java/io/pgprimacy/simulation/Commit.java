package io.pgprimacy.simulation;

/** One client's transaction: its commit record ends at {@code lsn} of {@code branch}. */
final class Commit {
    final int id;
    final Branch branch;
    final long lsn;
    /** Acknowledged after this many standbys had flushed it; -1 as long as it is not acknowledged. */
    int acknowledgedBy = -1;

    Commit(int id, Branch branch, long lsn) {
        this.id = id;
        this.branch = branch;
        this.lsn = lsn;
    }

    @Override
    public String toString() {
        return "commit " + id + " at " + branch.number() + "/" + Long.toHexString(lsn);
    }
}
