package io.pgprimacy.systemtests.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.systemtests.ClusterNow;
import io.pgprimacy.systemtests.Database;
import io.pgprimacy.systemtests.Diverged;
import io.pgprimacy.systemtests.Eventually;
import io.pgprimacy.systemtests.SandboxUnderTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Tablespaces outside of the data directory, in everything that replaces the data of a member. Takes about two minutes. */
class TablespaceDisksTest {
    private static final Duration BOUND = Duration.ofMinutes(3);
    private static final List<String> HOSTS = List.of("pg1", "pg2", "pg3");

    private static SandboxUnderTest sandbox;
    private static HostDisks disks;
    private static Path space;

    @BeforeAll
    static void start() {
        boolean canBeMade = HostDisks.canBeMade();
        if (!canBeMade) {
            System.err.println("SKIPPED: the test of tablespaces, for only root can give each host a disk of its own");
        }
        Assumptions.assumeTrue(canBeMade, "only root can give each host a disk of its own");
        sandbox = SandboxUnderTest.up(SandboxUnderTest.Options.ASYNCHRONOUS.withStorage());
        sandbox.telling(() -> {
            disks = HostDisks.plugInto(sandbox, HOSTS);
            space = disks.directory("space");
            create("space", space);
            execute("create table t tablespace space as select n, md5(n::text) as v from generate_series(1, 20000) n");
            execute("create table doomed (n integer) tablespace space");
            aStandbyIsCopiedFromThePrimary();
            assertThat(sandbox.json("backup").path("state").asString()).isEqualTo("SUCCEEDED");
        });
    }

    @AfterAll
    static void stop() {
        if (sandbox != null) {
            sandbox.close();
        }
    }

    @AfterEach
    void allHoldTheSame() {
        sandbox.waitHealthy();
        String rows = rows(primaryPort(), "t");
        for (int port : sandbox.ports()) {
            Eventually.until(
                    "port " + port + " holds the same",
                    BOUND,
                    () -> rows(port, "t").equals(rows));
            assertThat(Database.ask(
                            port,
                            "select string_agg(pg_tablespace_location(oid), ' ') from pg_tablespace"
                                    + " where spcname = 'space'"))
                    .isEqualTo(space.toString());
        }
    }

    /** For there is no backup yet. */
    private static void aStandbyIsCopiedFromThePrimary() {
        String standby = sandbox.look().standbys().getLast();
        Object before = identity(standby);
        long offset = sandbox.lastOffset();

        sandbox.change("rebuild", standby);

        assertThat(rebuilt(standby, offset).path("backup").asString("")).isEmpty();
        assertThat(identity(standby)).isNotEqualTo(before);
        assertThat(disks.sides(standby)).isEmpty();
    }

    @Test
    void aStandbyIsFilledAnewFromTheRepository() {
        long offset = sandbox.lastOffset();
        String standby = sandbox.look().standbys().getFirst();
        Object before = identity(standby);

        sandbox.change("restore", "node", standby);

        assertThat(rebuilt(standby, offset).path("backup").asString("")).isNotEmpty();
        assertThat(identity(standby)).isNotEqualTo(before);
        assertThat(disks.sides(standby)).isEmpty();
    }

    @Test
    void anOldPrimaryIsRewoundOverTablespacesOldAndNew() {
        Diverged diverged = Diverged.make(sandbox);
        create("later", disks.directory("later"));
        execute("create table t_later tablespace later as select generate_series(1, 1000) as n");
        execute("insert into t select n, 'after' from generate_series(1, 500) n");

        sandbox.startHost(diverged.node());

        diverged.await("Rewound");
        sandbox.waitHealthy();
        assertThat(Database.ask(port(diverged.node()), "select count(*) from doomed"))
                .isEqualTo(Database.ask(primaryPort(), "select count(*) from doomed"));
        assertThat(Database.ask(port(diverged.node()), "select sum(n) from t_later"))
                .isEqualTo("500500");
    }

    /** Replay makes the second tablespace where the data that is kept has it, too. */
    @Test
    void theClusterGoesBackInPlaceAndWhatItReplacesStaysUntilItIsConfirmed() {
        create("second", disks.directory("second"));
        execute("create table t2 tablespace second as select n, md5(n::text) as v from generate_series(1, 5000) n");
        execute("insert into t select n, 'before' from generate_series(1, 100) n");
        String first = rows(primaryPort(), "t");
        String second = rows(primaryPort(), "t2");
        String moment =
                Database.ask(primaryPort(), "select to_char(clock_timestamp(), 'YYYY-MM-DD\"T\"HH24:MI:SS.USTZH:TZM')");
        execute("insert into t2 select n, 'too much' from generate_series(1, 100000) n");
        execute("delete from t");
        awaitStored();
        long offset = sandbox.lastOffset();

        sandbox.change("restore", "cluster", "--to", moment);

        sandbox.waitHealthy();
        ClusterNow restored = sandbox.look();
        assertThat(rows(primaryPort(), "t")).isEqualTo(first);
        for (int port : sandbox.ports()) {
            Eventually.until("as before", BOUND, () -> rows(port, "t2").equals(second));
        }
        Path kept = sandbox.directory()
                .resolve("hosts")
                .resolve(restored.primary())
                .resolve("data.before-restore-" + restored.term());
        long bytes = sandbox.awaitEvent("OldDataKept", offset, BOUND, e -> true)
                .path("event")
                .path("bytes")
                .asLong();
        long files = filesBelow(kept) + keptInTablespaces(restored.primary(), kept);
        // Links have a length, too.
        assertThat(bytes).isBetween(files, files + 1000);

        // pg_rewind would go through the tablespaces' places, and remove what is kept there.
        Diverged diverged = Diverged.make(sandbox);
        sandbox.startHost(diverged.node());
        assertThat(diverged.await("RewindFailed").path("event").path("reason").asString())
                .contains("old data lies in");
        diverged.await("Rebuilt");
        sandbox.waitHealthy();
        assertThat(filesBelow(kept) + keptInTablespaces(restored.primary(), kept))
                .isEqualTo(files);

        sandbox.change("restore", "confirm");

        assertThat(kept).doesNotExist();
        for (String host : HOSTS) {
            Eventually.until(
                    "nothing is left on " + host, BOUND, () -> disks.sides(host).isEmpty());
        }
    }

    /** More than one megabyte each, and every one in a place of its own. */
    private static long keptInTablespaces(String host, Path kept) {
        long sum = 0;
        for (Path link : list(kept.resolve("pg_tblspc"))) {
            try {
                Path side = disks.on(host, Files.readSymbolicLink(link));
                assertThat(side.getFileName().toString()).startsWith("pgprimacy.");
                sum += filesBelow(side);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        assertThat(sum).isGreaterThan(1_000_000);
        return sum;
    }

    private static long filesBelow(Path directory) {
        try (var files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(f -> f.toFile().length())
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode rebuilt(String node, long offset) {
        JsonNode event = sandbox.awaitEvent(
                        "Rebuilt",
                        offset,
                        BOUND,
                        e -> e.path("event").path("node").asString("").equals(node))
                .path("event");
        sandbox.waitHealthy();
        return event;
    }

    /** Of the directory that holds the tablespace's files: another one's is another. */
    private static Object identity(String host) {
        Path served = list(disks.on(host, space)).stream()
                .filter(p -> p.getFileName().toString().startsWith("PG_"))
                .findFirst()
                .orElseThrow();
        try {
            return Files.getAttribute(served, "unix:ino");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> list(Path directory) {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(entries::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return entries;
    }

    private static String rows(int port, String table) {
        return Database.ask(port, "select count(*) || ' ' || coalesce(sum(hashtext(v)), 0) from " + table);
    }

    private static void create(String name, Path location) {
        execute("create tablespace " + name + " location '" + location + "'");
    }

    private static void execute(String sql) {
        Database.execute(primaryPort(), sql);
    }

    private static int primaryPort() {
        return sandbox.look().primaryPort();
    }

    private static int port(String node) {
        return sandbox.look().member(node).port();
    }

    private static void awaitStored() {
        String flushed = Database.ask(primaryPort(), "select pg_current_wal_flush_lsn()");
        Eventually.until("the archive reaches " + flushed, BOUND, () -> {
            String stored = sandbox.json("wal", "status").path("stored").asString("");
            return !stored.isEmpty()
                    && !io.pgprimacy.core.postgres.Lsn.parse(stored)
                            .isBefore(io.pgprimacy.core.postgres.Lsn.parse(flushed));
        });
    }
}
