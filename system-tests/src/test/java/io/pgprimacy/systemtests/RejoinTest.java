package io.pgprimacy.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** How a primary comes back whose last WAL never reached the others. */
class RejoinTest {
    private static final Duration EVENT_BOUND = Duration.ofSeconds(60);
    private static final Path BIN = programsWithAPgRewindThatCanFail();
    private static final Path BROKEN = BIN.resolve("pg_rewind-is-broken");

    @RegisterExtension
    static final SharedSandbox SHARED = new SharedSandbox(SandboxUnderTest.Options.ASYNCHRONOUS.withPostgresBin(BIN));

    private final SandboxUnderTest sandbox = SHARED.get();

    /** Links to PostgreSQL's own programs, but pg_rewind fails while a certain file is there. */
    private static Path programsWithAPgRewindThatCanFail() {
        Path real = PostgresPrograms.directory();
        try {
            Path bin = Files.createTempDirectory("pgprimacy-bin-");
            Files.setPosixFilePermissions(bin, PosixFilePermissions.fromString("rwxr-xr-x"));
            try (DirectoryStream<Path> programs = Files.newDirectoryStream(real)) {
                for (Path program : programs) {
                    if (!program.endsWith("pg_rewind")) {
                        Files.createSymbolicLink(bin.resolve(program.getFileName()), program);
                    }
                }
            }
            Path rewind = bin.resolve("pg_rewind");
            Files.writeString(rewind, """
                    #!/bin/sh
                    if [ -e '%s/pg_rewind-is-broken' ]; then
                        echo 'pg_rewind: error: made to fail by a test' >&2
                        exit 1
                    fi
                    exec '%s/pg_rewind' "$@"
                    """.formatted(bin, real));
            Files.setPosixFilePermissions(rewind, PosixFilePermissions.fromString("rwxr-xr-x"));
            return bin;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterAll
    static void removePrograms() throws IOException {
        try (Stream<Path> files = Files.list(BIN)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(BIN);
    }

    @Test
    void divergedWalIsSavedAndTheNodeRewound() {
        Diverged diverged = Diverged.make(sandbox);

        sandbox.startHost(diverged.node());
        JsonNode saved = diverged.await("DiscardedWalSaved");
        JsonNode rewound = diverged.await("Rewound");
        sandbox.waitHealthy();

        assertThat(saved.path("offset").asLong())
                .isLessThan(rewound.path("offset").asLong());
        assertThat(saved.path("event").path("from").asString()).isNotBlank();
        assertThat(saved.path("event").path("to").asString())
                .isNotEqualTo(saved.path("event").path("from").asString());
        assertThat(Path.of(URI.create(saved.path("event").path("location").asString())))
                .exists();
        assertThat(sandbox.list().member(diverged.node()).role()).isEqualTo("standby");
        // The loss was foreseen when the choice was made, and measured afterwards.
        JsonNode chosen = sandbox.awaitEvent("PrimaryChosen", diverged.offset(), EVENT_BOUND, e -> true);
        assertThat(chosen.path("event").path("possibleLossBytes").asLong()).isPositive();
        assertThat(sandbox.json("explain", "last").path("loss").path("saved").size())
                .isEqualTo(1);
    }

    @Test
    void whereTheRewindFailsTheNodeIsRebuilt() throws IOException {
        Diverged diverged = Diverged.make(sandbox);
        Files.createFile(BROKEN);
        try {
            sandbox.startHost(diverged.node());
            diverged.await("DiscardedWalSaved");
            JsonNode failed = diverged.await("RewindFailed");
            JsonNode rebuilt = diverged.await("Rebuilt");
            sandbox.waitHealthy();

            assertThat(failed.path("event").path("reason").asString()).contains("made to fail by a test");
            assertThat(rebuilt.path("event").path("bytes").asLong()).isPositive();
        } finally {
            Files.delete(BROKEN);
        }
    }

    @Test
    void withThePolicyQuarantineTheNodeWaitsForAPerson() {
        sandbox.change("config", "set", "rejoin=quarantine");
        Diverged diverged = Diverged.make(sandbox);

        sandbox.startHost(diverged.node());
        JsonNode quarantined = diverged.await("NodeQuarantined");

        assertThat(quarantined.path("event").path("nextStep").asString()).contains("rebuild");
        assertThat(sandbox.list().member(diverged.node()).state()).isEqualTo("quarantined");
        assertThat(sandbox.run("wait", "healthy", "--timeout", "1s").exitCode()).isNotZero();
        sandbox.change("rebuild", diverged.node());
        sandbox.change("config", "set", "rejoin=rewind");
        sandbox.waitHealthy();
        assertThat(sandbox.list().member(diverged.node()).role()).isEqualTo("standby");
    }

    @Test
    void dataThatDoesNotStartStaysBesideWhatARebuildPutsInItsPlace() throws IOException {
        Diverged diverged = Diverged.make(sandbox);
        Path data =
                sandbox.directory().resolve("hosts").resolve(diverged.node()).resolve("data");
        int segments = hideWal(data);

        sandbox.startHost(diverged.node());
        sandbox.change("rebuild", diverged.node());
        Path kept = Path.of(
                diverged.await("OldDataKept").path("event").path("location").asString());
        sandbox.waitHealthy();

        assertThat(kept.resolve("pg_wal/hidden").toFile().list()).hasSize(segments);
        assertThat(sandbox.run("status").out()).contains(kept.toString(), "restore confirm");
        sandbox.change("restore", "confirm");
        assertThat(kept).doesNotExist();
        assertThat(sandbox.list().member(diverged.node()).role()).isEqualTo("standby");
    }

    /** PostgreSQL does not start without the checkpoint that it was to start from. */
    private static int hideWal(Path data) throws IOException {
        Path hidden = Files.createDirectory(data.resolve("pg_wal/hidden"));
        int segments = 0;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(data.resolve("pg_wal"), "[0-9A-F]*")) {
            for (Path segment : all) {
                Files.move(segment, hidden.resolve(segment.getFileName()));
                segments++;
            }
        }
        return segments;
    }
}
