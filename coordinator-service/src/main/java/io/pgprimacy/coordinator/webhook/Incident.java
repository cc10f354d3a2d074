package io.pgprimacy.coordinator.webhook;

import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.StopCause;
import io.pgprimacy.core.explain.LogEntry;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.Term;
import java.util.List;
import java.util.function.Supplier;

/**
 * From the first suspicion that a primary is gone until the cluster is healthy again everything carries one identifier. It is the offset of the record it
 * began with: the last one that was heard of the primary, or the one that says what has happened. So every coordinator gives it the same.
 */
final class Incident {
    private Incident() {}

    static String id(ClusterId cluster, long offset) {
        return cluster + "-" + offset;
    }

    /** @param before what lies before it in the log, oldest first */
    static boolean beginsWith(LogEntry entry, Supplier<List<LogEntry>> before) {
        if (!entry.counts()) {
            return false;
        }
        return switch (entry.record().event()) {
            case Decision.FailoverOpened d -> true;
            case Decision.RestoreOpened d -> true;
            case Fact.PrimaryStopped f -> isUnexpected(f.cause()) && isInForce(f.term(), before.get());
            default -> false;
        };
    }

    private static boolean isUnexpected(StopCause cause) {
        return cause != StopCause.SWITCHOVER && cause != StopCause.REVOKED;
    }

    /** A node that comes back after weeks states how it has ended then: that is no news of the primary. */
    private static boolean isInForce(Term term, List<LogEntry> before) {
        for (LogEntry entry : before.reversed()) {
            if (entry.counts()) {
                switch (entry.record().event()) {
                    case Decision.PrimaryChosen d -> {
                        return d.term().equals(term);
                    }
                    case Decision.PrimaryStopOrdered d -> {
                        return false;
                    }
                    case Decision.ClusterCreated d -> {
                        return term.equals(Term.NONE.next());
                    }
                    default -> {
                        // It grants nothing.
                    }
                }
            }
        }
        return false;
    }
}
