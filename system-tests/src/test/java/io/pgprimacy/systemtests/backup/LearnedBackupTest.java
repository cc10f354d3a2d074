package io.pgprimacy.systemtests.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.systemtests.Eventually;
import io.pgprimacy.systemtests.HostProcess;
import io.pgprimacy.systemtests.Processes;
import io.pgprimacy.systemtests.SandboxUnderTest;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a backup's JVM has learned is there for the next one, and no backup depends on it. */
class LearnedBackupTest {
    private static final Duration BOUND = Duration.ofMinutes(3);

    private static SandboxUnderTest sandbox;
    private static String node = "";

    @BeforeAll
    static void start() {
        sandbox = SandboxUnderTest.up(SandboxUnderTest.Options.ASYNCHRONOUS
                .withNodes(1)
                .withProfile("normal")
                .withStorage());
        sandbox.telling(() -> node = sandbox.look().primary());
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    @Test
    void theSecondBackupUsesItAndOneAfterAnUpgradeLearnsAnew() throws IOException {
        Files.writeString(properties(), "storage.backup.learn=true\n", StandardOpenOption.APPEND);
        restartAgent();
        sandbox.run("backup").expectSuccess();
        Eventually.until("the cache is made", BOUND, () -> learned().size() == 1);
        String first = learned().getFirst();

        // So slow that it can be looked at.
        Files.writeString(properties(), "storage.backup.rate.mb=4\n", StandardOpenOption.APPEND);
        restartAgent();
        long offset = sandbox.lastOffset();
        sandbox.json("backup", "--type", "full", "--no-wait");
        Eventually.until("a worker uses it", BOUND, () -> workers().anyMatch(pid -> hasMapped(pid, first)));
        sandbox.awaitEvent("BackupCompleted", offset, BOUND, e -> true);
        assertThat(learned()).containsExactly(first);

        upgradeAJar();
        sandbox.run("backup", "--type", "full").expectSuccess();
        Eventually.until(
                "another one has taken its place",
                BOUND,
                () -> learned().size() == 1 && !learned().contains(first));
        assertThat(sandbox.run("verify-repository").expectSuccess().out()).isNotEmpty();
    }

    private static Path host() {
        return sandbox.directory().resolve("hosts").resolve(node);
    }

    private static Path properties() {
        return host().resolve("agent.properties");
    }

    private static List<String> learned() {
        try (Stream<Path> files = Files.list(host().resolve("state/work/aot"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".aot"))
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static Stream<Long> workers() {
        return sandbox.ps().stream().filter(p -> p.kind().equals("worker")).map(HostProcess::pid);
    }

    private static boolean hasMapped(long pid, String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "maps"))
                    .contains("/aot/" + file);
        } catch (IOException e) {
            return false;
        }
    }

    /** By renaming, as package managers do. */
    private static void upgradeAJar() throws IOException {
        Properties settings = new Properties();
        settings.load(new StringReader(Files.readString(properties())));
        Path lib = Path.of(settings.getProperty("storage.worker.lib"));
        try (Stream<Path> jars = Files.list(lib)) {
            Path jar = jars.filter(file -> file.getFileName().toString().startsWith("postgresql-"))
                    .findFirst()
                    .orElseThrow();
            Path next = Files.copy(jar, lib.resolve("next"));
            Files.move(next, jar, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void restartAgent() {
        long agent = sandbox.process(node, "agent").pid();
        Processes.signal("TERM", List.of(agent));
        Eventually.until("the agent is gone", BOUND, () -> !Processes.isAlive(agent));
        sandbox.startHost(node);
        sandbox.waitHealthy();
    }
}
