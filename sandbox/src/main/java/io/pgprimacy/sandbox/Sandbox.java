package io.pgprimacy.sandbox;

import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One sandbox on this machine: its directory, and the processes that run from it. */
public final class Sandbox {
    static final String CLUSTER = "main";

    private final Layout layout;
    private final Spec spec;

    private Sandbox(Layout layout, Spec spec) {
        this.layout = layout;
        this.spec = spec;
    }

    /** Empty when there is none in that directory. */
    public static Optional<Sandbox> open(Layout layout) {
        if (!layout.exists()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Sandbox(layout, SpecFile.read(layout.specFile())));
        } catch (IOException e) {
            throw unusable(layout, e);
        }
    }

    /** Of its one operator; empty where this process may not read it. */
    public Optional<String> operatorToken() {
        try {
            return Optional.of(Files.readString(layout.operator()).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Chooses ports and writes {@code sandbox.json}; starts nothing. All of it lives on the loopback address. */
    public static Sandbox create(Layout layout, Choice choice, Programs programs, boolean root) {
        return create(layout, choice, programs, root, unit -> Place.LOOPBACK);
    }

    /** @param places where the unit of that name lives: {@code kafka} or {@code kafka1}, {@code coordinator-1}, {@code pg1}, ... */
    public static Sandbox create(
            Layout layout, Choice choice, Programs programs, boolean root, Function<String, Place> places) {
        PostgresUser user = PostgresUser.choose(root);
        try {
            refuseForeign(layout.root());
            user.createPassable(layout.root());
            Spec spec = choose(layout, choice, programs, user, places);
            SpecFile.write(layout.specFile(), spec);
            return new Sandbox(layout, spec);
        } catch (IOException e) {
            throw unusable(layout, e);
        }
    }

    /** A mistyped {@code --dir} must not mix a sandbox into somebody's files, which {@code --purge} would then delete. */
    private static void refuseForeign(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        if (!Files.isDirectory(root)) {
            throw new SandboxFailure(root + " is not a directory", "choose another --dir");
        }
        try (var entries = Files.list(root)) {
            if (entries.findAny().isPresent()) {
                throw new SandboxFailure(
                        root + " holds files that are not a sandbox's", "choose another --dir, or empty this one");
            }
        }
    }

    private static Spec choose(
            Layout layout, Choice choice, Programs programs, PostgresUser user, Function<String, Place> places) {
        List<Integer> ports = new ArrayList<>(Ports.free(
                2 * choice.brokers() + choice.coordinators() + 2 * choice.nodes() + (choice.storage() ? 2 : 0)));
        List<Spec.Broker> brokers = IntStream.rangeClosed(1, choice.brokers())
                .mapToObj(i -> {
                    String name = choice.brokers() == 1 ? "kafka" : "kafka" + i;
                    return new Spec.Broker(i, name, places.apply(name), ports.removeFirst(), ports.removeFirst());
                })
                .toList();
        List<Spec.Coordinator> coordinators = IntStream.rangeClosed(1, choice.coordinators())
                .mapToObj(i -> "coordinator-" + i)
                .map(name -> new Spec.Coordinator(name, places.apply(name), ports.removeFirst()))
                .toList();
        List<Spec.Host> hosts = IntStream.rangeClosed(1, choice.nodes())
                .mapToObj(i -> "pg" + i)
                .map(name -> new Spec.Host(CLUSTER, name, places.apply(name), ports.removeFirst(), ports.removeFirst()))
                .toList();
        return new Spec(
                CLUSTER,
                choice.profile(),
                choice.sync(),
                choice.automaticFailovers(),
                user.name(),
                programs.postgresBin(),
                runtimeDir(layout),
                new Spec.Kafka(KafkaIds.random(), brokers),
                coordinators,
                hosts,
                choice.storage()
                        ? Optional.of(Spec.Storage.at(
                                places.apply("s3"), ports.removeFirst(), places.apply("storage"), ports.removeFirst()))
                        : Optional.empty());
    }

    private static Path runtimeDir(Layout layout) {
        Path shared = Path.of("/dev/shm");
        if (!Files.isWritable(shared)) {
            return layout.root().resolve("run");
        }
        UUID unique = UUID.nameUUIDFromBytes(layout.root().toString().getBytes(StandardCharsets.UTF_8));
        return shared.resolve("pgprimacy-sandbox-" + unique.toString().substring(0, 13));
    }

    /**
     * The same sandbox with hosts for one more cluster, named after it: {@code copy1}, {@code copy2}. Nothing is started; who holds the tokens of clusters,
     * the storage service and the coordinators, must be prepared and started again.
     */
    public Sandbox withCluster(ClusterId cluster, int nodes) {
        String name = cluster.value();
        if (nodes < 1 || nodes > Choice.MOST_NODES) {
            throw new SandboxFailure(
                    "a cluster of the sandbox has 1 to " + Choice.MOST_NODES + " nodes, not " + nodes, "try --nodes 3");
        }
        List<Integer> ports = new ArrayList<>(Ports.free(2 * nodes));
        List<Spec.Host> hosts = IntStream.rangeClosed(1, nodes)
                .mapToObj(i -> new NodeId(name + i))
                .map(node ->
                        new Spec.Host(name, node.value(), Place.LOOPBACK, ports.removeFirst(), ports.removeFirst()))
                .toList();
        Set<String> taken = new TreeSet<>(spec.clusters());
        spec.units().forEach(unit -> taken.add(unit.name()));
        if (taken.contains(name) || hosts.stream().anyMatch(h -> taken.contains(h.name()))) {
            throw new SandboxFailure(
                    "the sandbox has a cluster or a host " + name + " already",
                    "choose another name; there are " + taken);
        }
        try {
            Spec more = spec.with(hosts);
            SpecFile.write(layout.specFile(), more);
            return new Sandbox(layout, more);
        } catch (IOException e) {
            throw unusable(layout, e);
        }
    }

    public Layout layout() {
        return layout;
    }

    public Spec spec() {
        return spec;
    }

    public List<RunningProcess> processes() {
        return RunningProcess.of(this);
    }

    public boolean isRunning(Unit unit) {
        return ProcessId.running(layout.pidFile(unit)).isPresent();
    }

    /** Makes everything ready that does not run: jars, configuration, start scripts, a formatted log directory. */
    public void prepare(Programs programs) {
        PostgresUser user = new PostgresUser(spec.osUser());
        Launch launch = new Launch(layout, spec, programs);
        try {
            user.createPassable(layout.root());
            for (Unit unit : spec.units()) {
                user.createPassable(layout.unitDir(unit));
            }
            Files.createDirectories(spec.runtimeDir());
            copyJars(programs);
            for (Unit unit : spec.units()) {
                if (!isRunning(unit)) {
                    launch.write(unit);
                }
            }
            formatOnce(launch);
        } catch (IOException e) {
            throw unusable(layout, e);
        }
    }

    private void copyJars(Programs programs) {
        TreeSet<Kind> wanted = new TreeSet<>(List.of(Kind.KAFKA, Kind.COORDINATOR, Kind.AGENT));
        if (spec.storage().isPresent()) {
            wanted.addAll(List.of(Kind.S3, Kind.STORAGE, Kind.WORKER));
        }
        for (Kind kind : wanted) {
            // Workers run from the agents' hands.
            Kind runner = kind == Kind.WORKER ? Kind.AGENT : kind;
            if (spec.units().stream().noneMatch(unit -> unit.kind() == runner && isRunning(unit))) {
                programs.copyJars(kind, layout.jars(kind));
            }
        }
    }

    /** All at the same time, for each is a JVM. Kafka writes meta.properties last, so a format that was cut short is done again. */
    private void formatOnce(Launch launch) throws IOException {
        Map<Path, Process> formats = new LinkedHashMap<>();
        for (Spec.Broker broker : spec.kafka().brokers()) {
            if (!Files.exists(launch.brokerData(broker).resolve("meta.properties"))) {
                Path log = layout.unitDir(broker.unit()).resolve("format.log");
                formats.put(
                        log,
                        new ProcessBuilder(launch.formatBroker(broker))
                                .redirectErrorStream(true)
                                .redirectOutput(log.toFile())
                                .start());
            }
        }
        try {
            for (Map.Entry<Path, Process> each : formats.entrySet()) {
                if (each.getValue().waitFor() != 0) {
                    throw new SandboxFailure(
                            "Kafka's log directory could not be formatted", "see the end of " + each.getKey());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxFailure("interrupted", "start again", e);
        } finally {
            formats.values().forEach(Process::destroyForcibly);
        }
    }

    /** Removes every file of this sandbox; nothing of it may be running. */
    public void purge() {
        try {
            deleteTree(spec.runtimeDir());
            deleteTree(layout.root());
        } catch (IOException e) {
            throw new SandboxFailure(
                    "cannot delete " + layout.root() + ": " + e.getMessage(),
                    "remove it by hand: rm -r " + layout.root(),
                    e);
        }
    }

    static void deleteTree(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.deleteIfExists(dir);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static SandboxFailure unusable(Layout layout, IOException cause) {
        return new SandboxFailure(
                "cannot use " + layout.root() + ": " + cause,
                "check its owner and the free space, or choose another --dir",
                cause);
    }
}
