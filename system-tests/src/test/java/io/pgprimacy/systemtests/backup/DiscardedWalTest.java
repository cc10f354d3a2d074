package io.pgprimacy.systemtests.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.systemtests.Command;
import io.pgprimacy.systemtests.Diverged;
import io.pgprimacy.systemtests.PostgresPrograms;
import io.pgprimacy.systemtests.Processes;
import io.pgprimacy.systemtests.SandboxUnderTest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What an old primary had and nobody else comes into the repository before its data is overwritten, and back out of it. */
class DiscardedWalTest {
    private static final Duration BOUND = Duration.ofMinutes(3);

    private static SandboxUnderTest sandbox;

    @BeforeAll
    static void start() {
        sandbox = SandboxUnderTest.up(
                SandboxUnderTest.Options.ASYNCHRONOUS.withNodes(2).withStorage());
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    @Test
    void everyRowThatDidNotBecomeHistoryIsFetchedFromTheBucket() throws IOException {
        Diverged diverged = Diverged.make(sandbox);

        sandbox.startHost(diverged.node());
        JsonNode saved = diverged.await("DiscardedWalSaved");
        JsonNode rewound = diverged.await("Rewound");
        sandbox.waitHealthy();

        assertThat(saved.path("offset").asLong())
                .isLessThan(rewound.path("offset").asLong());
        String place = saved.path("event").path("stored").asString("");
        assertThat(place).startsWith("clusters/main/1/discarded/").endsWith("-" + diverged.node() + "/");
        assertThat(local(saved).resolve("stored.json")).exists();
        assertThat(sandbox.run("explain", "last").out()).contains("in the repository at " + place);
        String id = place.substring("clusters/main/1/discarded/".length(), place.length() - 1);
        assertThat(rescue("discarded").expectSuccess().out()).contains(id);
        assertThat(fetchedRows(id, diverged.relation())).isEqualTo(Diverged.ROWS);
    }

    @Test
    void whileTheStoreIsAwayTheNodeComesBackAndItsWalIsStoredLater() {
        Diverged diverged = Diverged.make(sandbox);
        Processes.signal("KILL", List.of(sandbox.process("s3", "s3").pid()));

        sandbox.startHost(diverged.node());
        JsonNode saved = diverged.await("DiscardedWalSaved");
        diverged.await("Rewound");
        assertThat(saved.path("event").path("waiting").asString("")).contains("the store cannot be reached");
        assertThat(local(saved).resolve("summary.json")).exists();
        assertThat(sandbox.run("status").out()).contains("lie on the disk of " + diverged.node() + " alone");

        sandbox.startHost("s3");
        JsonNode stored = sandbox.awaitEvent(
                "DiscardedWalSaved",
                saved.path("offset").asLong(),
                BOUND,
                e -> !e.path("event").path("stored").asString("").isEmpty());
        assertThat(stored.path("event").path("from"))
                .isEqualTo(saved.path("event").path("from"));
        sandbox.waitHealthy();
        assertThat(sandbox.run("status").out()).doesNotContain("lie on the disk of");
        assertThat(sandbox.json("explain", "last").path("loss").path("saved").size())
                .isEqualTo(1);
    }

    private static Path local(JsonNode saved) {
        return Path.of(URI.create(saved.path("event").path("location").asString()));
    }

    /** By the command that the fetch itself names. */
    private static long fetchedRows(String id, String relation) throws IOException {
        Path place = Files.createTempDirectory("pgprimacy-discarded-");
        Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxrwxrwx"));
        try {
            // The sandbox's own is for its owner alone.
            Path keys = Files.copy(sandbox.directory().resolve("master.keys"), place.resolve("master.keys"));
            Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rw-r--r--"));
            String into = place.resolve("fetched").toString();
            String told = rescue("fetch-discarded", id, "--master-keys", keys.toString(), "--into", into)
                    .expectSuccess()
                    .out();
            assertThat(rescue("fetch-discarded", id, "--master-keys", keys.toString(), "--into", into)
                            .err())
                    .contains("is not empty");
            assertThat(rescue("verify", "--master-keys", keys.toString()).out()).contains(id + "/", "good");
            List<String> command = new ArrayList<>(
                    List.of(told.lines().toList().getLast().strip().split(" ")));
            command.set(0, PostgresPrograms.directory().resolve("pg_waldump").toString());
            String dumped = BackupTestBed.asPostgres(command).out();
            assertThat(dumped).contains("desc: COMMIT");
            return dumped.lines()
                    .filter(line -> line.contains("desc: INSERT") && line.contains(relation + " "))
                    .count();
        } finally {
            BackupTestBed.delete(place);
        }
    }

    private static Command.Result rescue(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of(
                "--cluster", "main", "--endpoint", sandbox.process("s3", "s3").url(), "--bucket", "backups"));
        String secret =
                Files.readString(sandbox.directory().resolve("s3.secret")).strip();
        return BackupTestBed.rescueWith("sandbox", secret, all.toArray(String[]::new));
    }
}
