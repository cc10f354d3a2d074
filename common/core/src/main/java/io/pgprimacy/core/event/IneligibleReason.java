package io.pgprimacy.core.event;

import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.postgres.WalPosition;
import java.time.Duration;

/** Why a node may not become primary. */
public sealed interface IneligibleReason {
    String sentence();

    record Silent(Duration ago) implements IneligibleReason {
        @Override
        public String sentence() {
            return "was last heard " + ago.toMillis() + " ms ago";
        }
    }

    record NeverHeard() implements IneligibleReason {
        @Override
        public String sentence() {
            return "has never been heard";
        }
    }

    record TaggedNoFailover() implements IneligibleReason {
        @Override
        public String sentence() {
            return "is tagged nofailover or has failover_priority 0";
        }
    }

    record NotRunning(String state) implements IneligibleReason {
        @Override
        public String sentence() {
            return "does not replay WAL: " + state;
        }
    }

    record NotPledged(Term term) implements IneligibleReason {
        @Override
        public String sentence() {
            return "has not pledged term " + term;
        }
    }

    record PositionUnknown() implements IneligibleReason {
        @Override
        public String sentence() {
            return "cannot tell yet where its WAL ends";
        }
    }

    record Diverged(WalPosition position) implements IneligibleReason {
        @Override
        public String sentence() {
            return "has WAL that is not part of the cluster's history (" + position + ")";
        }
    }

    record Lags(long bytes, long limit) implements IneligibleReason {
        @Override
        public String sentence() {
            return "lacks " + bytes + " bytes of the last known position of the primary; the limit is " + limit;
        }
    }

    record Quarantined(String reason) implements IneligibleReason {
        @Override
        public String sentence() {
            return "is quarantined: " + reason;
        }
    }

    record Rebuilding() implements IneligibleReason {
        @Override
        public String sentence() {
            return "is being rebuilt";
        }
    }

    record NotTheOneAskedFor(NodeId asked) implements IneligibleReason {
        @Override
        public String sentence() {
            return "is not the node that was asked for (" + asked + ")";
        }
    }

    record LacksAcknowledgedCommits(long bytes, NodeId holder) implements IneligibleReason {
        @Override
        public String sentence() {
            return "lacks " + bytes + " bytes that " + holder + " holds and that may have been acknowledged";
        }
    }

    /** Silent for so long that the primary keeps its lease without this node's promise (S11). */
    record Suspended() implements IneligibleReason {
        @Override
        public String sentence() {
            return "is suspended, because it had been silent for long";
        }
    }

    /** Admitted after the old primary last said what it had read: the lease may be extended without this node's promise (S11). */
    record UnknownToPrimary(NodeId primary) implements IneligibleReason {
        @Override
        public String sentence() {
            return "became a member, or came back from a suspension, after " + primary
                    + ", which may still be primary, last said what it had read; if " + primary
                    + " is certainly down, remove it unless it is the last primary, and fail over with --old-primary-is-down";
        }
    }

    record IsPrimary() implements IneligibleReason {
        @Override
        public String sentence() {
            return "is the primary";
        }
    }
}
