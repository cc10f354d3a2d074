package io.pgprimacy.log;

import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.LogTruncationException;

/** Why a log is not read any further. A participant that reads nothing decides nothing, and renews no lease by the log. */
public sealed interface LogHalt {
    String sentence();

    /**
     * The topic is not the one that was read so far: deleted and made anew, restored from a copy, or cut back by an unclean leader election.
     * For an agent that is as if Kafka were away: promises of all other members can carry a primary over it (S11).
     */
    record Reset(long readThrough, String found) implements LogHalt {
        static Reset of(long readThrough, InvalidOffsetException e) {
            return new Reset(
                    readThrough,
                    e instanceof LogTruncationException
                            ? "it was cut back before that"
                            : "it has nothing at offset " + (readThrough + 1));
        }

        @Override
        public String sentence() {
            return "the log was read through offset " + readThrough + " and is not the same any more: " + found
                    + "; nothing in it is obeyed, see docs/how-to/lost-log.md";
        }
    }

    /**
     * A newer version decided something that this one does not understand; it may revoke this node's term. An agent stops where it
     * is, and the guard kills its primary at the end of the lease.
     */
    record UnreadableDecision(long offset, String type, String reason) implements LogHalt {
        @Override
        public String sentence() {
            return "the decision at offset " + offset + " cannot be read (" + type + ": " + reason
                    + "); this program is too old for this log";
        }
    }
}
