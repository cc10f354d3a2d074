package io.pgprimacy.systemtests.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.systemtests.ClusterNow;
import io.pgprimacy.systemtests.Command;
import io.pgprimacy.systemtests.Database;
import io.pgprimacy.systemtests.Eventually;
import io.pgprimacy.systemtests.Host;
import io.pgprimacy.systemtests.PostgresPrograms;
import io.pgprimacy.systemtests.SandboxUnderTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A second cluster, made of what the repository holds of the first, which goes on. */
class CloneTest {
    private static final Duration BOUND = Duration.ofMinutes(3);
    private static final String COUNT = "select count(*) || ' to ' || max(n) from t";
    private static final String SYSTEM = "select system_identifier from pg_control_system()";
    private static final int STREAMING_NODES = 3;

    @Test
    void aCloneIsAClusterOfItsOwn() {
        try (SandboxUnderTest sandbox = SandboxUnderTest.up(
                SandboxUnderTest.Options.ASYNCHRONOUS.withNodes(2).withStorage())) {
            sandbox.telling(() -> {
                refuses(sandbox, "the repository holds no", "copy", "--from", "main");
                String target = prepare(sandbox);
                refuses(sandbox, "holds nothing of a cluster nobody", "copy", "--from", "nobody");
                refuses(sandbox, "no token of cluster copy", "copy", "--from", "main");
                refuses(sandbox, "cluster main exists already", "main", "--from", "other");
                sandbox.run("sandbox", "add-cluster", "copy", "--nodes", "" + STREAMING_NODES)
                        .expectSuccess();
                refuses(
                        sandbox,
                        "is before the end of the first backup",
                        "copy",
                        "--from",
                        "main",
                        "--to",
                        "0/1000000");
                refuses(
                        sandbox,
                        "the agent of copy9, of cluster copy, has not",
                        "copy",
                        "--from",
                        "main",
                        "--node",
                        "copy9");
                isForeseen(sandbox);

                Set<String> before = lives(sandbox, "main");
                isMade(sandbox, target);
                livesForItself(sandbox, before);
                refuses(sandbox, "cluster copy exists already", "copy", "--from", "main");
                neitherTakesTheOthersData(sandbox);
            });
        }
    }

    /** Returns a position after 1,001 rows; more come after it. */
    private static String prepare(SandboxUnderTest sandbox) {
        int port = sandbox.look().primaryPort();
        Database.execute(port, "create table t as select generate_series(1, 1000) as n");
        Database.execute(port, "alter system set archive_cleanup_command = 'false'");
        Database.execute(
                port,
                "create subscription s connection 'host=127.0.0.1 port=1 dbname=x' publication p"
                        + " with (connect = false, slot_name = 'of_the_original')");
        Database.execute(port, "alter subscription s enable");
        assertThat(sandbox.json("backup").path("state").asString()).isEqualTo("SUCCEEDED");
        Database.execute(port, "insert into t values (1001)");
        String target = Database.ask(port, "select pg_current_wal_insert_lsn()");
        Database.execute(port, "insert into t values (1002)");
        awaitStored(sandbox);
        return target;
    }

    private static void isForeseen(SandboxUnderTest sandbox) {
        Command.Result foreseen = sandbox.run("clone", "copy", "--from", "main", "--reason", "a test", "--dry-run");
        assertThat(foreseen.exitCode()).as(foreseen.err()).isZero();
        assertThat(foreseen.out())
                .contains("the cluster begins with latest of incarnation 1 of cluster main", "full backup");
        assertThat(lives(sandbox, "copy")).as("nothing was claimed").isEmpty();
    }

    private static void isMade(SandboxUnderTest sandbox, String target) {
        Command.Result made = sandbox.run(
                "clone", "copy", "--from", "main", "--to", target, "--profile", "fast", "--reason", "a test", "--yes");

        assertThat(made.exitCode()).as(made.err()).isZero();
        assertThat(made.out())
                .contains(
                        "clone done",
                        "was restored from backup",
                        "last commit of",
                        "it is a database system of its own now",
                        "cluster copy, a clone of main, is there after",
                        (STREAMING_NODES - 1) + " standbys stream");
        ClusterNow copy = sandbox.list("copy");
        assertThat(copy.members()).hasSize(STREAMING_NODES);
        for (ClusterNow.Member member : copy.members()) {
            assertThat(Database.ask(member.port(), COUNT)).as(member.name()).isEqualTo("1001 to 1001");
            assertThat(Database.ask(member.port(), "show archive_cleanup_command"))
                    .as("a leftover on " + member.name())
                    .isEmpty();
        }
        assertThat(Database.ask(
                        copy.primaryPort(),
                        "select subenabled || ' ' || coalesce(subslotname, 'none') from pg_subscription"))
                .isEqualTo("false none");
        assertThat(sandbox.run("explain", "last", "--cluster", "copy").out()).contains("of cluster main");
    }

    private static void livesForItself(SandboxUnderTest sandbox, Set<String> before) {
        int copy = sandbox.list("copy").primaryPort();
        int main = sandbox.look().primaryPort();
        Database.execute(main, "insert into t values (1003)");
        Database.execute(copy, "insert into t values (7), (8)");
        awaitStored(sandbox);
        Eventually.until(
                "the clone has a backup of its own",
                BOUND,
                () -> sandbox.json("backups", "--cluster", "copy")
                                .path("backups")
                                .path(0)
                                .path("incarnation")
                                .asInt()
                        == 1);
        assertThat(Database.ask(main, COUNT)).isEqualTo("1003 to 1003");
        assertThat(Database.ask(copy, COUNT)).isEqualTo("1003 to 1001");
        assertThat(Database.ask(copy, SYSTEM)).isNotEqualTo(Database.ask(main, SYSTEM));
        assertThat(lives(sandbox, "main"))
                .as("terms, timelines and backups of the first cluster: nothing came of the clone")
                .isEqualTo(before);
        assertThat(lives(sandbox, "copy")).anyMatch(name -> name.contains("/wal/terms/"));
    }

    private static void neitherTakesTheOthersData(SandboxUnderTest sandbox) {
        String ofMain = sandbox.look().standbys().getFirst();
        String ofCopy = sandbox.list("copy").standbys().getFirst();
        Path mains = Path.of(Host.of(sandbox, ofMain).postmaster().dataDir());
        Path copys = Path.of(Host.of(sandbox, ofCopy).postmaster().dataDir());
        Host.of(sandbox, ofMain).losePower();
        Host.of(sandbox, ofCopy).losePower();
        exchange(mains, copys);
        sandbox.startHost(ofMain);
        sandbox.startHost(ofCopy);
        for (Map.Entry<String, String> each :
                Map.of("main", ofMain, "copy", ofCopy).entrySet()) {
            String node = each.getValue();
            Eventually.until(
                    node + " leaves the data alone",
                    BOUND,
                    () -> sandbox.run("events", "--cluster", each.getKey(), "--limit", "200")
                            .out()
                            .lines()
                            .anyMatch(line -> line.contains(node) && line.contains("system identifier")));
            assertThat(sandbox.ps())
                    .noneMatch(p -> p.host().equals(node) && p.kind().equals("postgres"));
        }
        // By hand: the first cluster's standby, told to follow the clone.
        Host.of(sandbox, ofCopy).losePower();
        assertThat(followedByHand(copys, sandbox.list("copy").primaryPort()))
                .contains("database system identifier differs between the primary and standby");
    }

    private static void exchange(Path one, Path other) {
        try {
            Path aside = one.resolveSibling("data-aside");
            Files.move(one, aside);
            Files.move(other, one);
            Files.move(aside, other);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String followedByHand(Path data, int upstream) {
        Path log = data.resolve("by-hand.log");
        String options = "-c listen_addresses= -c archive_mode=off -c unix_socket_directories=" + data
                + " -c primary_slot_name= -c primary_conninfo='host=127.0.0.1 port=" + upstream + " user=postgres'";
        PostgresPrograms.run("pg_ctl", "-D", data.toString(), "-l", log.toString(), "-o", options, "-W", "start");
        try {
            return Eventually.found(
                    "it says why it does not stream",
                    BOUND,
                    () -> Stream.of(Files.readString(log))
                            .filter(said -> said.contains("system identifier") || said.contains("started streaming"))
                            .findFirst());
        } finally {
            PostgresPrograms.run("pg_ctl", "-D", data.toString(), "-m", "immediate", "stop");
        }
    }

    private static void refuses(SandboxUnderTest sandbox, String because, String... options) {
        String[] command = Stream.of(Stream.of("clone"), Stream.of(options), Stream.of("--reason", "a test", "--yes"))
                .flatMap(s -> s)
                .toArray(String[]::new);
        Command.Result refused = sandbox.run(command);
        assertThat(refused.exitCode()).as(refused.out()).isNotZero();
        assertThat(refused.err()).contains(because);
    }

    /** Who has ever archived or backed up under that name: the terms, the timelines and the backups in its part of the bucket. */
    private static Set<String> lives(SandboxUnderTest sandbox, String cluster) {
        Path bucket = sandbox.directory().resolve("s3").resolve("data").resolve("backups");
        Path part = bucket.resolve("clusters").resolve(cluster);
        if (!Files.exists(part)) {
            return Set.of();
        }
        try (Stream<Path> files = Files.walk(part)) {
            return files.map(file -> bucket.relativize(file).toString())
                    .filter(name -> name.matches(
                            "clusters/[^/]+/\\d+/(origin.json|wal/terms/.*|wal/[0-9A-F]{8}|backups/[^/]+)"))
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitStored(SandboxUnderTest sandbox) {
        String flushed = Database.ask(sandbox.look().primaryPort(), "select pg_current_wal_flush_lsn()");
        Eventually.until("the archive reaches " + flushed, BOUND, () -> {
            String stored = sandbox.json("wal", "status").path("stored").asString("");
            return !stored.isEmpty() && !Lsn.parse(stored).isBefore(Lsn.parse(flushed));
        });
    }
}
