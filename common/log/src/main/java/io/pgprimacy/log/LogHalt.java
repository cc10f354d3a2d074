package io.pgprimacy.log;

/**
 * Why a log is not read any further. A participant that reads nothing renews nothing, so an agent fences itself: the safe
 * side of not knowing what has been decided.
 */
public sealed interface LogHalt {
    String sentence();

    /** The topic is not the one that was read so far: deleted and made anew, or cut back by an unclean leader election. */
    record Reset(long readThrough, String found) implements LogHalt {
        @Override
        public String sentence() {
            return "the log was read through offset " + readThrough + " and is not the same any more: " + found;
        }
    }

    /** A newer version decided something that this one does not understand; it may revoke this node's term. */
    record UnreadableDecision(long offset, String type, String reason) implements LogHalt {
        @Override
        public String sentence() {
            return "the decision at offset " + offset + " cannot be read (" + type + ": " + reason
                    + "); this program is too old for this log";
        }
    }
}
