package io.pgprimacy.agent.runtime;

import io.pgprimacy.agent.guard.Guard;
import io.pgprimacy.agent.postgres.ConfigurationReload;
import io.pgprimacy.agent.postgres.ManagedParameters;
import io.pgprimacy.agent.postgres.PostgresFailure;
import io.pgprimacy.agent.postgres.PostgresInstance;
import io.pgprimacy.agent.postgres.PromotedTimeline;
import io.pgprimacy.agent.postgres.ReceiverCut;
import io.pgprimacy.agent.postgres.ReplicationLink;
import io.pgprimacy.agent.postgres.ReplicationSlots;
import io.pgprimacy.agent.postgres.StartOutcome;
import io.pgprimacy.agent.postgres.StopMode;
import io.pgprimacy.agent.postgres.StopReport;
import io.pgprimacy.agent.postgres.Upstream;
import io.pgprimacy.core.event.Endpoint;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.event.SyncStandbys;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.plan.NodeAction;
import io.pgprimacy.core.plan.Observation.AppliedSync;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * One method for each action. A failure is thrown as a {@link PostgresFailure} or {@link IllegalStateException} with a message for
 * people.
 */
final class Jobs {
    private static final Duration INITDB_BOUND = Duration.ofMinutes(5);
    private static final Duration START_BOUND = Duration.ofMinutes(1);
    private static final Duration FAST_STOP_BOUND = Duration.ofSeconds(60);
    private static final Duration IMMEDIATE_STOP_BOUND = Duration.ofMillis(500);
    private static final Duration CUT_BOUND = Duration.ofSeconds(5);
    private static final Duration PROMOTE_BOUND = Duration.ofSeconds(60);
    private static final Duration CHECKPOINT_BOUND = Duration.ofMinutes(1);
    private static final Duration QUERY_BOUND = Duration.ofSeconds(5);
    private static final Duration SYNC_BOUND = Duration.ofSeconds(3);
    /** Short: nothing else is done to PostgreSQL meanwhile but to stop it. */
    private static final Duration RELOAD_BOUND = Duration.ofSeconds(1);

    private static final Duration GUARD_BOUND = Duration.ofSeconds(2);

    private final PostgresInstance instance;
    private final ReplicationLink link;
    private final ReplicationSlots slotKeeper;
    private final RejoinJobs rejoin;
    private final Guard guard;
    private final Eyes eyes;
    private final UpstreamNote upstream;
    private final List<String> hba;
    private volatile Optional<AppliedSync> syncApplied = Optional.empty();
    private volatile SortedSet<NodeId> slots = new TreeSet<>();
    private volatile SortedMap<String, String> parameters = new TreeMap<>();

    Jobs(
            PostgresInstance instance,
            ReplicationLink link,
            ReplicationSlots slotKeeper,
            RejoinJobs rejoin,
            Guard guard,
            Eyes eyes,
            UpstreamNote upstream,
            List<String> hba) {
        this.instance = instance;
        this.link = link;
        this.slotKeeper = slotKeeper;
        this.rejoin = rejoin;
        this.guard = guard;
        this.eyes = eyes;
        this.upstream = upstream;
        this.hba = List.copyOf(hba);
    }

    Optional<AppliedSync> syncApplied() {
        return syncApplied;
    }

    SortedSet<NodeId> slots() {
        return slots;
    }

    SortedMap<String, String> parameters() {
        return parameters;
    }

    /** @return the fact that the action has made true, where there is one to state */
    Optional<Fact> carryOut(NodeAction action) throws InterruptedException {
        return switch (action) {
            case NodeAction.Initialise a -> none(() -> unseen(this::initialise));
            case NodeAction.Stop a -> none(() -> stop(a));
            case NodeAction.StartFenced a -> none(this::startFenced);
            case NodeAction.CutReceiver a -> none(this::cutReceiver);
            case NodeAction.Follow a -> none(() -> follow(a));
            case NodeAction.Promote a -> none(() -> promote(a));
            case NodeAction.Checkpoint a -> none(() -> instance.checkpoint(CHECKPOINT_BOUND));
            case NodeAction.ApplySync a -> none(() -> applySync(a.sync(), a.sequence()));
            case NodeAction.EnsureSlots a -> none(() -> ensureSlots(a.nodes()));
            case NodeAction.ApplyParameters a -> none(() -> applyParameters(a.parameters()));
            case NodeAction.Reload a -> Optional.of(reload(a));
            case NodeAction.DisarmGuard a -> none(this::disarmGuard);
            case NodeAction.SaveDiscardedWal a -> Optional.of(rejoin.save(a));
            case NodeAction.Rewind a -> exchanged(unseen(() -> rejoin.rewind(a)));
            case NodeAction.Rebuild a -> exchanged(rebuild(a));
            case NodeAction.Restore a -> {
                rejoin.restore(a);
                yield Optional.empty();
            }
            case NodeAction.TakeRestored a -> exchanged(unseen(() -> rejoin.take(a)));
            case NodeAction.PutBack a -> {
                unseen(() -> rejoin.putBack(a));
                forgetData();
                yield Optional.empty();
            }
        };
    }

    private static Optional<Fact> none(Runnable job) {
        job.run();
        return Optional.empty();
    }

    private void unseen(Runnable job) {
        unseen(() -> {
            job.run();
            return true;
        });
    }

    private <T> T unseen(Supplier<T> job) {
        eyes.shut(true);
        try {
            return job.get();
        } finally {
            eyes.shut(false);
        }
    }

    private Fact rebuild(NodeAction.Rebuild action) throws InterruptedException {
        eyes.shut(true);
        try {
            return rejoin.rebuild(action);
        } finally {
            eyes.shut(false);
        }
    }

    private Optional<Fact> exchanged(Fact outcome) {
        forgetData();
        return Optional.of(outcome);
    }

    /** The data is another one now: what was known of it is not. */
    private void forgetData() {
        slots = new TreeSet<>();
        syncApplied = Optional.empty();
        upstream.refresh();
        eyes.forget();
    }

    private void initialise() {
        if (!instance.isInitialised()) {
            instance.initdb(INITDB_BOUND);
        }
        writeConfiguration();
    }

    private void writeConfiguration() {
        instance.config().write(parameters);
        instance.config().writeHba(hba);
        upstream.refresh();
    }

    private void stop(NodeAction.Stop action) {
        eyes.stopping(true);
        StopReport report;
        try {
            report = action.immediate()
                    ? instance.stop(StopMode.IMMEDIATE, IMMEDIATE_STOP_BOUND)
                    : instance.stop(StopMode.FAST, FAST_STOP_BOUND);
        } finally {
            eyes.stopping(false);
        }
        syncApplied = Optional.empty();
        if (!report.gone()) {
            throw new IllegalStateException("processes of PostgreSQL are left although they were killed");
        }
    }

    private void startFenced() {
        instance.config().setUpstream(Optional.empty());
        upstream.write(Optional.empty());
        writeConfiguration();
        StartOutcome outcome = instance.startAsStandby(START_BOUND);
        if (outcome instanceof StartOutcome.Failed failed) {
            throw new IllegalStateException("PostgreSQL did not start: " + failed.complaint());
        }
    }

    private void cutReceiver() {
        ReceiverCut cut = link.cutWalReceiver(CUT_BOUND);
        upstream.write(Optional.empty());
        upstream.refresh();
        if (!cut.cut()) {
            throw new IllegalStateException("the WAL receiver is still there");
        }
    }

    private void follow(NodeAction.Follow action) {
        writeConfiguration();
        upstream.write(Optional.of(action.node()));
        link.follow(source(action.endpoint()));
        upstream.refresh();
    }

    /** The upstream as this node logs in there; the slot is this node's own. */
    private Upstream source(Endpoint endpoint) {
        return new Upstream(
                endpoint.host(),
                endpoint.postgresPort(),
                instance.settings().adminUser(),
                instance.settings().adminPassword(),
                Optional.of(instance.settings().node().slotName()));
    }

    private void promote(NodeAction.Promote action) {
        rejoin.accept();
        instance.config().setUpstream(Optional.empty());
        upstream.write(Optional.empty());
        upstream.refresh();
        instance.config().setSynchronousStandbys(names(action.sync()));
        instance.reload();
        Optional<TimelineId> reserved = action.firstUnusedTimeline() > 2
                ? Optional.of(new TimelineId(action.firstUnusedTimeline() - 1))
                : Optional.empty();
        PromotedTimeline promoted = instance.promote(reserved, PROMOTE_BOUND);
        syncApplied = Optional.of(new AppliedSync(action.syncSequence(), promoted.switchPoint()));
    }

    private static String names(SyncStandbys sync) {
        return sync.acknowledgements() == 0 ? "" : ManagedParameters.anyOf(sync.acknowledgements(), sync.standbys());
    }

    /** In force only when each walsender has said so: it is they who release waiting commits, each by the set that it has read. */
    private void applySync(SyncStandbys sync, long sequence) {
        instance.config().setSynchronousStandbys(names(sync));
        instance.reload();
        long begun = System.nanoTime();
        boolean inForce = false;
        while (!inForce) {
            Eyes.Sight sight = eyes.look();
            inForce = sight.synchronousStandbyNames().equals(names(sync)) && walsendersAgree(sight.view(), sync);
            if (!inForce && System.nanoTime() - begun > SYNC_BOUND.toNanos()) {
                throw new IllegalStateException("PostgreSQL has not taken over synchronous_standby_names within "
                        + SYNC_BOUND.toSeconds() + " s");
            }
        }
        Lsn at = eyes.look().view().knownPosition().orElseThrow().lsn();
        syncApplied = Optional.of(new AppliedSync(sequence, at));
    }

    private static boolean walsendersAgree(PostgresView view, SyncStandbys sync) {
        return view instanceof PostgresView.Primary p
                && p.downstreams().stream().allMatch(d -> {
                    boolean wanted = sync.acknowledgements() > 0
                            && sync.standbys().stream()
                                    .anyMatch(id -> id.value().equals(d.applicationName()));
                    return wanted == !d.syncState().equals("async");
                });
    }

    private void ensureSlots(SortedSet<NodeId> nodes) {
        slotKeeper.reconcile(nodes, Map.of(), QUERY_BOUND);
        slots = new TreeSet<>(nodes);
    }

    private void applyParameters(SortedMap<String, String> next) {
        parameters = new TreeMap<>(next);
        instance.config().write(parameters);
        instance.reload();
        eyes.expectPendingRestarts();
    }

    /** What belongs to the cluster is written first: whoever has edited it by hand would put that in force. */
    private Fact reload(NodeAction.Reload action) {
        writeConfiguration();
        Optional<String> trouble = new ConfigurationReload(instance).run(RELOAD_BOUND);
        eyes.expectPendingRestarts();
        return new Fact.PostgresReloaded(instance.settings().node(), action.ordered(), trouble);
    }

    private void disarmGuard() {
        guard.disarm();
        if (!guard.awaitDisarmed(GUARD_BOUND)) {
            throw new IllegalStateException("the guard did not let go within " + GUARD_BOUND.toSeconds() + " s");
        }
    }
}
