package io.pgprimacy.cli;

import io.pgprimacy.sandbox.Choice;
import io.pgprimacy.sandbox.Kind;
import io.pgprimacy.sandbox.Layout;
import io.pgprimacy.sandbox.Programs;
import io.pgprimacy.sandbox.Sandbox;
import io.pgprimacy.sandbox.SandboxFailure;
import io.pgprimacy.sandbox.Shutdown;
import io.pgprimacy.sandbox.Spec;
import io.pgprimacy.sandbox.Starter;
import io.pgprimacy.sandbox.Unit;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

@Command(name = "up", description = "Starts it and returns when the cluster is healthy; a second call changes nothing.")
final class SandboxUp extends SandboxCommands.SandboxCommand {
    private static final Duration CREATED_WITHIN = Duration.ofMinutes(1);

    private static final Duration HEALTHY_WITHIN = Duration.ofMinutes(3);

    @Option(names = "--nodes", paramLabel = "N", description = "PostgreSQL hosts; default: 3.")
    @Nullable
    Integer nodes;

    @Option(
            names = "--brokers",
            paramLabel = "1|3",
            description = "Kafka brokers, of three any may be lost; default: 1.")
    @Nullable
    Integer brokers;

    @Option(names = "--coordinators", paramLabel = "N", description = "Default: 1.")
    @Nullable
    Integer coordinators;

    @Option(
            names = "--profile",
            paramLabel = "fast|normal",
            description = "Timing of heartbeats and leases; default: fast.")
    @Nullable
    String profile;

    @Option(names = "--sync", description = "A commit waits for any one standby: none is lost by a failover.")
    boolean sync;

    @Option(
            names = "--failover-limit",
            paramLabel = "N",
            description =
                    "Automatic failovers in 30 minutes before a person is asked; default: 1000, for here things are"
                            + " broken on purpose (elsewhere: 2).")
    @Nullable
    Integer failoverLimit;

    @Option(
            names = "--no-storage",
            description = "Without the object store and the storage service: no backups, and less memory.")
    boolean noStorage;

    SandboxUp(App app) {
        super(app);
    }

    @Override
    public Integer call() {
        long start = System.nanoTime();
        Layout layout = layout();
        Programs programs = Programs.find(System.getProperty("pgprimacy.home", "."), app.environment());
        Optional<Sandbox> found = Sandbox.open(layout);
        Sandbox sandbox = found.orElseGet(() -> Sandbox.create(layout, choice(), programs, app.isRoot()));
        found.ifPresent(this::refuseOtherChoice);
        List<Unit> missing = missing(sandbox);
        if (missing.isEmpty()) {
            return alreadyRuns(sandbox).number();
        }
        Thread undo = new Thread(() -> new Shutdown(sandbox, app::say).stop(missing), "undo");
        Runtime.getRuntime().addShutdownHook(undo);
        ClusterView view;
        try {
            sandbox.prepare(programs);
            view = start(sandbox, missing);
        } catch (CliFailure | SandboxFailure | CoordinatorClient.Problem e) {
            if (!forget(undo)) {
                throw new CliFailure(ExitCode.FAILED, "interrupted", "logs stay in " + layout.root(), e);
            }
            app.say("stopping what was started; logs stay in " + layout.root());
            new Shutdown(sandbox, app::say).stop(missing);
            throw e;
        }
        forget(undo);
        app.say("healthy after " + Durations.text(Duration.ofNanos(System.nanoTime() - start)));
        report(sandbox, view);
        return ExitCode.DONE.number();
    }

    /** False when an interrupt has already begun to run the hook, which then does what is to be done. */
    private static boolean forget(Thread hook) {
        try {
            return Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            return false;
        }
    }

    private Choice choice() {
        try {
            return new Choice(
                    nodes == null ? 3 : nodes,
                    brokers == null ? 1 : brokers,
                    coordinators == null ? 1 : coordinators,
                    profile == null ? "fast" : profile,
                    sync,
                    failoverLimit == null ? 1000 : failoverLimit,
                    !noStorage);
        } catch (SandboxFailure e) {
            throw new CliFailure(ExitCode.USAGE, String.valueOf(e.getMessage()), e.hint(), e);
        }
    }

    /** Options that a sandbox which is already there does not fulfil are refused: it would not do what was asked. */
    private void refuseOtherChoice(Sandbox sandbox) {
        Spec spec = sandbox.spec();
        boolean other = differs(nodes, spec.hosts(spec.cluster()).size())
                || differs(brokers, spec.kafka().brokers().size())
                || differs(coordinators, spec.coordinators().size())
                || differs(profile, spec.profile())
                || differs(sync ? true : null, spec.sync())
                || differs(failoverLimit, spec.automaticFailovers())
                || differs(noStorage ? false : null, spec.storage().isPresent());
        if (other) {
            throw new CliFailure(
                    ExitCode.USAGE,
                    "the sandbox in " + sandbox.layout().root() + " was made with other options: " + described(spec),
                    "remove it first: pgprimacy sandbox down --purge, or choose another --dir");
        }
    }

    private static boolean differs(@Nullable Object asked, Object there) {
        return asked != null && !asked.equals(there);
    }

    private static String described(Spec spec) {
        return "--nodes " + spec.hosts(spec.cluster()).size() + " --brokers "
                + spec.kafka().brokers().size() + " --coordinators "
                + spec.coordinators().size() + " --profile " + spec.profile() + (spec.sync() ? " --sync" : "")
                + " --failover-limit " + spec.automaticFailovers()
                + (spec.storage().isPresent() ? "" : " --no-storage");
    }

    /**
     * All units of a sandbox that is down. Of one that runs, the brokers and the coordinators only: a host that is down
     * there may well be somebody's experiment.
     */
    private static List<Unit> missing(Sandbox sandbox) {
        List<Unit> units = sandbox.spec().units();
        boolean down = units.stream().noneMatch(sandbox::isRunning);
        return units.stream()
                .filter(unit -> down || unit.kind() != Kind.AGENT)
                .filter(unit -> !sandbox.isRunning(unit))
                .toList();
    }

    private ExitCode alreadyRuns(Sandbox sandbox) {
        app.say("the sandbox in " + sandbox.layout().root() + " already runs");
        sandbox.spec().agentUnits().stream()
                .filter(unit -> !sandbox.isRunning(unit))
                .forEach(unit -> app.say("host " + unit.name() + " is down: pgprimacy sandbox start " + unit.name()));
        report(sandbox, ClusterView.of(client(sandbox)));
        return ExitCode.DONE;
    }

    private ClusterView start(Sandbox sandbox, List<Unit> missing) {
        Spec spec = sandbox.spec();
        Starter starter = new Starter(sandbox.layout());
        app.say("starting in " + sandbox.layout().root() + ": "
                + missing.stream().map(Unit::name).collect(Collectors.joining(", ")));
        starter.startAll(only(missing, Kind.KAFKA)).forEach(said -> app.say("  " + said));
        // The agents take their time with initdb only once the cluster is created, so they and the coordinators start
        // together; and nobody needs the store before the first backup.
        List<Starter.Running> others = Stream.of(Kind.AGENT, Kind.S3, Kind.STORAGE)
                .flatMap(kind -> only(missing, kind).stream())
                .map(starter::begin)
                .toList();
        starter.startAll(only(missing, Kind.COORDINATOR)).forEach(said -> app.say("  " + said));
        others.forEach(other -> app.say("  " + other.await()));
        CoordinatorClient client = client(sandbox);
        create(client, spec);
        return new HealthWait(app, client, spec.hosts(spec.cluster()).size()).await(HEALTHY_WITHIN);
    }

    private static List<Unit> only(List<Unit> units, Kind kind) {
        return units.stream().filter(unit -> unit.kind() == kind).toList();
    }

    /** On a machine that is busy with so many starts the first request may take long to be read back, or may not land. */
    private void create(CoordinatorClient client, Spec spec) {
        long deadline = System.nanoTime() + CREATED_WITHIN.toNanos();
        while (true) {
            try {
                createOnce(client, spec);
                return;
            } catch (CoordinatorClient.Problem e) {
                if (!e.code().equals("log-unavailable") || System.nanoTime() - deadline >= 0) {
                    throw e;
                }
            }
        }
    }

    private void createOnce(CoordinatorClient client, Spec spec) {
        boolean asked = client.find("")
                .filter(view -> view.path("config").isObject()
                        || !view.path("pendingRequests").isEmpty())
                .isPresent();
        if (asked) {
            return;
        }
        ObjectNode body = App.JSON.createObjectNode();
        body.put("reason", "pgprimacy sandbox up");
        CreateCommand.fill(body, spec.hosts(spec.cluster()).getFirst().name(), false, spec.profile(), spec.sync());
        ObjectNode config = body.withObjectProperty("config");
        config.put("automaticFailoverLimit", spec.automaticFailovers());
        // A PostgreSQL that is killed and never started again would leave its segments in /dev/shm behind.
        config.putObject("parameters").put("dynamic_shared_memory_type", "mmap");
        try {
            client.request("create", body);
        } catch (CoordinatorClient.Problem e) {
            // A coordinator that has just started may not have found the cluster's log when it was asked above.
            if (!e.code().equals("cluster-exists")) {
                throw e;
            }
        }
    }

    private static CoordinatorClient client(Sandbox sandbox) {
        return new CoordinatorClient(
                sandbox.spec().coordinatorUrls(),
                sandbox.spec().cluster(),
                url -> sandbox.operatorToken(),
                Optional.empty());
    }

    private void report(Sandbox sandbox, ClusterView view) {
        Spec spec = sandbox.spec();
        String dsn = "postgresql://postgres@"
                + spec.hosts(spec.cluster()).stream()
                        .map(Spec.Host::postgresEndpoint)
                        .collect(Collectors.joining(","))
                + "/postgres?target_session_attrs=read-write";
        if (json) {
            ObjectNode document = App.JSON.createObjectNode();
            document.put("dir", sandbox.layout().root().toString());
            document.put("dsn", dsn);
            var urls = document.putArray("coordinators");
            spec.coordinatorUrls().forEach(urls::add);
            document.put("bootstrapServers", spec.bootstrapServers());
            spec.storage().ifPresent(s -> document.put("storage", s.url()).put("s3", s.s3Url()));
            document.set("cluster", view.document());
            app.print(document);
            return;
        }
        view.print(app.out());
        Path usual =
                Layout.find(Optional.empty(), app.environment(), app.isRoot()).root();
        NextSteps.of(sandbox, usual, dsn, view).forEach(app.out()::println);
    }
}
