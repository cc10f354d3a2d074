package io.pgprimacy.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Somebody deletes the cluster's topic and makes it anew, empty, under a running cluster. Nothing moves or stops; then the log is begun
 * anew over the data, step by step as {@code docs/how-to/lost-log.md} says.
 */
class LostLogTest {
    private static final Duration BOUND = Duration.ofSeconds(60);

    /** The lease is 3 s. */
    private static final Duration SEVERAL_LEASES = Duration.ofSeconds(10);

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void aLogThatIsMadeAnewIsRecognisedAndNothingMovesOrStopsUntilAPersonBeginsAnew() {
        try (SandboxUnderTest sandbox = SandboxUnderTest.up(SandboxUnderTest.Options.ASYNCHRONOUS)) {
            sandbox.telling(() -> {
                ClusterNow before = sandbox.look();
                try (Workload workload = Workload.start(sandbox.ports(), before.primaryPort())) {
                    theLogIsMadeAnew(sandbox, before, workload);
                    aPersonBeginsAnew(sandbox, before);
                    assertThat(workload.lost(sandbox.look().primaryPort())).isZero();
                }
            });
        }
    }

    private void theLogIsMadeAnew(SandboxUnderTest sandbox, ClusterNow before, Workload workload) {
        long decisions = before.document().path("sequence").asLong();
        long postmaster = sandbox.process(before.primary(), "postgres").pid();
        makeAnew(sandbox.process("kafka", "kafka").url());

        before.members().forEach(m -> awaitDoing(sandbox, m.name(), "is not the same any more"));
        awaitProblem(sandbox, "its log is not read any further");
        Eventually.pass(SEVERAL_LEASES);

        // Whoever begins anew has only the new topic, and what the others have told it.
        restart(sandbox, "coordinator-1", "coordinator");
        awaitProblem(sandbox, "has read decision " + decisions);
        Eventually.pass(SEVERAL_LEASES);

        workload.awaitAcknowledgements(100);
        workload.stop();
        assertThat(workload.outage().length()).isLessThan(Duration.ofSeconds(2));
        assertThat(workload.lost(before.primaryPort())).isZero();
        assertThat(sandbox.process(before.primary(), "postgres").pid()).isEqualTo(postmaster);

        // Last, for a member that gives no promise while it restarts may stop the primary.
        String standby = before.standbys().getFirst();
        restart(sandbox, standby, "agent");
        awaitDoing(sandbox, standby, "it is not the log that this node knows");
        assertThat(sandbox.get("").path("verdict").path("rule").asString()).isEqualTo("N9");
        assertThat(sandbox.get("").path("sequence").asLong()).isZero();
    }

    private void aPersonBeginsAnew(SandboxUnderTest sandbox, ClusterNow before) {
        Path hosts = sandbox.directory().resolve("hosts");
        Path memory = Path.of("state", "memory");
        List<String> names =
                before.members().stream().map(ClusterNow.Member::name).toList();
        String primary = before.primary();
        assertThat(read(hosts.resolve(primary).resolve(memory))).contains("primaryOf");

        stop(sandbox, "agent");
        stop(sandbox, "postgres");
        stop(sandbox, "guard");
        for (String name : names) {
            assertThat(read(hosts.resolve(name).resolve(memory))).doesNotContain("unusable");
            delete(hosts.resolve(name).resolve(memory));
            delete(runtimeDir(hosts.resolve(name)).resolve("deadline"));
        }
        stop(sandbox, "coordinator");
        makeAnew(sandbox.process("kafka", "kafka").url());
        sandbox.startHost("coordinator-1");

        Path data = hosts.resolve(primary).resolve("data");
        Path log = data.resolve("by-hand.log");
        PostgresPrograms.run("pg_ctl", "-w", "-D", data.toString(), "-l", log.toString(), "start");
        sandbox.startHost(primary);
        adopt(sandbox, primary);
        names.stream().filter(name -> !name.equals(primary)).forEach(sandbox::startHost);
        sandbox.waitHealthy();

        ClusterNow after = sandbox.look();
        assertThat(after.primary()).isEqualTo(primary);
        assertThat(after.term()).isEqualTo(1);
        assertThat(after.members()).hasSameSizeAs(before.members());
        sandbox.change("switchover");
        sandbox.waitHealthy();
        assertThat(sandbox.look().primary()).isNotEqualTo(primary);
    }

    /** The agent takes a moment to say that a primary runs there, and until then it is refused. */
    private static void adopt(SandboxUnderTest sandbox, String primary) {
        List<String> command = new ArrayList<>(List.of("create", "--cluster", "main", "--first", primary, "--adopt"));
        command.addAll(List.of("--profile", "fast", "--reason", "the log was lost", "--yes"));
        Eventually.until(
                primary + " is adopted",
                BOUND,
                () -> sandbox.run(BOUND, command).exitCode() == 0);
    }

    /** Of PostgreSQL it is the fast shutdown. */
    private static void stop(SandboxUnderTest sandbox, String kind) {
        List<Long> pids = sandbox.ps().stream()
                .filter(process -> process.kind().equals(kind))
                .map(HostProcess::pid)
                .toList();
        Processes.signal(kind.equals("postgres") ? "INT" : "TERM", pids);
        Eventually.until("no " + kind + " runs", BOUND, () -> pids.stream().noneMatch(Processes::isAlive));
    }

    private static Path runtimeDir(Path host) {
        return read(host.resolve("agent.properties"))
                .lines()
                .filter(line -> line.startsWith("runtime.dir="))
                .map(line -> Path.of(line.substring("runtime.dir=".length())))
                .findFirst()
                .orElseThrow();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void makeAnew(String bootstrapServers) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.deleteTopics(List.of(Brokers.TOPIC)).all().get();
            NewTopic topic = new NewTopic(Brokers.TOPIC, Optional.of(1), Optional.of((short) 1))
                    .configs(Map.of("cleanup.policy", "compact"));
            // The broker forgets the old one a moment after it has said so.
            Eventually.until("the topic is made anew", BOUND, () -> {
                admin.createTopics(List.of(topic)).all().get();
                return true;
            });
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void restart(SandboxUnderTest sandbox, String unit, String kind) {
        long pid = sandbox.process(unit, kind).pid();
        Processes.signal("KILL", List.of(pid));
        Eventually.until(unit + " has ended", BOUND, () -> !Processes.isAlive(pid));
        sandbox.startHost(unit);
    }

    private static void awaitProblem(SandboxUnderTest sandbox, String words) {
        Eventually.until(
                "a problem that says: " + words,
                BOUND,
                () -> sandbox.get("").path("problems").toString().contains(words));
    }

    private void awaitDoing(SandboxUnderTest sandbox, String host, String words) {
        String agent = sandbox.process(host, "agent").url();
        Eventually.until(
                host + " says: " + words,
                BOUND,
                () -> patroni(agent).path("pgprimacy").path("doing").asString().contains(words));
    }

    private JsonNode patroni(String agent) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(agent + "/patroni"))
                .timeout(Duration.ofSeconds(2))
                .build();
        return SandboxUnderTest.JSON.readTree(
                http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }
}
