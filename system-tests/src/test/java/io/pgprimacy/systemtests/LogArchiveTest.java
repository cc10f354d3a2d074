package io.pgprimacy.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The log in the object store: what an auditor gets of it while there is a topic, when the topic is gone, and when Kafka is. */
class LogArchiveTest {
    private static final Duration BOUND = Duration.ofSeconds(90);
    private static final String FROM_STORE = "/log?source=store";

    @TempDir
    Path directory;

    @Test
    void theStoreGivesWhatTheTopicGaveAlsoWhenThatIsGone() {
        try (SandboxUnderTest sandbox = SandboxUnderTest.up(SandboxUnderTest.Options.ASYNCHRONOUS.withStorage())) {
            sandbox.telling(() -> {
                sandbox.change("switchover");
                sandbox.waitHealthy();
                long sequence = sandbox.get("").path("sequence").asLong();
                Eventually.until(
                        "decision " + sequence + " is in the store",
                        BOUND,
                        () -> sandbox.text(FROM_STORE).contains("\"sequence\":" + sequence + ","));

                theStoredLogIsTheTopics(sandbox);
                String kept = theCommandGivesASoundFile(sandbox, "with-topic.jsonl");

                theTopicIsDeleted(sandbox);
                String without = theCommandGivesASoundFile(sandbox, "without-topic.jsonl");
                assertThat(without.lines().limit(kept.lines().count() - 1))
                        .containsExactlyElementsOf(
                                kept.lines().limit(kept.lines().count() - 1).toList());

                Processes.signal(
                        "KILL", List.of(sandbox.process("kafka", "kafka").pid()));
                assertThat(theCommandGivesASoundFile(sandbox, "without-kafka.jsonl"))
                        .isEqualTo(without);

                Processes.signal(
                        "KILL", List.of(sandbox.process("storage", "storage").pid()));
                theBucketAloneGives(sandbox, without);
            });
        }
    }

    private static void theStoredLogIsTheTopics(SandboxUnderTest sandbox) {
        List<String> stored = sandbox.text(FROM_STORE).lines().toList();
        JsonNode trailer = SandboxUnderTest.JSON.readTree(stored.getLast());
        long through = trailer.path("through").asLong();

        List<String> topic = sandbox.text("/log")
                .lines()
                .filter(line -> {
                    JsonNode record = SandboxUnderTest.JSON.readTree(line);
                    return !record.path("end").asBoolean(false)
                            && record.path("offset").asLong() <= through
                            && !record.path("type").asString("").matches(".*\\.(heartbeat|pulse)\\.v1");
                })
                .toList();

        assertThat(stored.subList(0, stored.size() - 1)).isEqualTo(topic);
        assertThat(trailer.path("records").asInt()).isEqualTo(topic.size());
        assertThat(topic)
                .anyMatch(line -> line.contains("io.pgprimacy.fact."))
                .anyMatch(line -> line.contains("io.pgprimacy.decision.switchover-started"));
    }

    private String theCommandGivesASoundFile(SandboxUnderTest sandbox, String name) {
        Path file = directory.resolve(name);
        Command.Result export = sandbox.run("events", "export", file.toString(), "--from-store", "--cluster", "main");
        assertThat(export.expectSuccess().out()).endsWith("sound\n");
        sandbox.run("verify-log", file.toString()).expectSuccess();
        sandbox.run("replay", file.toString()).expectSuccess();
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void theBucketAloneGives(SandboxUnderTest sandbox, String wanted) {
        Path file = directory.resolve("from-bucket.jsonl");
        Command.Result rescued = rescue(sandbox, "log", file.toString());
        assertThat(rescued.expectSuccess().out()).endsWith("sound\n");
        assertThat(file).hasContent(wanted);
        assertThat(rescue(sandbox, "log", file.toString()).err()).contains("is there already");
        assertThat(rescue(sandbox, "verify").expectSuccess().out())
                .contains("log of ")
                .contains("good");
        Command.Result missing = rescue(sandbox, "log", directory + "/none.jsonl", "--incarnation", "7");
        assertThat(missing.exitCode()).isEqualTo(1);
        assertThat(missing.err()).contains("incarnation 7", "hint: there is incarnation [1]");
    }

    private static Command.Result rescue(SandboxUnderTest sandbox, String... arguments) {
        List<String> command = new ArrayList<>(
                List.of(SandboxUnderTest.HOME.resolve("pgprimacy").toString(), "rescue"));
        command.addAll(List.of(arguments));
        command.addAll(List.of(
                "--cluster", "main", "--endpoint", sandbox.process("s3", "s3").url(), "--bucket", "backups"));
        try {
            String secret =
                    Files.readString(sandbox.directory().resolve("s3.secret")).strip();
            return Command.run(
                    BOUND,
                    Map.of("PGPRIMACY_S3_ACCESS_KEY", "sandbox", "PGPRIMACY_S3_SECRET_KEY", secret),
                    SandboxUnderTest.HOME,
                    command);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void theTopicIsDeleted(SandboxUnderTest sandbox) {
        try (Admin admin = Admin.create(ClusterTopic.settings(sandbox))) {
            admin.deleteTopics(List.of(ClusterTopic.NAME)).all().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        Eventually.until(
                "the coordinator no longer knows the cluster",
                BOUND,
                () -> sandbox.text("/log").contains("unknown-cluster"));
    }
}
