package io.pgprimacy.core.loop;

import io.pgprimacy.core.cluster.BackupOrder;
import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.cluster.DrillOrder;
import io.pgprimacy.core.cluster.Grant;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.Timing;
import io.pgprimacy.core.config.TimingProfile;
import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Heartbeat;
import io.pgprimacy.core.event.Heartbeat.LeaseClaim;
import io.pgprimacy.core.event.Heartbeat.NodeHeartbeat;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.lease.LeaseKeeper;
import io.pgprimacy.core.lease.LeaseKeeper.Claimed;
import io.pgprimacy.core.plan.LocalMemory;
import io.pgprimacy.core.plan.NodeAction;
import io.pgprimacy.core.plan.NodePlan;
import io.pgprimacy.core.plan.NodePlanner;
import io.pgprimacy.core.plan.Observation;
import io.pgprimacy.core.plan.OldDataPlan;
import io.pgprimacy.core.plan.RestoreFigures;
import io.pgprimacy.core.plan.WorkPlan;
import io.pgprimacy.core.promise.PromiseAnswer;
import io.pgprimacy.core.promise.PromiseRequest;
import io.pgprimacy.core.promise.Promising;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One agent's work: fold what is read, keep the lease, plan, and set the hands going. Times are on the uptime clock.
 *
 * <p>Order within a step: what must be durable is made durable before anything is stated or done on its strength.
 */
public final class NodeLoop {
    /** The version of the records that this code writes and understands. */
    public static final int PROTOCOL = 1;

    /** Heartbeats that a change calls for come at most this often. */
    private static final Duration EXTRA_HEARTBEAT_SPACING = Duration.ofMillis(20);

    private final NodeId id;
    private final String incarnation;
    private final NodeHands hands;
    private final ClusterLog log;
    private final Asking asking;
    private final Outbox outbox = new Outbox();
    private final JobTurns turns = new JobTurns();
    private ClusterState state;
    private LocalMemory memory;
    private LeaseKeeper lease = LeaseKeeper.NONE;
    private Duration phaseSince = Duration.ZERO;
    private long beat;
    private Optional<Duration> lastHeartbeat = Optional.empty();
    private Optional<Gist> lastGist = Optional.empty();
    private boolean hasRead;
    private boolean hasNews;
    private boolean leaving;
    private String answersWhilePrimary = "";
    private String because = "the log has not been read yet";

    /** @param memory what {@link NodeHands#remember} last made durable, read back from the disk */
    public NodeLoop(
            ClusterId cluster,
            NodeId id,
            String incarnation,
            LocalMemory memory,
            NodeHands hands,
            ClusterLog log,
            Peers peers) {
        this.id = id;
        this.incarnation = incarnation;
        this.memory = memory;
        this.hands = hands;
        this.log = log;
        this.asking = new Asking(id, incarnation, peers);
        this.state = ClusterState.initial(cluster);
    }

    /** To be called for each record, in order. */
    public void read(LogRecord record, Duration now) {
        ClusterState before = state;
        state = state.evolve(record);
        if (!state.phase().equals(before.phase()) || !state.term().equals(before.term())) {
            phaseSince = now;
        }
        if (record.event() instanceof NodeHeartbeat h
                && h.node().equals(id)
                && h.incarnation().equals(incarnation)) {
            // By log order every decision before this heartbeat has been folded: what has not revoked the term by now
            // cannot
            // have revoked it before the renewal (S2).
            boolean granted = h.lease().map(c -> state.isPrimary(id, c.term())).orElse(false);
            renewed(lease.readBack(h.beat(), granted), now);
        }
        outbox.readBack(record.event());
        hasRead = true;
        hasNews |= isNews(record.event());
    }

    /** By the log: from here on promises are not needed, and what they extended is over or renewed. */
    private void renewed(LeaseKeeper next, Duration now) {
        if (!next.held().equals(lease.held())) {
            remember(memory.withExtendedAt(Optional.empty()));
        }
        lease = next;
        asking.forget()
                .ifPresent(kept -> outbox.put(new Fact.LeaseKeptByPromises(
                        id,
                        memory.primaryOf(),
                        now.minus(kept.since()),
                        List.copyOf(kept.by()),
                        incarnation + "/" + kept.since().toMillis())));
    }

    /** By the others: durable before it counts, because a heartbeat says which members all that keeps this lease has asked. */
    private void extended(LeaseKeeper next) {
        if (!next.equals(lease)) {
            remember(memory.withExtendedAt(Optional.of(state.sequence())));
            lease = next;
        }
    }

    private boolean isNews(ClusterEvent event) {
        return switch (event) {
            case NodeHeartbeat h -> h.node().equals(id);
            case Heartbeat.CoordinatorPulse p -> false;
            case Fact f -> true;
            case Request r -> true;
            case Decision d -> true;
        };
    }

    /** True where more was read since the last step than others' heartbeats, which call for nothing that could not wait a little. */
    public boolean hasNews() {
        return hasNews;
    }

    /** True where a step can wait: no news, no heartbeat and no end of the lease is due. What the hands see is for the caller to know. */
    public boolean mayWait(Duration now) {
        boolean heartbeatDue =
                lastHeartbeat.map(at -> now.minus(at).compareTo(spacing()) >= 0).orElse(true);
        boolean leaseEnds = ownGrant()
                .flatMap(grant -> lease.heldFor(grant.term()))
                .map(held -> held.agentFencesAt().compareTo(now) <= 0)
                .orElse(false);
        return !hasNews && !heartbeatDue && !leaseEnds;
    }

    /** One pass; to be called often, only when the log has been read to its end, and at once unless it {@link #mayWait}. */
    public void step(Duration now) {
        Observation seen = hands.observe();
        handleJobResult(seen, now);
        if (memory.mayBePrimary()) {
            // Why it stopped is said again until it is in the log: later answers are not the reason.
            answersWhilePrimary = asking.answers();
        }
        NodePlan plan =
                NodePlanner.plan(id, state, memory, lease, answersWhilePrimary, seen, now, now.minus(phaseSince));
        because = plan.because();
        remember(plan.memory());
        if (!state.node(id).flatMap(n -> n.joined()).equals(Optional.of(seen.joined()))) {
            outbox.put(seen.joined());
        }
        for (Fact fact : plan.facts()) {
            outbox.put(fact);
        }
        workOnOrders();
        hands.walArchiving().filter(this::isNew).ifPresent(outbox::put);
        hands.storedDiscardedWal().stream().filter(this::isAwaited).forEach(outbox::put);
        RestoreFigures.news(
                        id,
                        seen.job(),
                        hands.restoring(),
                        state.node(id).flatMap(n -> n.facts().restoring()))
                .ifPresent(outbox::put);
        outbox.due(now).forEach(log::append);
        plan.action().filter(a -> turns.mayBegin(a, seen, now)).ifPresent(hands::begin);
        guard(seen, now);
        heartbeat(seen, now);
        renewable(seen, now).ifPresent(held -> extended(asking.ask(held, state, lease, leaseLength(), now)));
        hasRead = false;
        hasNews = false;
    }

    /** A log that this node has read more of before is no log to take orders from. */
    private void workOnOrders() {
        if (state.sequence() < memory.sequenceSeen()) {
            return;
        }
        WorkPlan<BackupOrder> backup = WorkPlan.backup(id, state, hands.backup());
        backup.facts().forEach(outbox::put);
        hands.backUp(backup.order());
        WorkPlan<DrillOrder> drill = WorkPlan.drill(id, state, hands.drill());
        drill.facts().forEach(outbox::put);
        hands.drill(drill.order());
        OldDataPlan old = OldDataPlan.of(id, state, memory, hands.oldData());
        old.facts().forEach(outbox::put);
        hands.removeOldData(old.remove());
    }

    private boolean isNew(Fact.WalArchiving fact) {
        Optional<Fact.WalArchiving> stated =
                state.node(id).flatMap(n -> n.facts().archiving());
        return !stated.equals(Optional.of(fact));
    }

    private boolean isAwaited(Fact.DiscardedWalSaved stored) {
        return state.node(id).map(n -> n.facts().awaits(stored)).orElse(false);
    }

    private void remember(LocalMemory next) {
        if (!next.equals(memory)) {
            hands.remember(next);
            memory = next;
        }
    }

    /** A job's end is handled once: its outcome is stated, and data that it has put in place is remembered as sound. */
    private void handleJobResult(Observation seen, Duration now) {
        Optional<Observation.JobResult> ended = turns.news(seen, now);
        if (ended.isEmpty()) {
            return;
        }
        switch (ended.get()) {
            case Observation.JobResult.Done done -> {
                done.outcome().ifPresent(outbox::put);
                if (done.job() instanceof NodeAction.Rewind || done.job() instanceof NodeAction.Rebuild) {
                    remember(memory.mended());
                }
            }
            case Observation.JobResult.Failed failed -> {
                if (failed.job() instanceof NodeAction.Rebuild rebuild) {
                    outbox.put(new Fact.RebuildFailed(id, rebuild.term(), failed.reason()));
                }
            }
        }
    }

    /** The guard follows the lease that was read back; nothing else moves its deadline forward. */
    private void guard(Observation seen, Duration now) {
        Optional<Grant> own = ownGrant();
        if (own.isEmpty() || memory.relinquished().equals(own.get().term())) {
            return;
        }
        lease.heldFor(own.get().term())
                .map(LeaseKeeper.Claimed::guardKillsAt)
                .filter(deadline -> deadline.compareTo(now) > 0)
                .filter(deadline -> isNoLongerThanClaimed(deadline, seen, now))
                .filter(deadline -> !seen.guardHolds().equals(Optional.of(deadline)))
                .ifPresent(hands::holdGuard);
    }

    /** After a change to a shorter lease the guard comes down to it; a longer one that is still held must not lift it again. */
    private boolean isNoLongerThanClaimed(Duration deadline, Observation seen, Duration now) {
        return seen.guardHolds().isEmpty() || deadline.compareTo(now.plus(Timing.guardKillsAfter(leaseLength()))) <= 0;
    }

    private Optional<Grant> ownGrant() {
        return state.primary().filter(g -> g.node().equals(id));
    }

    private void heartbeat(Observation seen, Duration now) {
        Optional<LeaseClaim> claim = claim(seen, now);
        Optional<Gist> gist = Optional.of(Gist.of(seen, claim));
        Duration spacing = gist.equals(lastGist) ? spacing() : EXTRA_HEARTBEAT_SPACING;
        if (lastHeartbeat.map(at -> now.minus(at).compareTo(spacing) < 0).orElse(false)) {
            return;
        }
        if (claim.isPresent() && !guardFits(claim.get(), seen, now)) {
            return;
        }
        beat++;
        lastHeartbeat = Optional.of(now);
        lastGist = gist;
        claim.ifPresent(c -> lease = lease.sent(beat, c, now));
        log.append(new NodeHeartbeat(
                id,
                incarnation,
                beat,
                memory.termSeen(),
                memory.extendedAt().orElse(Math.max(state.sequence(), memory.sequenceSeen())),
                claim,
                seen.view(),
                PROTOCOL,
                seen.job().flatMap(NodeAction::describe).orElse("")));
    }

    /** The lease in hand, where this node is primary by it and it has not run out. */
    private Optional<Claimed> renewable(Observation seen, Duration now) {
        return ownGrant()
                .map(Grant::term)
                .filter(term -> seen.processes()
                        && memory.primaryOf().equals(term)
                        && memory.relinquished().isBefore(term)
                        && lease.allowsWrites(term, now))
                .flatMap(lease::heldFor);
    }

    /** To be called with each answer of another member. */
    public void answered(PromiseAnswer answer, Duration now) {
        extended(asking.answered(answer, state, lease, now));
    }

    /** To be called with each request of another member; what is promised is durable when this returns. */
    public PromiseAnswer asked(PromiseRequest request, Duration now) {
        Optional<String> refusal = Promising.refusal(request, state, memory);
        if (refusal.isEmpty()) {
            remember(Promising.promised(request, memory, now));
        }
        return new PromiseAnswer(id, request.incarnation(), request.round(), refusal);
    }

    /**
     * Whoever is awake to read another's heartbeat sends its own along with it when that is due soon anyway. So the members fall
     * into step, and each is woken once for all of their heartbeats and not once for each: most of what an idle agent costs.
     */
    private Duration spacing() {
        Duration heartbeat = timing().heartbeat();
        return hasRead ? Timing.times(heartbeat, 3, 4) : heartbeat;
    }

    /** How long whoever drives this loop may wait for records: until a heartbeat is due, or the lease has to be given up. */
    public Duration untilDue(Duration now) {
        Duration heartbeat = lastHeartbeat
                .map(at -> at.plus(timing().heartbeat()).minus(now))
                .filter(left -> !left.isNegative())
                .orElse(Duration.ZERO);
        return ownGrant()
                .flatMap(grant -> lease.heldFor(grant.term()))
                .map(held -> held.agentFencesAt().minus(now))
                .filter(left -> left.isPositive() && left.compareTo(heartbeat) < 0)
                .orElse(heartbeat);
    }

    /** While PostgreSQL may accept writes there is a claim, and it is never shorter than what the guard still lets it. */
    private Optional<LeaseClaim> claim(Observation seen, Duration now) {
        Optional<Grant> own = ownGrant();
        if (own.isPresent() && memory.relinquished().isBefore(own.get().term())) {
            return Optional.of(new LeaseClaim(own.get().term(), leaseLength()));
        }
        if (memory.mayBePrimary() && seen.processes()) {
            Duration left = seen.guardHolds().map(d -> d.minus(now)).orElse(Duration.ZERO);
            return Optional.of(new LeaseClaim(
                    memory.primaryOf(), left.isNegative() ? Duration.ZERO : left.plus(timing().heartbeat())));
        }
        return Optional.empty();
    }

    private Duration leaseLength() {
        return leaving ? state.config().map(ClusterConfig::restartLease).orElse(timing().lease()) : timing().lease();
    }

    /** A shorter lease is claimed only after the guard has come down to it. */
    private boolean guardFits(LeaseClaim claim, Observation seen, Duration now) {
        if (ownGrant().isEmpty()) {
            return true;
        }
        Duration wanted = now.plus(Timing.guardKillsAfter(claim.length()));
        boolean fits = seen.guardHolds().map(d -> d.compareTo(wanted) <= 0).orElse(true);
        if (!fits) {
            hands.holdGuard(wanted);
        }
        return fits;
    }

    private Timing timing() {
        return state.config().map(ClusterConfig::timing).orElseGet(TimingProfile.NORMAL::timing);
    }

    /**
     * The agent is about to restart: from now on heartbeats claim the longer lease of the configuration. It may go when
     * {@link #mayLeave} says so.
     */
    public void leave() {
        leaving = true;
    }

    public boolean mayLeave(Observation seen) {
        if (ownGrant().isEmpty() || !memory.mayBePrimary()) {
            return true;
        }
        return lease.held()
                .filter(h -> h.claim().length().equals(leaseLength()))
                .map(h -> seen.guardHolds().equals(Optional.of(h.guardKillsAt())))
                .orElse(false);
    }

    public ClusterState state() {
        return state;
    }

    public LocalMemory memory() {
        return memory;
    }

    public LeaseKeeper lease() {
        return lease;
    }

    /** What the other members answered last, for people; empty while the log renews the lease. */
    public String promises() {
        return asking.answers();
    }

    /** What the node does or waits for, for people. */
    public String because() {
        return because;
    }
}
