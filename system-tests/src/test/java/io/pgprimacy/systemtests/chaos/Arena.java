package io.pgprimacy.systemtests.chaos;

import io.pgprimacy.sandbox.Choice;
import io.pgprimacy.sandbox.Kind;
import io.pgprimacy.sandbox.Layout;
import io.pgprimacy.sandbox.Place;
import io.pgprimacy.sandbox.Programs;
import io.pgprimacy.sandbox.RunningProcess;
import io.pgprimacy.sandbox.Sandbox;
import io.pgprimacy.sandbox.Spec;
import io.pgprimacy.sandbox.Unit;
import io.pgprimacy.simulation.plan.FaultKind;
import io.pgprimacy.systemtests.Command;
import io.pgprimacy.systemtests.SandboxUnderTest;
import io.pgprimacy.systemtests.chaos.net.Network;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The cluster that is broken: a sandbox whose units live in namespaces of their own where that can be had, and whose hosts have
 * disks of their own. Taken down in the end, also after ^C; what a killed run left is removed by the next one.
 */
final class Arena implements AutoCloseable {
    private static final String PREFIX = "pgprimacy-chaos-";
    /** Longer than a start script tries. */
    private static final Duration START_BOUND = Duration.ofMinutes(5);

    private final Path directory;
    private final Sandbox sandbox;
    private final SandboxUnderTest commands;
    private final Optional<Network> network;
    private final Optional<Disks> disks;
    private final Optional<Clocks> clocks;
    private final Thread hook = new Thread(this::takeDown, "arena-teardown");
    private boolean down;

    private Arena(
            Path directory,
            Sandbox sandbox,
            SandboxUnderTest commands,
            Optional<Network> network,
            Optional<Disks> disks,
            Optional<Clocks> clocks) {
        this.directory = directory;
        this.sandbox = sandbox;
        this.commands = commands;
        this.network = network;
        this.disks = disks;
        this.clocks = clocks;
    }

    /** Returns when the cluster is healthy. */
    static Arena build(PlanMaker.Shape shape, String profile, Offer offer, long seed) throws IOException {
        LeftOvers.remove();
        Path directory = Path.of(System.getProperty("java.io.tmpdir"))
                .resolve(PREFIX + ProcessHandle.current().pid());
        Optional<Network> network = offer.has(FaultKind.Needs.NETWORK)
                ? Optional.of(Network.create(endpoints(shape), seed))
                : Optional.empty();
        Choice choice = new Choice(
                shape.hosts(), shape.brokers(), shape.coordinators(), profile, shape.synchronous(), 1_000, false);
        Sandbox sandbox = Sandbox.create(
                new Layout(directory.resolve("sandbox")),
                choice,
                Programs.find(SandboxUnderTest.HOME.toString(), System.getenv()),
                "root".equals(System.getProperty("user.name")),
                unit -> network.map(n -> new Place(n.address(unit), Optional.of(n.namespace(unit))))
                        .orElse(Place.LOOPBACK));
        Optional<Disks> disks =
                offer.has(FaultKind.Needs.DISK) ? Optional.of(Disks.in(directory.resolve("disks"))) : Optional.empty();
        SandboxUnderTest commands = SandboxUnderTest.unmanaged(sandbox.layout().root());
        Optional<Clocks> clocks = offer.has(FaultKind.Needs.CLOCK)
                ? Optional.of(Clocks.in(directory.resolve("clocks")))
                : Optional.empty();
        Arena arena = new Arena(directory, sandbox, commands, network, disks, clocks);
        Runtime.getRuntime().addShutdownHook(arena.hook);
        try {
            arena.up();
            return arena;
        } catch (IOException | RuntimeException | AssertionError e) {
            commands.printLogs();
            arena.close();
            throw e;
        }
    }

    private static List<String> endpoints(PlanMaker.Shape shape) {
        List<String> endpoints = new ArrayList<>(shape.hostNames());
        endpoints.addAll(shape.brokerNames());
        endpoints.addAll(shape.coordinatorNames());
        return endpoints;
    }

    private void up() throws IOException {
        if (disks.isPresent()) {
            for (Unit host : spec().agentUnits()) {
                disks.get().mount(host.name(), sandbox.layout().unitDir(host));
            }
        }
        commands.startAll();
    }

    Spec spec() {
        return sandbox.spec();
    }

    SandboxUnderTest commands() {
        return commands;
    }

    Optional<Network> network() {
        return network;
    }

    Optional<Disks> disks() {
        return disks;
    }

    Optional<Clocks> clocks() {
        return clocks;
    }

    List<Node> nodes() {
        return spec().hosts().stream()
                .map(h -> new Node(h.name(), h.place().address(), h.postgresPort()))
                .toList();
    }

    Connections connections() {
        return new Connections(nodes(), network.map(n -> n.address(Network.OBSERVER)));
    }

    List<String> coordinatorUrls() {
        return spec().coordinatorUrls();
    }

    /** The one of that kind there, if it runs. */
    Optional<Long> pid(String host, Kind kind) {
        return sandbox.processes().stream()
                .filter(p -> p.host().equals(host) && p.kind() == kind)
                .map(RunningProcess::pid)
                .findFirst();
    }

    /** Returns when it answers, or says why it does not. A unit that runs is left as it is. */
    Optional<String> start(String name) {
        return start(name, Map.of());
    }

    Optional<String> start(String name, Map<String, String> environment) {
        Unit unit = spec().unit(name).orElseThrow(() -> new IllegalArgumentException("no unit " + name));
        Command.Result result = Command.run(
                START_BOUND,
                environment,
                directory,
                List.of(sandbox.layout().startScript(unit).toString()));
        return result.exitCode() == 0
                ? Optional.empty()
                : Optional.of(result.err().strip());
    }

    List<String> unitNames() {
        return spec().units().stream().map(Unit::name).toList();
    }

    /** Copies every log there is to where the report lies. */
    void keepLogs(Path into) throws IOException {
        Path root = sandbox.layout().root();
        try (var files = Files.walk(root, 6)) {
            for (Path log : files.filter(Files::isRegularFile)
                    .filter(f -> f.toString().endsWith(".log"))
                    .filter(f ->
                            !f.toString().contains("/kafka") || f.toString().endsWith("kafka.log"))
                    .toList()) {
                Path copy = into.resolve(root.relativize(log).toString().replace('/', '-'));
                Files.createDirectories(into);
                Files.copy(log, copy, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (UncheckedIOException e) {
            throw new IOException(e);
        }
    }

    private synchronized void takeDown() {
        if (down) {
            return;
        }
        down = true;
        commands.run("sandbox", "down");
        network.ifPresent(Network::close);
        disks.ifPresent(Disks::close);
        commands.down();
        LeftOvers.delete(directory);
    }

    @Override
    public void close() {
        takeDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is ending: the hook runs, and finds that nothing is left to do.
        }
    }

    /** Of runs that were killed with SIGKILL, told by their pid. */
    private static final class LeftOvers {
        private LeftOvers() {}

        static void remove() throws IOException {
            try (var entries = Files.newDirectoryStream(Path.of(System.getProperty("java.io.tmpdir")), PREFIX + "*")) {
                for (Path left : entries) {
                    String pid = left.getFileName().toString().substring(PREFIX.length());
                    if (pid.matches("\\d+")
                            && ProcessHandle.of(Long.parseLong(pid)).isEmpty()) {
                        System.err.println("removing what a killed run left in " + left);
                        remove(left);
                    }
                }
            }
        }

        private static void remove(Path left) throws IOException {
            SandboxUnderTest commands = SandboxUnderTest.unmanaged(left.resolve("sandbox"));
            commands.run("sandbox", "down");
            Path hosts = left.resolve("sandbox").resolve("hosts");
            if (Files.isDirectory(hosts)) {
                try (var mounts = Files.newDirectoryStream(hosts)) {
                    mounts.forEach(Disks::unmount);
                }
            }
            commands.down();
            delete(left);
        }

        static void delete(Path tree) {
            try (var files = Files.walk(tree)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            } catch (IOException | UncheckedIOException e) {
                System.err.println("left behind: " + tree + " (" + e.getMessage() + ")");
            }
        }
    }
}
