package io.pgprimacy.simulation;

import io.pgprimacy.core.cluster.BackupOrder;
import io.pgprimacy.core.cluster.DrillOrder;
import io.pgprimacy.core.event.Endpoint;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.loop.NodeHands;
import io.pgprimacy.core.plan.KeptData;
import io.pgprimacy.core.plan.LocalMemory;
import io.pgprimacy.core.plan.NodeAction;
import io.pgprimacy.core.plan.Observation;
import io.pgprimacy.core.plan.OrderedWork;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.WalPosition;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;

/** What one agent process can do in the simulated world; its jobs die with it, what PostgreSQL has begun does not. */
final class SimHands implements NodeHands {
    private final World world;
    private final Truth truth;
    private final SimHost host;
    private final SimAgent agent;
    private final Seams seams;
    private final Jobs jobs;
    private final SimOldData oldData;
    private final SimWork<BackupOrder> backups;
    private final SimWork<DrillOrder> drills;
    private Optional<WalPosition> lastFlushed = Optional.empty();
    private boolean lastKnownPrimary;

    SimHands(World world, Truth truth, SimHost host, SimAgent agent, Seams seams) {
        this.world = world;
        this.truth = truth;
        this.host = host;
        this.agent = agent;
        this.seams = seams;
        this.jobs = new Jobs(world, truth, host, this, seams);
        this.oldData = new SimOldData(world, truth, host, agent, seams);
        this.backups = new SimWork<>(world, host, agent, new SimWork.Backing(host));
        this.drills = new SimWork<>(world, host, agent, new SimWork.Drilling(host));
    }

    @Override
    public Observation observe() {
        SimPostgres postgres = host.postgres();
        PostgresView view = view(postgres);
        if (view instanceof PostgresView.Primary) {
            lastFlushed = Optional.of(postgres.position());
        }
        if (!(view instanceof PostgresView.Unresponsive)) {
            lastKnownPrimary = view instanceof PostgresView.Primary;
        }
        boolean alive = postgres.process().isAlive();
        return new Observation(
                view,
                alive,
                joined(postgres),
                postgres.shutdownCheckpoint(),
                lastFlushed,
                postgres.hasData() ? postgres.line().at(postgres.flushed()).switches(5) : List.of(),
                alive && postgres.syncSequence() >= 0
                        ? Optional.of(new Observation.AppliedSync(postgres.syncSequence(), new Lsn(postgres.syncAt())))
                        : Optional.empty(),
                host.slots(),
                host.parameters(),
                new TreeMap<>(),
                host.guard().holds(),
                jobs.current(),
                jobs.last());
    }

    private Fact.NodeJoined joined(SimPostgres postgres) {
        return new Fact.NodeJoined(
                host.id(),
                new Endpoint(host.name(), 5432, 8008),
                host.tags(),
                postgres.systemIdentifier(),
                "15.8",
                postgres.isPrimary(),
                Optional.of("http://store"));
    }

    private PostgresView view(SimPostgres postgres) {
        if (!postgres.process().isAlive()) {
            return postgres.hasData() ? new PostgresView.Stopped("") : new PostgresView.Empty();
        }
        if (postgres.process().isFrozen()) {
            return new PostgresView.Unresponsive(lastKnownPrimary, Duration.ofSeconds(1));
        }
        return switch (postgres.state()) {
            case STARTING -> new PostgresView.Starting();
            case STANDBY ->
                new PostgresView.Standby(
                        postgres.line().at(postgres.seeminglyFlushed()).timeline(),
                        new Lsn(postgres.seeminglyFlushed()),
                        new Lsn(Math.min(postgres.replayed(), postgres.seeminglyFlushed())),
                        postgres.isExact(),
                        upstream(postgres.replication()));
            case PRIMARY ->
                new PostgresView.Primary(
                        postgres.line().timeline(),
                        new Lsn(postgres.flushed()),
                        probe(postgres),
                        downstreams(postgres),
                        Math.max(0, postgres.syncSequence()));
        };
    }

    private PostgresView.WriteProbe probe(SimPostgres postgres) {
        return postgres.diskHangs()
                ? new PostgresView.WriteProbe.Hanging(Duration.ofNanos(world.now() - postgres.diskHangsSince()))
                : new PostgresView.WriteProbe.Passed(Duration.ofMillis(1));
    }

    private PostgresView.Upstream upstream(Replication replication) {
        NodeId id = replication.upstreamId();
        if (id == null) {
            return PostgresView.Upstream.CUT;
        }
        Stream stream = replication.receiver();
        return new PostgresView.Upstream(
                Optional.of(id),
                stream != null,
                stream == null ? Optional.empty() : Optional.of(Duration.ofNanos(world.now() - stream.lastMessage)));
    }

    private static List<PostgresView.Downstream> downstreams(SimPostgres postgres) {
        return postgres.replication().senders().stream()
                .map(s ->
                        new PostgresView.Downstream(s.receiver.id().value(), "streaming", new Lsn(s.flushed), "async"))
                .toList();
    }

    @Override
    public void remember(LocalMemory memory) {
        agent.effect();
        host.remember(seams.remembered(memory));
        world.trace(host.name(), () -> "remembers " + Describe.memory(memory));
        agent.effect();
    }

    @Override
    public void holdGuard(Duration deadline) {
        agent.effect();
        truth.mayHoldGuard(host, agent);
        host.guard().hold(seams.guardDeadline(host, deadline));
    }

    @Override
    public Optional<OrderedWork> backup() {
        return backups.work();
    }

    @Override
    public void backUp(Optional<BackupOrder> order) {
        backups.hold(order);
    }

    @Override
    public Optional<OrderedWork> drill() {
        return drills.work();
    }

    @Override
    public void drill(Optional<DrillOrder> order) {
        drills.hold(order);
    }

    @Override
    public Optional<List<KeptData>> oldData() {
        return Optional.of(oldData.seen());
    }

    @Override
    public void removeOldData(SortedSet<String> locations) {
        oldData.remove(locations);
    }

    @Override
    public void begin(NodeAction action) {
        agent.effect();
        truth.mayBegin(host, agent, action);
        jobs.begin(action);
        agent.effect();
    }

    SimAgent agent() {
        return agent;
    }

    void died() {
        jobs.died();
    }
}
