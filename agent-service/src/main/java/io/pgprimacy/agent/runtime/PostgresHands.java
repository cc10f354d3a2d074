package io.pgprimacy.agent.runtime;

import io.pgprimacy.agent.backup.DiscardedUploads;
import io.pgprimacy.agent.backup.Orders;
import io.pgprimacy.agent.backup.RestoreWorker;
import io.pgprimacy.agent.backup.WalKeeper;
import io.pgprimacy.agent.guard.Guard;
import io.pgprimacy.agent.guard.GuardState;
import io.pgprimacy.agent.postgres.OldData;
import io.pgprimacy.core.cluster.BackupOrder;
import io.pgprimacy.core.cluster.DrillOrder;
import io.pgprimacy.core.event.Endpoint;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.NodeTags;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.loop.NodeHands;
import io.pgprimacy.core.plan.KeptData;
import io.pgprimacy.core.plan.LocalMemory;
import io.pgprimacy.core.plan.NodeAction;
import io.pgprimacy.core.plan.Observation;
import io.pgprimacy.core.plan.OrderedWork;
import io.pgprimacy.core.plan.RestoreFigures;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/** The agent's hands on a real PostgreSQL: what the loop sees is put together here, what it wants is handed to {@link Workshop}. */
final class PostgresHands implements NodeHands {
    private static final Duration GUARD_LOOK = Duration.ofMillis(500);

    private final NodeId node;
    private final Endpoint endpoint;
    private final NodeTags tags;
    private final String postgresVersion;
    private final MemoryFile memoryFile;
    private final Guard guard;
    private final Eyes eyes;
    private final Workshop workshop;
    private final Optional<String> storage;
    private final Orders orders;
    private final Optional<WalKeeper> walKeeper;
    private final Optional<RestoreWorker> restores;
    private final Optional<DiscardedUploads> uploads;
    private final OldData oldData;
    private Term primaryOf;
    private Optional<Duration> asked = Optional.empty();
    private Optional<Duration> held = Optional.empty();
    private long heldReadAt;
    private Optional<Observation> lastSeen = Optional.empty();

    PostgresHands(
            NodeId node,
            Endpoint endpoint,
            NodeTags tags,
            String postgresVersion,
            MemoryFile memoryFile,
            Guard guard,
            Eyes eyes,
            Workshop workshop,
            Optional<String> storage,
            Orders orders,
            Optional<WalKeeper> walKeeper,
            Optional<RestoreWorker> restores,
            Optional<DiscardedUploads> uploads,
            OldData oldData) {
        this.node = node;
        this.endpoint = endpoint;
        this.tags = tags;
        this.postgresVersion = postgresVersion;
        this.memoryFile = memoryFile;
        this.guard = guard;
        this.eyes = eyes;
        this.workshop = workshop;
        this.storage = storage;
        this.orders = orders;
        this.walKeeper = walKeeper;
        this.restores = restores;
        this.uploads = uploads;
        this.oldData = oldData;
        this.primaryOf = memoryFile.read().primaryOf();
    }

    /** What {@link #observe} gave last. */
    Observation lastSeen() {
        return lastSeen.orElseGet(this::observe);
    }

    @Override
    public Observation observe() {
        Observation seen = look();
        lastSeen = Optional.of(seen);
        return seen;
    }

    private Observation look() {
        Workshop.Bench bench = workshop.bench();
        Eyes.Sight sight = eyes.sight();
        PostgresView view = withSync(sight.view(), bench);
        Fact.NodeJoined joined = new Fact.NodeJoined(
                node,
                endpoint,
                tags,
                sight.systemIdentifier(),
                postgresVersion,
                view instanceof PostgresView.Primary && primaryOf.equals(Term.NONE),
                storage);
        return new Observation(
                view,
                sight.processes(),
                joined,
                sight.shutdownCheckpoint(),
                sight.lastFlushed(),
                sight.switches(),
                bench.syncApplied(),
                bench.slots(),
                bench.parameters(),
                sight.pendingRestarts(),
                guardHolds(),
                bench.running(),
                bench.last());
    }

    private static PostgresView withSync(PostgresView view, Workshop.Bench bench) {
        return view instanceof PostgresView.Primary p
                ? new PostgresView.Primary(
                        p.timeline(),
                        p.flushed(),
                        p.probe(),
                        p.downstreams(),
                        bench.syncApplied()
                                .map(Observation.AppliedSync::sequence)
                                .orElse(0L))
                : view;
    }

    /**
     * What was asked for and is acknowledged stays so until something else is asked for; only that the guard still lives has to be
     * looked at, and not on each of many passes a second.
     */
    private Optional<Duration> guardHolds() {
        boolean settled = held.equals(asked);
        if (settled && System.nanoTime() - heldReadAt < GUARD_LOOK.toNanos()) {
            return held;
        }
        heldReadAt = System.nanoTime();
        GuardState state = guard.current();
        if (!state.alive()) {
            workshop.restoreGuard();
            held = Optional.empty();
            return held;
        }
        // The guard counts in hundredths of a second; what it holds of what was asked is the same deadline.
        held = state.deadline()
                .map(deadline -> asked.filter(a -> isSame(a, deadline)).orElse(deadline));
        return held;
    }

    boolean isWaitingForGuard() {
        return !held.equals(asked);
    }

    private static boolean isSame(Duration asked, Duration held) {
        long behind = asked.minus(held).toMillis();
        return behind >= 0 && behind < 10;
    }

    @Override
    public void remember(LocalMemory memory) {
        memoryFile.write(memory);
        primaryOf = memory.primaryOf();
    }

    @Override
    public void holdGuard(Duration deadline) {
        asked = Optional.of(deadline);
        guard.hold(deadline);
    }

    @Override
    public Optional<OrderedWork> backup() {
        return orders.backups().work();
    }

    @Override
    public void backUp(Optional<BackupOrder> order) {
        orders.backups().hold(order);
    }

    @Override
    public Optional<OrderedWork> drill() {
        return orders.drills().work();
    }

    @Override
    public void drill(Optional<DrillOrder> order) {
        orders.drills().hold(order);
    }

    @Override
    public Optional<Fact.WalArchiving> walArchiving() {
        return walKeeper.flatMap(WalKeeper::told);
    }

    @Override
    public List<Fact.DiscardedWalSaved> storedDiscardedWal() {
        return uploads.map(DiscardedUploads::stored).orElse(List.of());
    }

    @Override
    public Optional<List<KeptData>> oldData() {
        return oldData.told();
    }

    @Override
    public void removeOldData(SortedSet<String> locations) {
        oldData.remove(locations);
    }

    @Override
    public Optional<RestoreFigures> restoring() {
        return restores.flatMap(RestoreWorker::figures);
    }

    @Override
    public void begin(NodeAction action) {
        if (action instanceof NodeAction.DisarmGuard) {
            asked = Optional.empty();
        }
        workshop.begin(action);
    }
}
