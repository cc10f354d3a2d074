package io.pgprimacy.simulation;

import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineHistory;
import io.pgprimacy.core.postgres.TimelineId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One promotion's own line of WAL. Its identity is the truth that timeline numbers only stand for: two branches with one number are
 * two histories, whatever PostgreSQL believes.
 *
 * @param fork where it left {@code parent}; everything up to there is shared
 */
record Branch(int id, long number, @Nullable Branch parent, long fork) {

    /** True where WAL of {@code of} up to {@code lsn} is part of this branch cut off at {@code end}. */
    boolean holds(long end, Branch of, long lsn) {
        long bound = end;
        for (Branch at = this; at != null; at = at.parent) {
            if (at.id == of.id) {
                return lsn <= bound;
            }
            bound = Math.min(bound, at.fork);
        }
        return false;
    }

    /** Where WAL of {@code other} and of this part; 0 where they share nothing. */
    long commonWith(Branch other) {
        long bound = Long.MAX_VALUE;
        for (Branch at = this; at != null; at = at.parent) {
            long otherBound = Long.MAX_VALUE;
            for (Branch o = other; o != null; o = o.parent) {
                if (o.id == at.id) {
                    return Math.min(bound, otherBound);
                }
                otherBound = Math.min(otherBound, o.fork);
            }
            bound = Math.min(bound, at.fork);
        }
        return 0;
    }

    /** The part of this history that WAL ending at {@code lsn} is on. */
    Branch at(long lsn) {
        Branch at = this;
        while (at.parent != null && lsn <= at.fork) {
            at = at.parent;
        }
        return at;
    }

    TimelineId timeline() {
        return new TimelineId(number);
    }

    /** The last few switches, as the history file on the node's disk tells them. */
    List<TimelineHistory.Switch> switches(int most) {
        List<TimelineHistory.Switch> out = new ArrayList<>();
        for (Branch at = this; at.parent != null && out.size() < most; at = at.parent) {
            out.add(new TimelineHistory.Switch(at.parent.timeline(), at.timeline(), new Lsn(at.fork)));
        }
        return out.reversed();
    }

    /** What PostgreSQL would find by numbers alone: the LSN up to which a standby of {@code number} may follow this branch; -1: not at all. */
    long followableBy(long standbysNumber) {
        long bound = Long.MAX_VALUE;
        for (Branch at = this; at != null; at = at.parent) {
            if (at.number == standbysNumber) {
                return bound;
            }
            bound = Math.min(bound, at.fork);
        }
        return -1;
    }
}
