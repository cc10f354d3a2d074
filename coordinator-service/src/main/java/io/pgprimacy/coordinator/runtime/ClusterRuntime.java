package io.pgprimacy.coordinator.runtime;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.cluster.Grant;
import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.Timing;
import io.pgprimacy.core.config.TimingProfile;
import io.pgprimacy.core.decide.Verdict;
import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Evidence;
import io.pgprimacy.core.event.Heartbeat;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.explain.History;
import io.pgprimacy.core.explain.LogEntry;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.loop.BackupCalendar;
import io.pgprimacy.core.loop.CoordinatorLoop;
import io.pgprimacy.core.loop.RetentionWork;
import io.pgprimacy.core.rule.RuleId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * One cluster: its loop, its history, and when it is to be looked at again. Written by the fleet's thread alone; the API's threads
 * look in between, under the lock.
 */
public final class ClusterRuntime {
    /** While something is going on, this bounds how late an age that crosses its limit is noticed. */
    private static final Duration BUSY_STEP = Duration.ofMillis(20);

    /** After that long without a change, only records can bring news: a cluster that waits for a person must cost nothing. */
    private static final Duration BUSY_FOR = Duration.ofMinutes(1);

    private static final int HEARTBEATS_KEPT = 32;

    private final CoordinatorLoop loop;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition recordRead = lock.newCondition();
    private final KeptEntries entries = new KeptEntries();
    private final Deque<LogRecord> heartbeats = new ArrayDeque<>();
    private Duration nextStep = Duration.ZERO;
    private Duration primaryBeat = Duration.ZERO;
    private long primaryHeardAt = -1;
    private volatile Duration lastRead = Duration.ZERO;
    private Duration ruleSince = Duration.ZERO;
    private RuleId rule = RuleId.N0;
    private Optional<Term> suspectIn = Optional.empty();
    private boolean owner;
    private boolean live;
    private Evidence.Fleet fleet = Evidence.Fleet.ALONE;

    ClusterRuntime(ClusterId cluster, String coordinator, BackupCalendar calendar, RetentionWork retention) {
        this.loop = new CoordinatorLoop(cluster, coordinator, calendar, retention);
    }

    /** Returns the record with what the fold made of it. */
    LogEntry read(LogRecord record, Duration now) {
        lock.lock();
        try {
            ClusterState before = loop.state();
            loop.read(record, now);
            LogEntry entry = new LogEntry(record, History.ignoredBy(loop.state(), record));
            lastRead = now;
            if (record.event() instanceof Heartbeat heartbeat) {
                heartbeats.addLast(record);
                if (heartbeats.size() > HEARTBEATS_KEPT) {
                    heartbeats.removeFirst();
                }
                heard(before, heartbeat, record.offset(), now);
            } else {
                entries.add(entry);
                nextStep = now;
            }
            recordRead.signalAll();
            return entry;
        } finally {
            lock.unlock();
        }
    }

    /** A heartbeat in a quiet cluster that says the same as the one before needs nobody to look at it. */
    private void heard(ClusterState before, Heartbeat heartbeat, long offset, Duration now) {
        if (!(heartbeat instanceof Heartbeat.NodeHeartbeat h)) {
            return;
        }
        if (before.lastGrant().map(Grant::node).equals(Optional.of(h.node()))) {
            primaryBeat = now;
            primaryHeardAt = offset;
        }
        boolean sameKind = before.node(h.node())
                .flatMap(Node::view)
                .map(v -> v.getClass() == h.postgres().getClass())
                .orElse(false);
        if (!sameKind || rule != RuleId.N0) {
            nextStep = now;
        }
    }

    boolean isDue(Duration now) {
        return nextStep.compareTo(now) <= 0;
    }

    /** What to append now. */
    List<ClusterEvent> step(Duration now, long wallMillis, boolean owns, Evidence.Fleet suspects) {
        lock.lock();
        try {
            owner = owns;
            live = true;
            fleet = suspects;
            List<ClusterEvent> out = loop.step(now, wallMillis, owns, suspects);
            if (loop.verdict().rule() != rule) {
                rule = loop.verdict().rule();
                ruleSince = now;
            }
            nextStep = now.plus(isBusy(now) ? BUSY_STEP : aQuarter());
            return out;
        } finally {
            lock.unlock();
        }
    }

    private boolean isBusy(Duration now) {
        boolean quiet = loop.verdict() instanceof Verdict.Stay && rule == RuleId.N0;
        Duration late = heartbeat().plus(aQuarter());
        boolean primaryLate = now.minus(primaryBeat).compareTo(late) > 0
                && now.minus(primaryBeat).compareTo(BUSY_FOR) < 0;
        return primaryLate || (!quiet && now.minus(ruleSince).compareTo(BUSY_FOR) < 0);
    }

    private Duration aQuarter() {
        return Timing.times(heartbeat(), 1, 4);
    }

    private Duration heartbeat() {
        return loop.state()
                .config()
                .map(ClusterConfig::timing)
                .orElseGet(TimingProfile.NORMAL::timing)
                .heartbeat();
    }

    /** When the last record was read, for the latency from a record to the decision that it brings. */
    Duration lastRead() {
        return lastRead;
    }

    /** True once its log had been read to the end: what is read from then on is news. */
    public boolean isLive() {
        lock.lock();
        try {
            return live;
        } finally {
            lock.unlock();
        }
    }

    boolean isSuspect(Duration now) {
        return loop.isPrimarySuspect(now);
    }

    /** The same for any thread. */
    boolean isSuspectNow(Duration now) {
        lock.lock();
        try {
            return isSuspect(now);
        } finally {
            lock.unlock();
        }
    }

    /** Offset of the last record that was read of the node that was granted the newest term; -1 where none was. */
    public long primaryHeardAt() {
        lock.lock();
        try {
            return primaryHeardAt;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Present once when the silence of a primary has ended: true where its term was revoked in between. Asked by the fleet's thread after each step,
     * which falls due at least four times in a heartbeat while a primary is late.
     */
    Optional<Boolean> endedSuspicion(Duration now) {
        if (isSuspect(now)) {
            suspectIn = suspectIn.or(() -> loop.state().lastGrant().map(Grant::term));
            return Optional.empty();
        }
        Optional<Boolean> replaced = suspectIn.map(term -> !loop.state().term().equals(term));
        suspectIn = Optional.empty();
        return replaced;
    }

    boolean isCreated() {
        return loop.state().config().isPresent();
    }

    Snapshot snapshot(Duration now, long wallMillis, Optional<String> halted) {
        lock.lock();
        try {
            return new Snapshot(loop.state(), loop.evidence(now, wallMillis, fleet), loop.verdict(), owner, halted);
        } finally {
            lock.unlock();
        }
    }

    public History history() {
        lock.lock();
        try {
            return new History(loop.state().cluster(), entries.all());
        } finally {
            lock.unlock();
        }
    }

    /** What was read behind that offset without the heartbeats: the oldest of it first, at most that many. */
    public List<LogEntry> entriesAfter(long offset, int atMost) {
        lock.lock();
        try {
            return entries.after(offset, atMost);
        } finally {
            lock.unlock();
        }
    }

    /** The offset behind which the last {@code number} entries lie. */
    public long offsetBefore(int number) {
        lock.lock();
        try {
            return entries.offsetBefore(number);
        } finally {
            lock.unlock();
        }
    }

    /** Waits until something other than a heartbeat has been read behind that offset; false when nothing came in time. */
    public boolean awaitAfter(long offset, Duration atMost) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = atMost.toNanos();
            while (!entries.hasAfter(offset)) {
                if (left <= 0) {
                    return false;
                }
                left = recordRead.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The last few, oldest first. */
    public List<LogRecord> heartbeats() {
        lock.lock();
        try {
            return List.copyOf(heartbeats);
        } finally {
            lock.unlock();
        }
    }

    /** Waits until a record has been read for which {@code wanted} holds; false when none came in time. */
    public boolean await(Predicate<History> wanted, Duration atMost) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = atMost.toNanos();
            int seen = -1;
            while (true) {
                if (seen != entries.size()) {
                    seen = entries.size();
                    if (wanted.test(new History(loop.state().cluster(), entries.all()))) {
                        return true;
                    }
                }
                if (left <= 0) {
                    return false;
                }
                left = recordRead.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
