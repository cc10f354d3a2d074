package io.pgprimacy.sandbox;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One sandbox on this machine: its directory, and the processes that run from it. */
public final class Sandbox {
    private static final String CLUSTER = "main";

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

    /** Chooses ports and writes {@code sandbox.json}; starts nothing. */
    public static Sandbox create(Layout layout, Choice choice, Programs programs, boolean root) {
        PostgresUser user = PostgresUser.choose(root);
        try {
            refuseForeign(layout.root());
            user.createPassable(layout.root());
            Spec spec = choose(layout, choice, programs, user);
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

    private static Spec choose(Layout layout, Choice choice, Programs programs, PostgresUser user) {
        List<Integer> ports = new ArrayList<>(Ports.free(2 + choice.coordinators() + 2 * choice.nodes()));
        Spec.Broker broker = new Spec.Broker(ports.removeFirst(), ports.removeFirst());
        List<Spec.Coordinator> coordinators = IntStream.rangeClosed(1, choice.coordinators())
                .mapToObj(i -> new Spec.Coordinator("coordinator-" + i, ports.removeFirst()))
                .toList();
        List<Spec.Host> hosts = IntStream.rangeClosed(1, choice.nodes())
                .mapToObj(i -> new Spec.Host("pg" + i, ports.removeFirst(), ports.removeFirst()))
                .toList();
        return new Spec(
                CLUSTER,
                choice.profile(),
                choice.sync(),
                choice.automaticFailovers(),
                user.name(),
                programs.postgresBin(),
                runtimeDir(layout),
                broker,
                coordinators,
                hosts);
    }

    private static Path runtimeDir(Layout layout) {
        Path shared = Path.of("/dev/shm");
        if (!Files.isWritable(shared)) {
            return layout.root().resolve("run");
        }
        UUID unique = UUID.nameUUIDFromBytes(layout.root().toString().getBytes(StandardCharsets.UTF_8));
        return shared.resolve("pgprimacy-sandbox-" + unique.toString().substring(0, 13));
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
        Launch launch = new Launch(layout, spec, programs.java());
        try {
            user.createPassable(layout.root());
            for (Unit unit : spec.units()) {
                user.createPassable(layout.unitDir(unit));
            }
            Files.createDirectories(spec.runtimeDir());
            for (Kind kind : List.of(Kind.KAFKA, Kind.COORDINATOR, Kind.AGENT)) {
                if (spec.units().stream().noneMatch(unit -> unit.kind() == kind && isRunning(unit))) {
                    programs.copyJars(kind, layout.jars(kind));
                }
            }
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

    /** Kafka writes meta.properties last, so a format that was cut short is done again. */
    private void formatOnce(Launch launch) throws IOException {
        if (Files.exists(launch.brokerData().resolve("meta.properties"))) {
            return;
        }
        Path log = layout.unitDir(spec.brokerUnit()).resolve("format.log");
        Process format = new ProcessBuilder(launch.formatBroker(randomId()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (format.waitFor() != 0) {
                throw new SandboxFailure("Kafka's log directory could not be formatted", "see the end of " + log);
            }
        } catch (InterruptedException e) {
            format.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new SandboxFailure("interrupted", "start again", e);
        }
    }

    /** As Kafka makes its ids: 16 random bytes in URL-safe base64; one that begins with '-' would look like an option. */
    private static String randomId() {
        while (true) {
            UUID random = UUID.randomUUID();
            ByteBuffer bytes = ByteBuffer.allocate(16)
                    .putLong(random.getMostSignificantBits())
                    .putLong(random.getLeastSignificantBits());
            String id = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
            if (!id.startsWith("-")) {
                return id;
            }
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
