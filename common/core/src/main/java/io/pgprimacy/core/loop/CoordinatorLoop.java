package io.pgprimacy.core.loop;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.decide.ClusterDecider;
import io.pgprimacy.core.decide.Verdict;
import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Evidence;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.event.RetentionReport;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.rule.RuleId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One coordinator's work on one cluster: fold what is read, decide on each step, append at most one decision, and wait until it,
 * or a rival's with the same sequence, has been read back.
 *
 * <p>Owning a cluster spreads the work and is no lock. One that does not own it decides as well when a decision is overdue, so an
 * owner that is dead or frozen is replaced without anybody noticing its death.
 */
public final class CoordinatorLoop {
    /** An append that has not come back by then is made again; the sequence keeps the two from both counting. */
    private static final Duration APPEND_AGAIN_AFTER = Duration.ofMillis(2500);

    private static final Duration OVERDUE_AFTER = Duration.ofSeconds(1);

    private static final Verdict LISTENS = new Verdict.Stay(
            RuleId.N0, "the log has just been read, and whoever may have read more of it is listened to first");

    private final String coordinator;
    private final Watch watch;
    private final RetentionWork retention;
    private ClusterState state;
    private Verdict verdict = new Verdict.Stay(RuleId.N0, "the log has not been read yet");
    private Optional<Pending> pending = Optional.empty();
    private Optional<Wish> wish = Optional.empty();
    private Optional<RetentionReport> applied = Optional.empty();

    private record Pending(long sequence, Duration appendedAt) {}

    private record Wish(RuleId rule, Duration since) {}

    /** Without schedules and retention. */
    public CoordinatorLoop(ClusterId cluster, String coordinator) {
        this(cluster, coordinator, BackupCalendar.NONE, RetentionWork.NONE);
    }

    public CoordinatorLoop(ClusterId cluster, String coordinator, BackupCalendar calendar, RetentionWork retention) {
        this.retention = retention;
        this.coordinator = coordinator;
        this.watch = new Watch(coordinator, calendar);
        this.state = ClusterState.initial(cluster);
    }

    /** To be called for each record, in order. */
    public void read(LogRecord record, Duration now) {
        ClusterState before = state;
        state = state.evolve(record);
        watch.read(before, state, record.event(), now);
        if (state.sequence() > before.sequence()) {
            pending = Optional.empty();
            wish = Optional.empty();
        }
    }

    /**
     * What to append now: a pulse when one is due, and at most one decision; none before {@link Watch#hasListened}. Only to be called once the log has been read to its
     * end.
     */
    public List<ClusterEvent> step(Duration now, long wallMillis, boolean owner, Evidence.Fleet fleet) {
        List<ClusterEvent> out = new ArrayList<>();
        watch.pulseDue(state, now).ifPresent(out::add);
        if (!watch.hasListened()) {
            verdict = LISTENS;
            return out;
        }
        if (pending.map(p -> now.minus(p.appendedAt()).compareTo(APPEND_AGAIN_AFTER) < 0)
                .orElse(false)) {
            return out;
        }
        // One that owns it carries it out; a rival that does so for a moment as well does nothing twice.
        applied = retention.hold(state.cluster(), state.retention().filter(_ -> owner));
        verdict = ClusterDecider.decide(state, evidence(now, wallMillis, fleet), coordinator);
        if (verdict instanceof Verdict.Append append && mayAppend(append.decision(), now, owner)) {
            pending = Optional.of(new Pending(append.decision().basis().sequence(), now));
            out.add(append.decision());
        } else if (verdict instanceof Verdict.Stay) {
            wish = Optional.empty();
        }
        return out;
    }

    private boolean mayAppend(Decision decision, Duration now, boolean owner) {
        RuleId rule = decision.basis().rule();
        if (wish.isEmpty() || wish.get().rule() != rule) {
            wish = Optional.of(new Wish(rule, now));
        }
        return owner || now.minus(wish.get().since()).compareTo(OVERDUE_AFTER) >= 0;
    }

    public ClusterState state() {
        return state;
    }

    /** The last verdict, for whoever asks why nothing happens. */
    public Verdict verdict() {
        return verdict;
    }

    public Evidence evidence(Duration now, long wallMillis, Evidence.Fleet fleet) {
        return watch.evidence(state, now, wallMillis, fleet, applied);
    }

    public boolean isPrimarySuspect(Duration now) {
        return watch.isPrimarySuspect(state, now);
    }
}
