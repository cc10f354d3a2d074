package io.pgprimacy.systemtests.chaos.history;

import java.time.Duration;
import java.util.List;

/**
 * What the cluster is allowed: in synchronous mode no loss and never a second primary; in asynchronous mode a loss that its
 * events admit, and for a moment after a thaw two that acknowledge (hole 1 of the safety argument).
 *
 * @param lease after which a primary that was cut off serves no reads either
 */
public record Allowances(boolean synchronous, Duration lease, List<SavedWal> saved, List<Thaw> thaws) {
    /** From a thaw to the death of a primary that has been replaced; measured 54–133 ms, on a machine that had time. */
    public static final Duration AFTER_THAW = Duration.ofSeconds(1);

    /** A node's clock starts when it sends; what lies between that and the client's stamp is not the cluster's doing. */
    static final Duration READ_SLACK = Duration.ofMillis(500);

    /** WAL that an event says was saved because it is no part of the history any more. */
    public record SavedWal(String node, long timeline, long fromLsn, long toLsn, long transactions) {
        /** A position is read before the commit record is written, which may already lie beyond where the range begins. */
        private static final long COMMIT_REACH = 1 << 20;

        boolean admits(Op lost) {
            return lost.node().equals(node)
                    && lost.position().timeline() == timeline
                    && lost.position().lsn() <= toLsn
                    && lost.position().lsn() >= fromLsn - COMMIT_REACH;
        }
    }

    /** When processes of that node, which had been stopped, were continued. */
    public record Thaw(String node, long nanos) {}

    public Allowances {
        saved = List.copyOf(saved);
        thaws = List.copyOf(thaws);
    }

    boolean admitsLossOf(Op op) {
        return !synchronous && saved.stream().anyMatch(range -> range.admits(op));
    }

    long savedTransactions() {
        return saved.stream().mapToLong(SavedWal::transactions).sum();
    }

    boolean justThawed(Op op) {
        return thaws.stream()
                .filter(thaw -> thaw.node().equals(op.node()))
                .anyMatch(
                        thaw -> op.endNanos() >= thaw.nanos() && op.endNanos() - thaw.nanos() <= AFTER_THAW.toNanos());
    }
}
