package io.pgprimacy.agent.runtime;

import io.pgprimacy.access.Operators;
import io.pgprimacy.access.OperatorsRefused;
import io.pgprimacy.agent.api.AgentApi;
import io.pgprimacy.agent.api.OperatorApi;
import io.pgprimacy.agent.api.PromiseApi;
import io.pgprimacy.agent.backup.BackupWorker;
import io.pgprimacy.agent.backup.DiscardedUploads;
import io.pgprimacy.agent.backup.Orders;
import io.pgprimacy.agent.backup.RestoreWorker;
import io.pgprimacy.agent.backup.RewindFeed;
import io.pgprimacy.agent.backup.WalKeeper;
import io.pgprimacy.agent.config.AgentConfig;
import io.pgprimacy.agent.config.ConfigurationFailure;
import io.pgprimacy.agent.config.StorageConfig;
import io.pgprimacy.agent.guard.Guard;
import io.pgprimacy.agent.guard.GuardSettings;
import io.pgprimacy.agent.metrics.AgentMetrics;
import io.pgprimacy.agent.peers.HttpPeers;
import io.pgprimacy.agent.peers.PeerSecret;
import io.pgprimacy.agent.peers.PromiseMessages;
import io.pgprimacy.agent.postgres.DirectorySwap;
import io.pgprimacy.agent.postgres.DiscardedWal;
import io.pgprimacy.agent.postgres.InstanceSettings;
import io.pgprimacy.agent.postgres.OldData;
import io.pgprimacy.agent.postgres.PostgresInstallation;
import io.pgprimacy.agent.postgres.PostgresInstance;
import io.pgprimacy.agent.postgres.PostgresObserver;
import io.pgprimacy.agent.postgres.ReplicationLink;
import io.pgprimacy.agent.postgres.ReplicationSlots;
import io.pgprimacy.agent.postgres.RepositoryRestore;
import io.pgprimacy.agent.postgres.ScratchDirectory;
import io.pgprimacy.agent.postgres.WalGate;
import io.pgprimacy.agent.process.OsUser;
import io.pgprimacy.agent.process.ProcessRunner;
import io.pgprimacy.agent.process.UptimeClock;
import io.pgprimacy.core.event.Endpoint;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.loop.NodeLoop;
import io.pgprimacy.core.loop.Peers;
import io.pgprimacy.log.KafkaClusterLog;
import io.pgprimacy.log.KafkaSettings;
import io.pgprimacy.log.LogListener;
import io.pgprimacy.trace.LogTraces;
import io.pgprimacy.trace.NodeTraces;
import io.pgprimacy.trace.Tracing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One agent, put together. */
public final class Agent {
    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
    /** A worker is a JVM, and the store may be away for hours. */
    private static final Duration STORED_LATER_EVERY = Duration.ofMinutes(1);

    private static final Duration OLD_DATA_EVERY = Duration.ofMinutes(1);

    private final AgentRuntime runtime;
    private final KafkaClusterLog log;
    private final AgentApi api;
    private final SlotUpkeep slotUpkeep;
    private final Optional<WalUpkeep> walUpkeep;
    private final Optional<DiscardedUploads> uploads;
    private final OldData oldData;
    private final Orders orders;
    private final Tracing tracing;

    private Agent(
            AgentRuntime runtime,
            KafkaClusterLog log,
            AgentApi api,
            SlotUpkeep slotUpkeep,
            Optional<WalUpkeep> walUpkeep,
            Optional<DiscardedUploads> uploads,
            OldData oldData,
            Orders orders,
            Tracing tracing) {
        this.runtime = runtime;
        this.log = log;
        this.api = api;
        this.slotUpkeep = slotUpkeep;
        this.walUpkeep = walUpkeep;
        this.uploads = uploads;
        this.oldData = oldData;
        this.orders = orders;
        this.tracing = tracing;
    }

    /** Throws {@link ConfigurationFailure} before anything has been touched. */
    public static Agent of(AgentConfig config) {
        Optional<OsUser> user = osUser(config);
        Optional<Operators> operators = config.operatorsFile().map(Agent::operators);
        prepareDirectories(config);
        Optional<WalGate> gate = walGate(config);
        PostgresInstance instance = instance(config, user, gate);
        // A swap of directories in which an agent died is brought to its end before anybody looks at them.
        new DirectorySwap(instance).finishInterrupted();
        KafkaClusterLog log = log(config);
        UptimeClock clock = UptimeClock.system();
        Guard guard = guard(config);
        guard.ensureRunning();

        Probe probe = new Probe(instance);
        UpstreamNote upstream = new UpstreamNote(config.stateDirectory().resolve("upstream"), instance.config());
        ReplicationLink link = new ReplicationLink(instance);
        Eyes eyes = new Eyes(instance, new PostgresObserver(instance, link), probe, upstream, log::wakeup);
        ReplicationSlots slots = new ReplicationSlots(instance);
        ArchiveLife life = new ArchiveLife();
        Tracing tracing = Tracing.ofEnvironment("pgprimacy-agent", config.node().value());
        LogTraces traces = tracing.log(writer(config.node()));
        Optional<BackupWorker> worker = config.storage()
                .map(storage -> new BackupWorker(
                        config,
                        storage,
                        ProcessRunner.asIfRoot(user),
                        life,
                        new NodeTraces(traces, config.cluster(), config.node())));
        Optional<RestoreWorker> restores = worker.map(RestoreWorker::new);
        Optional<RepositoryRestore> repository = restores.map(r -> new RepositoryRestore(instance, r));
        Optional<DiscardedUploads> uploads = worker.map(w -> new DiscardedUploads(
                DiscardedWal.directory(config.stateDirectory()), w::discarded, STORED_LATER_EVERY, log::wakeup));
        OldData oldData = new OldData(config.postgresData(), OLD_DATA_EVERY, log::wakeup);
        Jobs jobs = new Jobs(
                instance,
                link,
                slots,
                new RejoinJobs(
                        instance,
                        new DiscardedWal(instance, config.cluster(), life),
                        repository,
                        uploads,
                        worker.map(w -> new RewindFeed(w::feed)),
                        oldData),
                guard,
                eyes,
                upstream,
                config.hba());
        Workshop workshop = new Workshop(jobs, guard, eyes, log::wakeup);

        MemoryFile memory = new MemoryFile(config.stateDirectory().resolve("memory"));
        Orders orders = Orders.of(config.node(), worker, config.stateDirectory(), scratch(config, user), log::wakeup);
        Optional<WalKeeper> walKeeper =
                gate.flatMap(_ -> worker).map(w -> new WalKeeper(config.node(), w, log::wakeup));
        PostgresHands hands = new PostgresHands(
                config.node(),
                new Endpoint(config.postgresHost(), config.postgresPort(), config.apiPort()),
                config.tags().ofLog(),
                Integer.toString(instance.installation().majorVersion()),
                memory,
                guard,
                eyes,
                workshop,
                config.storage().map(storage -> storage.url().toString()),
                orders,
                walKeeper,
                restores,
                uploads,
                oldData);
        Mailbox mailbox = new Mailbox(log::wakeup);
        Optional<PromiseMessages> messages =
                config.peersSecretFile().map(PeerSecret::read).map(PromiseMessages::new);
        NodeLoop loop = new NodeLoop(
                config.cluster(),
                config.node(),
                UUID.randomUUID().toString(),
                memory.read(),
                hands,
                log,
                peers(messages, mailbox, clock));
        RequestDesk requests = new RequestDesk(log::append);
        AgentRuntime runtime = new AgentRuntime(
                config.node(),
                loop,
                hands,
                log,
                eyes,
                probe,
                clock,
                mailbox,
                List.of(requests, life, LogFollower.ofWhatCounts(record -> traces.read(config.cluster(), record))));
        SlotUpkeep slotUpkeep = new SlotUpkeep(slots, runtime::snapshot);
        Optional<WalUpkeep> walUpkeep =
                walKeeper.map(keeper -> new WalUpkeep(keeper, gate.orElseThrow(), runtime::snapshot, clock));
        AgentMetrics metrics = new AgentMetrics(
                config.cluster(), config.node(), config.tags().ofLog(), messages.isPresent(), runtime::snapshot, clock);
        walKeeper.ifPresent(metrics::walArchive);
        AgentApi api = new AgentApi(
                new InetSocketAddress(config.apiListen(), config.apiPort()),
                runtime::snapshot,
                clock,
                metrics::scrape,
                config.tags(),
                messages.map(m -> new PromiseApi(m, new PromiseDesk(mailbox, clock))),
                new OperatorApi(operators, runtime::snapshot, requests));
        return new Agent(runtime, log, api, slotUpkeep, walUpkeep, uploads, oldData, orders, tracing);
    }

    /** Returns after {@link #leave}. */
    public void run() {
        runtime.run();
    }

    /** PostgreSQL goes on without the agent, for as long as the restart lease says; so does a backup, for ten minutes. */
    public void leave() {
        orders.close();
        walUpkeep.ifPresent(WalUpkeep::close);
        uploads.ifPresent(DiscardedUploads::close);
        oldData.close();
        runtime.leave();
        slotUpkeep.close();
        api.close();
        log.close();
        tracing.close();
    }

    private static Peers peers(Optional<PromiseMessages> messages, Mailbox mailbox, UptimeClock clock) {
        if (messages.isEmpty()) {
            LOG.warn(
                    "peers.secret.file is not set: no other agent can be asked for promises, so a Kafka outage that lasts longer"
                            + " than the lease stops PostgreSQL");
            return (member, endpoint, request) -> {};
        }
        return new HttpPeers(messages.get(), answer -> mailbox.post(loop -> loop.answered(answer, clock.now())));
    }

    private static Operators operators(Path file) {
        try {
            return Operators.read(file);
        } catch (OperatorsRefused e) {
            throw new ConfigurationFailure("api.operators.file: " + e.getMessage(), e.hint());
        }
    }

    private static Optional<OsUser> osUser(AgentConfig config) {
        if (!OsUser.selfIsRoot()) {
            return Optional.empty();
        }
        String name = config.osUser().orElse("postgres");
        return Optional.of(OsUser.find(name)
                .orElseThrow(() -> new ConfigurationFailure(
                        "there is no operating system user '" + name + "' to run PostgreSQL as",
                        "Set postgres.os.user, because PostgreSQL refuses to run as root.")));
    }

    private static Optional<WalGate> walGate(AgentConfig config) {
        try {
            return config.storage()
                    .filter(StorageConfig::walArchive)
                    .map(_ -> new WalGate(
                            config.stateDirectory().toAbsolutePath().normalize().resolve("wal-gate")));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationFailure(
                    String.valueOf(e.getMessage()), "Choose another state.dir, or set storage.wal.archive=false.");
        }
    }

    private static PostgresInstance instance(AgentConfig config, Optional<OsUser> user, Optional<WalGate> gate) {
        NodeId node = config.node();
        InstanceSettings settings = new InstanceSettings(
                node,
                config.postgresData(),
                config.postgresData().resolve("postgresql.conf"),
                config.postgresListen(),
                config.postgresPort(),
                config.stateDirectory().resolve("socket"),
                config.stateDirectory(),
                config.adminUser(),
                config.adminPassword(),
                gate);
        return new PostgresInstance(
                settings, PostgresInstallation.at(config.postgresBin()), ProcessRunner.asIfRoot(user));
    }

    private static Guard guard(AgentConfig config) {
        return new Guard(new GuardSettings(
                config.runtimeDirectory()
                        .orElseGet(() -> GuardSettings.defaultRuntimeDirectory(config.cluster(), config.node())),
                config.postgresData(),
                config.watchdog()));
    }

    private static KafkaClusterLog log(AgentConfig config) {
        TreeMap<String, String> properties = new TreeMap<>(config.kafka());
        String bootstrap = properties.remove("bootstrap.servers");
        if (bootstrap == null) {
            throw new ConfigurationFailure("kafka.bootstrap.servers is missing", "Name the brokers.");
        }
        try {
            KafkaSettings settings = new KafkaSettings(bootstrap, properties, writer(config.node()));
            return new KafkaClusterLog(config.cluster(), settings, LogListener.NONE);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationFailure(String.valueOf(e.getMessage()), "Remove that kafka. setting.");
        }
    }

    private static String writer(NodeId node) {
        return "agent/" + node;
    }

    private static ScratchDirectory scratch(AgentConfig config, Optional<OsUser> user) {
        Path beside = config.postgresData().resolveSibling(config.postgresData().getFileName() + ".drill");
        // Below the one that was configured, which may hold other things, and other nodes' drills.
        Optional<Path> configured = config.storage()
                .flatMap(StorageConfig::drillDirectory)
                .map(d -> d.resolve("pgprimacy-drill-" + config.cluster() + "-" + config.node()));
        return new ScratchDirectory(configured.orElse(beside), user);
    }

    private static void prepareDirectories(AgentConfig config) {
        try {
            Files.createDirectories(config.stateDirectory());
        } catch (IOException e) {
            throw new UncheckedIOException(config.stateDirectory() + " cannot be made", e);
        }
    }
}
