package io.pgprimacy.core.loop;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.cluster.Grant;
import io.pgprimacy.core.cluster.Phase;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.Timing;
import io.pgprimacy.core.config.TimingProfile;
import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Evidence;
import io.pgprimacy.core.event.Heartbeat;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.event.RetentionReport;
import io.pgprimacy.core.event.SyncStandbys;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One coordinator's own clock over one cluster: when it read what. Soft state: lost with the process, and then every wait begins
 * anew, which is late but never early.
 *
 * <p>Times are durations since an arbitrary start of the caller's monotonic clock.
 */
public final class Watch {
    private final String coordinator;
    private final Schedules schedules;
    private final SortedMap<NodeId, Duration> lastHeard = new TreeMap<>();
    private final SortedMap<NodeId, SortedMap<String, Lease>> leases = new TreeMap<>();
    private final SortedMap<Long, Duration> pulsesUnderWay = new TreeMap<>();
    private long pulses;
    private Optional<Duration> firstPulseSent = Optional.empty();
    private Optional<Duration> lastPulseSent = Optional.empty();
    private boolean hasListened;
    private boolean hasHeard;
    private Optional<Duration> lastGoodPulse = Optional.empty();
    private Duration liveSince = Duration.ZERO;
    private Duration phaseSince = Duration.ZERO;
    private Optional<Duration> syncShortSince = Optional.empty();
    /** The term granted last, while this coordinator has followed the log from its grant on and has read no claim of it. */
    private Optional<Term> unclaimed = Optional.empty();

    /** Of one incarnation of an agent. A late heartbeat of a dead one must not shorten what its successor has claimed. */
    private record Lease(Term term, Duration claimedAt, Duration longest) {
        Duration endsAt() {
            return claimedAt.plus(Timing.certainlyExpiredAfter(longest));
        }
    }

    /** Without schedules. */
    public Watch(String coordinator) {
        this(coordinator, BackupCalendar.NONE);
    }

    public Watch(String coordinator, BackupCalendar calendar) {
        this.coordinator = coordinator;
        this.schedules = new Schedules(calendar);
    }

    /** To be called for each record read; {@code before} and {@code after} are the states around its fold. */
    public void read(ClusterState before, ClusterState after, ClusterEvent event, Duration now) {
        followGrant(before, after, now);
        switch (event) {
            case Heartbeat.NodeHeartbeat h -> heard(before, after, h, now);
            case Heartbeat.CoordinatorPulse p -> {
                if (p.coordinator().equals(coordinator)) {
                    pulseBack(before, p.beat(), now);
                }
            }
            case Decision d -> {
                if (after.sequence() > before.sequence() && beginsPhase(d)) {
                    phaseSince = now;
                    syncShortSince = Optional.empty();
                }
            }
            case io.pgprimacy.core.event.Fact f -> {}
            case io.pgprimacy.core.event.Request r -> {}
        }
    }

    /**
     * Whether a claim can have been missed: none can while the grant was read from a live log and no offset is missing since, for compaction
     * leaves gaps, and a log that was exchanged is read by another watch.
     */
    private void followGrant(ClusterState before, ClusterState after, Duration now) {
        Optional<Term> granted = after.lastGrant().map(Grant::term);
        if (!granted.equals(before.lastGrant().map(Grant::term))) {
            unclaimed = isLogLive(before, now) ? granted : Optional.empty();
        } else if (after.offset() != before.offset() + 1) {
            unclaimed = Optional.empty();
        }
    }

    private void heard(ClusterState before, ClusterState after, Heartbeat.NodeHeartbeat h, Duration now) {
        lastHeard.put(h.node(), now);
        hasHeard = true;
        h.lease().ifPresent(claim -> {
            // A claim that lands after its term was revoked renews nothing: its sender reads the revocation first (S2).
            if (before.isPrimary(h.node(), claim.term())) {
                unclaimed = Optional.empty();
                SortedMap<String, Lease> ofNode = leases.computeIfAbsent(h.node(), n -> new TreeMap<>());
                ofNode.values().removeIf(l -> !l.term().equals(claim.term()));
                Duration longest = Optional.ofNullable(ofNode.get(h.incarnation()))
                        .map(held -> longer(held.longest(), claim.length()))
                        .orElse(claim.length());
                ofNode.put(h.incarnation(), new Lease(claim.term(), now, longest));
                ofNode.values().removeIf(l -> l.endsAt().compareTo(now) < 0);
            }
        });
        watchSync(after, h, now);
    }

    private void watchSync(ClusterState after, Heartbeat.NodeHeartbeat h, Duration now) {
        if (!(h.postgres() instanceof PostgresView.Primary view)
                || !after.primary().map(g -> g.node().equals(h.node())).orElse(false)) {
            return;
        }
        SyncStandbys sync = after.sync();
        long streaming = sync.standbys().stream().filter(view::streamsTo).count();
        if (streaming >= sync.acknowledgements()) {
            syncShortSince = Optional.empty();
        } else if (syncShortSince.isEmpty()) {
            syncShortSince = Optional.of(now);
        }
    }

    private static boolean beginsPhase(Decision decision) {
        return switch (decision) {
            case Decision.ClusterCreated d -> true;
            case Decision.CreationGivenUp d -> true;
            case Decision.FailoverOpened d -> true;
            case Decision.RestoreOpened d -> true;
            case Decision.PrimaryChosen d -> true;
            case Decision.SwitchoverStarted d -> true;
            case Decision.PrimaryStopOrdered d -> true;
            case Decision.SwitchoverAborted d -> true;
            case Decision.MemberAdmitted d -> false;
            case Decision.MemberSuspended d -> false;
            case Decision.MemberRefused d -> false;
            case Decision.MemberRemoved d -> false;
            case Decision.FailoverBlocked d -> false;
            case Decision.SyncStandbysChanged d -> false;
            case Decision.MaintenanceChanged d -> false;
            case Decision.ConfigChanged d -> false;
            case Decision.RebuildOrdered d -> false;
            case Decision.RestartOrdered d -> false;
            case Decision.ReloadOrdered d -> false;
            case Decision.OldDataRemovalOrdered d -> false;
            case Decision.RetentionOrdered d -> false;
            case Decision.RetentionMissed d -> false;
            case Decision.RetentionApplied d -> false;
            case Decision.RetentionFailed d -> false;
            case Decision.BackupOrdered d -> false;
            case Decision.BackupMissed d -> false;
            case Decision.BackupCancelled d -> false;
            case Decision.BackupGivenUp d -> false;
            case Decision.DrillOrdered d -> false;
            case Decision.DrillMissed d -> false;
            case Decision.DrillCancelled d -> false;
            case Decision.DrillGivenUp d -> false;
            case Decision.RequestRefused d -> false;
            case Decision.AutomationHalted d -> false;
            case Decision.AutomationReset d -> false;
            case Decision.ProtocolRaised d -> false;
        };
    }

    /**
     * The pulse to append now, if one is due (S7). With a heartbeat that was just read it comes early: so it falls into step with the
     * members' heartbeats, and does not wake each agent once more.
     */
    public Optional<Heartbeat.CoordinatorPulse> pulseDue(ClusterState state, Duration now) {
        Duration heartbeat = timing(state).heartbeat();
        Duration interval = hasHeard ? Timing.times(heartbeat, 3, 4) : heartbeat;
        hasHeard = false;
        if (lastPulseSent.map(sent -> now.minus(sent).compareTo(interval) < 0).orElse(false)) {
            return Optional.empty();
        }
        lastPulseSent = Optional.of(now);
        firstPulseSent = firstPulseSent.or(() -> lastPulseSent);
        pulses++;
        pulsesUnderWay.put(pulses, now);
        return Optional.of(new Heartbeat.CoordinatorPulse(coordinator, pulses));
    }

    /**
     * A pulse that came back in time proves that what was appended before it has been read. When one is late, or the chain was
     * broken because this process itself stood still, silence counts only from here on. When one was slow, what held it up may have held up
     * a heartbeat until its sender's next one: silence counts from its sending.
     */
    private void pulseBack(ClusterState state, long beat, Duration now) {
        Duration sent = pulsesUnderWay.remove(beat);
        pulsesUnderWay.headMap(beat).clear();
        if (sent == null) {
            return;
        }
        Timing timing = timing(state);
        Duration took = now.minus(sent);
        hasListened |= firstPulseSent
                .map(first -> sent.minus(first).compareTo(Timing.times(timing.heartbeat(), 2, 1)) >= 0)
                .orElse(false);
        if (took.compareTo(timing.canaryBound()) > 0) {
            liveSince = now;
            lastGoodPulse = Optional.empty();
            return;
        }
        boolean unbroken = lastGoodPulse
                .map(last -> sent.minus(last).compareTo(chainBound(timing)) <= 0)
                .orElse(false);
        if (!unbroken || isSlow(took, timing)) {
            liveSince = sent;
        }
        lastGoodPulse = Optional.of(sent);
    }

    private static boolean isSlow(Duration took, Timing timing) {
        return Timing.times(took, 2, 1).compareTo(timing.canaryBound()) > 0;
    }

    /** Silence from before it says nothing. A slow pulse that is still under way holds up no less than one that has come back. */
    private Duration silenceCountsFrom(ClusterState state, Duration now) {
        return pulsesUnderWay.values().stream()
                .filter(sent -> isSlow(now.minus(sent), timing(state)))
                .reduce(liveSince, Watch::longer);
    }

    /**
     * A pulse has come back that was sent two heartbeats after the first one: every agent that can reach the log has appended behind where
     * this coordinator began to follow it, and a log that is not the one that they have read has been told so (N9).
     */
    boolean hasListened() {
        return hasListened;
    }

    private static Duration chainBound(Timing timing) {
        return timing.heartbeat().plus(timing.canaryBound());
    }

    public boolean isLogLive(ClusterState state, Duration now) {
        return lastGoodPulse
                .map(sent -> now.minus(sent).compareTo(chainBound(timing(state))) <= 0)
                .orElse(false);
    }

    /** @param retention how the one ended that is under way */
    public Evidence evidence(
            ClusterState state,
            Duration now,
            long wallMillis,
            Evidence.Fleet fleet,
            Optional<RetentionReport> retention) {
        SortedMap<NodeId, Evidence.Heard> heard = new TreeMap<>();
        Optional<NodeId> neverHeld = neverHeld(state);
        Duration countsFrom = silenceCountsFrom(state, now);
        lastHeard.forEach((node, at) -> heard.put(
                node,
                new Evidence.Heard(
                        age(now, longer(at, countsFrom)),
                        neverHeld.equals(Optional.of(node))
                                ? unclaimed.map(term -> Evidence.LeaseHeard.neverClaimed(term, age(now, phaseSince)))
                                : lease(node, now))));
        return new Evidence(
                state.offset(),
                wallMillis,
                isLogLive(state, now),
                age(now, phaseSince),
                heard,
                syncShortSince.map(since -> age(now, since)).orElse(Duration.ZERO),
                fleet,
                schedules.due(state, Instant.ofEpochMilli(wallMillis)),
                schedules.dueDrill(state, Instant.ofEpochMilli(wallMillis)),
                schedules.dueRetention(state, Instant.ofEpochMilli(wallMillis)),
                retention);
    }

    /**
     * The node whose term was revoked before it claimed the lease. Whatever it claims now lands behind the revocation, which its agent reads
     * first (S2): its lease is as one of no length that ended with the term.
     */
    private Optional<NodeId> neverHeld(ClusterState state) {
        return state.phase() instanceof Phase.FailingOver && unclaimed.isPresent()
                ? state.lastGrant().map(Grant::node)
                : Optional.empty();
    }

    private Optional<Evidence.LeaseHeard> lease(NodeId node, Duration now) {
        return Optional.ofNullable(leases.get(node)).stream()
                .flatMap(ofNode -> ofNode.values().stream())
                .max(Comparator.comparing(Lease::endsAt))
                .map(l -> new Evidence.LeaseHeard(l.term(), age(now, l.claimedAt()), l.longest()));
    }

    /**
     * For the brake over all clusters: the primary has been silent for longer than it should. Counted well before a failover may be
     * opened for it, so that a fault that many share is seen as one before the first of them fails over.
     */
    public boolean isPrimarySuspect(ClusterState state, Duration now) {
        Optional<NodeId> primary = state.lastGrant().map(Grant::node);
        boolean failing = state.phase() instanceof Phase.FailingOver;
        return failing
                || primary.map(lastHeard::get)
                        .map(at -> now.minus(longer(at, silenceCountsFrom(state, now)))
                                        .compareTo(timing(state).noticedAfter())
                                > 0)
                        .orElse(false);
    }

    private static Timing timing(ClusterState state) {
        return state.config().map(ClusterConfig::timing).orElseGet(TimingProfile.NORMAL::timing);
    }

    /** Whole milliseconds, rounded down, so that the same evidence survives its way through JSON. */
    private static Duration age(Duration now, Duration since) {
        return Duration.ofMillis(Math.max(0, now.minus(since).toMillis()));
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? b : a;
    }
}
