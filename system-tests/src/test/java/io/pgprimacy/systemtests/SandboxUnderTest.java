package io.pgprimacy.systemtests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A sandbox in a temporary directory of its own, driven through {@code ./pgprimacy} as a script would. Always taken down, also
 * when the JVM is interrupted.
 */
public final class SandboxUnderTest implements AutoCloseable {
    public static final Path HOME =
            Path.of(System.getProperty("pgprimacy.home", ".")).toAbsolutePath().normalize();
    public static final JsonMapper JSON = JsonMapper.shared();

    private static final Duration UP_BOUND = Duration.ofMinutes(5);
    private static final Duration COMMAND_BOUND = Duration.ofMinutes(3);
    private static final Duration HEALTHY_BOUND = Duration.ofSeconds(90);
    private static final Set<SandboxUnderTest> OPEN = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> OPEN.forEach(SandboxUnderTest::down), "teardown"));
    }

    /** What {@code sandbox up} is asked for. */
    public record Options(
            int nodes,
            int brokers,
            int coordinators,
            String profile,
            boolean sync,
            boolean storage,
            Map<String, String> environment) {
        public static final Options ASYNCHRONOUS = new Options(3, 1, 1, "fast", false, false, Map.of());
        public static final Options SYNCHRONOUS = new Options(3, 1, 1, "fast", true, false, Map.of());

        public Options withNodes(int number) {
            return new Options(number, brokers, coordinators, profile, sync, storage, environment);
        }

        public Options withBrokers(int number) {
            return new Options(nodes, number, coordinators, profile, sync, storage, environment);
        }

        public Options withCoordinators(int number) {
            return new Options(nodes, brokers, number, profile, sync, storage, environment);
        }

        public Options withProfile(String name) {
            return new Options(nodes, brokers, coordinators, name, sync, storage, environment);
        }

        /** With an object store and the storage service; what needs none does not pay for them. */
        public Options withStorage() {
            return new Options(nodes, brokers, coordinators, profile, sync, true, environment);
        }

        /** Where it looks for PostgreSQL's programs. */
        public Options withPostgresBin(Path bin) {
            return new Options(
                    nodes, brokers, coordinators, profile, sync, storage, Map.of("PGPRIMACY_PG_BIN", bin.toString()));
        }

        /** What its processes find in their environment, beside all else. */
        public Options withEnvironment(Map<String, String> more) {
            Map<String, String> all = new TreeMap<>(environment);
            all.putAll(more);
            return new Options(nodes, brokers, coordinators, profile, sync, storage, all);
        }

        List<String> arguments() {
            List<String> arguments =
                    new ArrayList<>(List.of("--nodes", "" + nodes, "--coordinators", "" + coordinators));
            arguments.addAll(List.of("--brokers", "" + brokers, "--profile", profile));
            if (sync) {
                arguments.add("--sync");
            }
            if (!storage) {
                arguments.add("--no-storage");
            }
            return arguments;
        }
    }

    private final Path directory;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(1))
            .build();
    private List<String> coordinators = List.of();
    private List<Integer> ports = List.of();

    private final Map<String, String> environment = new TreeMap<>();

    private SandboxUnderTest(Path directory) {
        this.directory = directory;
        environment.put("PGPRIMACY_SANDBOX_DIR", directory.toString());
        // What the developer's shell has set must not lead a test to another cluster.
        environment.put("PGPRIMACY_URL", "");
        environment.put("PGPRIMACY_TOKEN", "");
    }

    public static SandboxUnderTest up(Options options) {
        SandboxUnderTest sandbox = empty();
        OPEN.add(sandbox);
        sandbox.environment.putAll(options.environment());
        List<String> arguments = new ArrayList<>(List.of("sandbox", "up", "--dir", sandbox.directory.toString()));
        arguments.addAll(options.arguments());
        try {
            sandbox.run(UP_BOUND, arguments).expectSuccess();
            sandbox.learn();
        } catch (RuntimeException | AssertionError e) {
            sandbox.printLogs();
            sandbox.close();
            throw e;
        }
        return sandbox;
    }

    /** A directory without a sandbox, for what has to be said then. */
    public static SandboxUnderTest empty() {
        try {
            return new SandboxUnderTest(Files.createTempDirectory("pgprimacy-test-"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For a sandbox that the caller has chosen and takes down itself; nothing runs yet. */
    public static SandboxUnderTest unmanaged(Path directory) {
        return new SandboxUnderTest(directory);
    }

    /** Starts what has been chosen, and returns when the cluster is healthy. */
    public void startAll() {
        run(UP_BOUND, List.of("sandbox", "up", "--dir", directory.toString())).expectSuccess();
        learn();
    }

    private void learn() {
        coordinators = ps().stream()
                .filter(p -> p.kind().equals("coordinator"))
                .map(HostProcess::url)
                .toList();
        ports = list().members().stream().map(ClusterNow.Member::port).toList();
    }

    public Path directory() {
        return directory;
    }

    /** Of PostgreSQL on every host. */
    public List<Integer> ports() {
        return ports;
    }

    public String coordinatorUrl() {
        return coordinators.getFirst();
    }

    public Command.Result run(String... arguments) {
        return run(COMMAND_BOUND, List.of(arguments));
    }

    public Command.Result run(Duration bound, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(HOME.resolve("pgprimacy").toString()));
        command.addAll(arguments);
        return Command.run(bound, environment, HOME, command);
    }

    /** The document on stdout of a command that takes {@code --json}. */
    public JsonNode json(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--json");
        return JSON.readTree(run(COMMAND_BOUND, all).expectSuccess().out());
    }

    public List<HostProcess> ps() {
        return StreamSupport.stream(json("sandbox", "ps").spliterator(), false)
                .map(HostProcess::of)
                .toList();
    }

    /** The only process of that kind there. */
    public HostProcess process(String host, String kind) {
        return ps().stream()
                .filter(p -> p.host().equals(host) && p.kind().equals(kind))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind + " runs on " + host));
    }

    public ClusterNow list() {
        return ClusterNow.of(json("list"));
    }

    /** Of another cluster than the sandbox's first. */
    public ClusterNow list(String cluster) {
        return ClusterNow.of(json("list", "--cluster", cluster));
    }

    /** As {@link #list}, but asked over HTTP: a wait would otherwise start a JVM for each look. */
    public ClusterNow look() {
        return ClusterNow.of(get(""));
    }

    /** From any coordinator that answers. */
    public JsonNode get(String path) {
        RuntimeException last = new IllegalStateException("no coordinator is known");
        for (String url : coordinators) {
            try {
                return exchange(HttpRequest.newBuilder(address(url, path)).GET());
            } catch (IllegalStateException e) {
                last = e;
            }
        }
        throw last;
    }

    /** What is streamed until it ends by itself, from the first coordinator. */
    public String text(String path) {
        try {
            HttpRequest request = HttpRequest.newBuilder(address(coordinatorUrl(), path))
                    .timeout(HEALTHY_BOUND)
                    .build();
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** From that coordinator. */
    public JsonNode get(String coordinator, String path) {
        return exchange(HttpRequest.newBuilder(address(coordinator, path)).GET());
    }

    /** To the first coordinator that can be reached; what one of them has received is not sent to another. */
    public JsonNode post(String path, String body) {
        IllegalStateException last = new IllegalStateException("no coordinator is known");
        for (String url : coordinators) {
            try {
                return exchange(HttpRequest.newBuilder(address(url, path))
                        .header("Content-Type", "application/json")
                        .header("Authorization", "Bearer " + operatorToken())
                        .POST(HttpRequest.BodyPublishers.ofString(body)));
            } catch (IllegalStateException e) {
                if (!(e.getCause() instanceof ConnectException)) {
                    throw e;
                }
                last = e;
            }
        }
        throw last;
    }

    /** Of the sandbox's one operator, whose name is operator. */
    public String operatorToken() {
        try {
            return Files.readString(directory.resolve("operator")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static URI address(String url, String path) {
        return URI.create(url + "/api/v1/clusters/main" + path);
    }

    private JsonNode exchange(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response =
                    http.send(request.timeout(Duration.ofSeconds(5)).build(), HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() / 100 != 2) {
                throw new IllegalStateException("HTTP " + response.statusCode() + ": " + response.body());
            }
            return JSON.readTree(response.body());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public void waitHealthy() {
        run("wait", "healthy", "--timeout", HEALTHY_BOUND.toSeconds() + "s").expectSuccess();
    }

    /** A change that must be made; the command ends when it has been. */
    public void change(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--reason", "system test", "--yes"));
        run(COMMAND_BOUND, all).expectSuccess();
    }

    public void startHost(String host) {
        run("sandbox", "start", host).expectSuccess();
    }

    /** The audit trail, oldest first. */
    public List<JsonNode> events() {
        return eventsAfter(-1);
    }

    public List<JsonNode> eventsAfter(long offset) {
        return eventsOf(get(eventsPath(offset)));
    }

    public List<JsonNode> eventsAfter(String coordinator, long offset) {
        return eventsOf(get(coordinator, eventsPath(offset)));
    }

    private static String eventsPath(long after) {
        return "/events?limit=1000" + (after < 0 ? "" : "&after=" + after);
    }

    private static List<JsonNode> eventsOf(JsonNode page) {
        List<JsonNode> events = new ArrayList<>();
        JsonNode list = page.isArray() ? page : page.path("events");
        list.forEach(events::add);
        return events;
    }

    /** Where the log ends now, for {@link #awaitEvent}. */
    public long lastOffset() {
        return events().getLast().path("offset").asLong(-1);
    }

    public JsonNode awaitEvent(String name, long after, Duration bound, Predicate<JsonNode> wanted) {
        return Eventually.found(
                "event " + name,
                bound,
                () -> eventsAfter(after).stream()
                        .filter(e -> nameOf(e).equals(name))
                        .filter(wanted)
                        .findFirst());
    }

    /** {@code PrimaryChosen}, {@code StandbyPledged} and so on. */
    public static String nameOf(JsonNode event) {
        return event.path("name").asString("");
    }

    public void down() {
        run("sandbox", "down", "--purge");
    }

    /** The logs are told before the directory goes, when {@code work} fails. */
    public void telling(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | AssertionError e) {
            System.err.println(run("status").out());
            System.err.println(run("events", "--limit", "40").out());
            printLogs();
            throw e;
        }
    }

    /** To be called by a test that failed, before anything is taken down. */
    public void printLogs() {
        System.err.println("--- " + directory);
        try (Stream<Path> files = Files.walk(directory, 6)) {
            files.filter(Files::isRegularFile)
                    .filter(f -> f.toString().endsWith(".log"))
                    .filter(f -> !f.toString().matches(".*/kafka\\d?/data/.*"))
                    .forEach(SandboxUnderTest::printTail);
        } catch (IOException | UncheckedIOException e) {
            System.err.println("no logs: " + e);
        }
    }

    private static void printTail(Path log) {
        try {
            List<String> lines =
                    Files.readString(log, StandardCharsets.ISO_8859_1).lines().toList();
            System.err.println("--- end of " + log);
            lines.subList(Math.max(0, lines.size() - 25), lines.size()).forEach(System.err::println);
        } catch (IOException e) {
            System.err.println("cannot read " + log + ": " + e);
        }
    }

    @Override
    public void close() {
        if (OPEN.remove(this)) {
            run("sandbox", "down", "--purge").expectSuccess();
        }
        try {
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("left behind: " + directory, e);
        }
    }
}
