package io.pgprimacy.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** Who belongs to a cluster, and what happens to data that comes from elsewhere. */
class MembershipTest {
    private static final Duration EVENT_BOUND = Duration.ofSeconds(60);

    @RegisterExtension
    static final SharedSandbox SHARED = new SharedSandbox(SandboxUnderTest.Options.ASYNCHRONOUS);

    private final SandboxUnderTest sandbox = SHARED.get();

    @Test
    void aNodeWithAnotherClustersDataIsRefusedAndItsDataLeftAlone() throws IOException {
        String name = sandbox.look().standbys().getLast();
        Host host = Host.of(sandbox, name);
        Path data = Path.of(host.postmaster().dataDir());
        sandbox.change("remove", name);
        host.losePower();
        empty(data);
        initdb(data);
        long offset = sandbox.lastOffset();
        sandbox.startHost(name);
        // Joined first: admission is judged by what the node announces.
        sandbox.awaitEvent("NodeJoined", offset, EVENT_BOUND, e -> true);

        Command.Result admission = sandbox.run("admit", name, "--reason", "system test", "--yes");

        assertThat(admission.exitCode()).isNotZero();
        JsonNode refused = sandbox.awaitEvent("RequestRefused", offset, EVENT_BOUND, e -> true);
        assertThat(refused.path("event").path("reason").asString()).contains("system identifier");
        assertThat(data.resolve("PG_VERSION")).exists();
        assertThat(sandbox.ps())
                .noneMatch(p -> p.host().equals(name) && p.kind().equals("postgres"));

        // With an empty directory it is welcome, and filled.
        Host.of(sandbox, name).losePower();
        empty(data);
        offset = sandbox.lastOffset();
        sandbox.startHost(name);
        sandbox.awaitEvent("NodeJoined", offset, EVENT_BOUND, e -> true);
        sandbox.change("admit", name);
        sandbox.waitHealthy();
        assertThat(sandbox.list().member(name).role()).isEqualTo("standby");
    }

    @Test
    void aRunningPostgresIsAdoptedAndGoesOn() throws IOException {
        Path home = Files.createTempDirectory("pgprimacy-adopted-");
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path data = home.resolve("data");
        int port = freePort();
        initdb(data);
        PostgresPrograms.run(
                "pg_ctl",
                "-w",
                "-D",
                data.toString(),
                "-l",
                home.resolve("postgres.log").toString(),
                "-o",
                "-p " + port + " -c listen_addresses=127.0.0.1 -c unix_socket_directories=" + home,
                "start");
        Process agent = null;
        try {
            Database.execute(port, "CREATE TABLE heirloom AS SELECT 42 AS answer");
            long postmaster = postmasterOf(data);
            agent = startAgent(home, data, port);

            sandbox.run(
                            "create",
                            "--cluster",
                            "adopted",
                            "--first",
                            "old1",
                            "--adopt",
                            "--profile",
                            "fast",
                            "--reason",
                            "system test",
                            "--yes")
                    .expectSuccess();
            sandbox.run("wait", "healthy", "--cluster", "adopted", "--timeout", "60s")
                    .expectSuccess();

            assertThat(Database.ask(port, "SELECT answer FROM heirloom")).isEqualTo("42");
            assertThat(Database.ask(port, "SELECT pg_is_in_recovery()")).isEqualTo("f");
            assertThat(postmasterOf(data)).isEqualTo(postmaster);
        } finally {
            if (agent != null) {
                Processes.signal("KILL", List.of(agent.pid()));
            }
            // The guard, PostgreSQL and its children: all name this directory, or work in it.
            Processes.signal("KILL", Processes.mentioning(home.toString()));
            if (Files.exists(data.resolve("postmaster.pid"))) {
                long left = postmasterOf(data);
                Processes.signal("INT", List.of(left));
                Eventually.until("the adopted PostgreSQL has ended", EVENT_BOUND, () -> !Processes.isAlive(left));
            }
            Eventually.until(
                    "nothing of it is left",
                    EVENT_BOUND,
                    () -> Processes.mentioning(home.toString()).isEmpty());
            deleteTree(home);
        }
    }

    /** With the programs and the settings of the sandbox's first host, but for another cluster. */
    private Process startAgent(Path home, Path data, int port) throws IOException {
        Path like = sandbox.directory().resolve("hosts/pg1/agent.properties");
        Properties settings = new Properties();
        try (var reader = Files.newBufferedReader(like)) {
            settings.load(reader);
        }
        settings.putAll(Map.of(
                "cluster", "adopted",
                "node", "old1",
                "postgres.data", data.toString(),
                "postgres.port", Integer.toString(port),
                "api.port", Integer.toString(freePort()),
                "state.dir", home.resolve("state").toString(),
                "runtime.dir", home.resolve("run").toString()));
        Path config = home.resolve("agent.properties");
        StringBuilder text = new StringBuilder();
        settings.forEach(
                (key, value) -> text.append(key).append('=').append(value).append('\n'));
        Files.writeString(config, text);
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        sandbox.directory().resolve("jars/agent") + "/*",
                        "io.pgprimacy.agent.AgentMain",
                        config.toString())
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("agent.log").toFile())
                .start();
    }

    private static long postmasterOf(Path data) throws IOException {
        return Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).getFirst());
    }

    private static void initdb(Path data) {
        PostgresPrograms.run("initdb", "-D", data.toString(), "-U", "postgres", "-A", "trust", "-k");
    }

    private static int freePort() throws IOException {
        try (var socket = new java.net.ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void deleteTree(Path tree) throws IOException {
        empty(tree);
        Files.delete(tree);
    }

    /** The directory itself stays: whoever runs PostgreSQL may not be allowed to make another. */
    private static void empty(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!file.equals(directory)) {
                    Files.delete(file);
                }
            }
        }
    }
}
