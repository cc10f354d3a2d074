package io.pgprimacy.systemtests.chaos.history;

import java.util.List;
import java.util.Locale;

/**
 * One transaction of a client. Times are monotonic, counted from the beginning of the campaign.
 *
 * @param session of the client; probes have sessions of their own
 * @param key of the list that was appended to or read; 0 for an insert
 * @param value what was inserted or appended, unique within the session and the key; 0 for a read
 * @param node that answered; empty where nobody did
 * @param position that the node reported from within the transaction; of no meaning unless acknowledged
 * @param observed the whole list as the transaction saw it, its own element included; empty for an insert
 */
public record Op(
        Type type,
        int session,
        int key,
        int value,
        long startNanos,
        long endNanos,
        Outcome outcome,
        String node,
        Position position,
        List<Integer> observed) {

    public enum Type {
        INSERT,
        APPEND,
        /** A plain SELECT, which does not wait for standbys, and which a primary may answer until it is fenced. */
        READ
    }

    public enum Outcome {
        ACKNOWLEDGED,
        /** The server refused it; it has no effect. */
        FAILED,
        /** The connection was lost or the answer did not come in time: it may have an effect, or have one later. */
        UNKNOWN
    }

    /** In the WAL, before the transaction's commit record. */
    public record Position(long timeline, long lsn) {
        public static final Position NONE = new Position(0, 0);

        @Override
        public String toString() {
            return "%X/%X on timeline %d".formatted(lsn >>> 32, lsn & 0xffffffffL, timeline);
        }
    }

    public Op {
        observed = List.copyOf(observed);
    }

    public boolean isAcknowledged() {
        return outcome == Outcome.ACKNOWLEDGED;
    }

    public boolean isWrite() {
        return type != Type.READ;
    }

    /** Where the value stands: the same for an attempt and what is found of it. */
    public Written written() {
        return new Written(type, session, key, value);
    }

    /** For a person who looks at a violation. */
    public String describe() {
        return "%s %d of session %d%s by %s at %s, sent at %.3f s, answered at %.3f s"
                .formatted(
                        type.name().toLowerCase(Locale.ROOT),
                        value,
                        session,
                        type == Type.INSERT ? "" : ", list " + key,
                        node,
                        position,
                        startNanos / 1e9,
                        endNanos / 1e9);
    }
}
