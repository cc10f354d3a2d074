package io.pgprimacy.systemtests.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.systemtests.Command;
import io.pgprimacy.systemtests.Database;
import io.pgprimacy.systemtests.Eventually;
import io.pgprimacy.systemtests.SandboxUnderTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Every host, every coordinator and the log itself are gone; the bucket and the master key are left. */
class BucketAloneTest {
    private static final Duration BOUND = Duration.ofMinutes(3);
    private static final String COUNT = "select count(*) || ' to ' || max(n) from t";

    @Test
    void theClusterComesBackByOneCommandAndArchivesInALifeOfItsOwn() {
        try (SandboxUnderTest sandbox = SandboxUnderTest.up(SandboxUnderTest.Options.ASYNCHRONOUS.withStorage())) {
            sandbox.telling(() -> comesBack(sandbox));
        }
    }

    private static void comesBack(SandboxUnderTest sandbox) {
        Database.execute(sandbox.look().primaryPort(), "create table t as select generate_series(1, 1000) as n");
        assertThat(sandbox.json("backup").path("state").asString()).isEqualTo("SUCCEEDED");
        Database.execute(sandbox.look().primaryPort(), "insert into t select max(n) + 1 from t");
        awaitStored(sandbox);
        String rows = Database.ask(sandbox.look().primaryPort(), COUNT);
        refuses(sandbox, "cluster main exists already");

        sandbox.run("sandbox", "destroy-all").expectSuccess();
        SortedMap<String, String> before = firstLife(sandbox);
        refuses(sandbox, "is before the end of the first backup", "--to", "2020-01-01T00:00:00Z");
        refuses(sandbox, "there is no backup 20200101T000000Z-00000000", "--backup", "20200101T000000Z-00000000");
        assertThat(sandbox.run("list").exitCode()).as("there is no cluster yet").isNotZero();

        Command.Result back = sandbox.run(
                "restore", "cluster", "--from-bucket", "--profile", "fast", "--reason", "all is lost", "--yes");
        assertThat(back.exitCode()).as(back.err()).isZero();
        assertThat(back.out()).contains("was restored from backup", "cluster main is back after", "2 standbys stream");

        assertThat(Database.ask(sandbox.look().primaryPort(), COUNT)).isEqualTo(rows);
        assertThat(sandbox.look().term()).isEqualTo(1);
        Database.execute(sandbox.look().primaryPort(), "insert into t select max(n) + 1 from t");
        awaitStored(sandbox);
        sandbox.awaitEvent("BackupCompleted", -1, BOUND, e -> true);
        JsonNode backups = sandbox.json("backups").path("backups");
        assertThat(backups.get(0).path("incarnation").asInt()).isEqualTo(1);
        assertThat(backups.get(backups.size() - 1).path("incarnation").asInt()).isEqualTo(2);
        assertThat(firstLife(sandbox))
                .as("nothing of the first life was touched")
                .isEqualTo(before);
    }

    private static void refuses(SandboxUnderTest sandbox, String because, String... options) {
        String[] command = Stream.concat(
                        Stream.of("restore", "cluster", "--from-bucket", "--reason", "a test", "--yes"),
                        Stream.of(options))
                .toArray(String[]::new);
        Command.Result refused = sandbox.run(command);
        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.err()).contains(because);
    }

    /** Names and times of its objects, without what the storage service remembers of them. */
    private static SortedMap<String, String> firstLife(SandboxUnderTest sandbox) {
        Path bucket = sandbox.directory().resolve("s3").resolve("data").resolve("backups");
        SortedMap<String, String> objects = new TreeMap<>();
        try (Stream<Path> files = Files.walk(bucket.resolve("clusters/main/1"))) {
            files.filter(Files::isRegularFile)
                    .filter(f -> !f.toString().contains("/state/"))
                    .forEach(f -> {
                        try {
                            objects.put(f.toString(), Files.size(f) + " " + Files.getLastModifiedTime(f));
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertThat(objects).isNotEmpty();
        return objects;
    }

    private static void awaitStored(SandboxUnderTest sandbox) {
        String flushed = Database.ask(sandbox.look().primaryPort(), "select pg_current_wal_flush_lsn()");
        Eventually.until("the archive reaches " + flushed, BOUND, () -> {
            String stored = sandbox.json("wal", "status").path("stored").asString("");
            return !stored.isEmpty() && !Lsn.parse(stored).isBefore(Lsn.parse(flushed));
        });
    }
}
