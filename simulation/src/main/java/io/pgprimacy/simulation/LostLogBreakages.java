package io.pgprimacy.simulation;

import io.pgprimacy.core.event.Heartbeat.NodeHeartbeat;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.plan.LocalMemory;
import java.time.Duration;

/** The seams of those rules by which a log is known by the decisions that its readers have read. */
final class LostLogBreakages {
    private LostLogBreakages() {}

    static final class Forgotten extends Seams {
        @Override
        LocalMemory remembered(LocalMemory m) {
            return new LocalMemory(
                    m.termSeen(),
                    0,
                    m.pledged(),
                    m.primaryOf(),
                    m.relinquished(),
                    m.promise(),
                    m.extendedAt(),
                    m.divergence(),
                    m.unusable(),
                    m.quarantine(),
                    m.restartedFor());
        }
    }

    static final class NotHeeded extends Seams {
        @Override
        LogRecord readByCoordinator(LogRecord r, String coordinator, Duration now) {
            return withoutWhatItsSenderHasRead(r);
        }

        @Override
        boolean isRecomputed() {
            return false;
        }
    }

    static final class NotHeard extends Seams {
        @Override
        LogRecord readByAgent(LogRecord r) {
            return withoutWhatItsSenderHasRead(r);
        }

        @Override
        boolean isRecomputed() {
            return false;
        }
    }

    private static LogRecord withoutWhatItsSenderHasRead(LogRecord r) {
        return r.event() instanceof NodeHeartbeat h
                ? Breakages.with(
                        r,
                        new NodeHeartbeat(
                                h.node(),
                                h.incarnation(),
                                h.beat(),
                                Term.NONE,
                                0,
                                h.lease(),
                                h.postgres(),
                                h.protocol(),
                                h.activity()))
                : r;
    }
}
