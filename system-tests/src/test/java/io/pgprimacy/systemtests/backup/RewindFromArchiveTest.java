package io.pgprimacy.systemtests.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.systemtests.Database;
import io.pgprimacy.systemtests.Diverged;
import io.pgprimacy.systemtests.Eventually;
import io.pgprimacy.systemtests.Processes;
import io.pgprimacy.systemtests.SandboxUnderTest;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** An old primary whose WAL back to the last common checkpoint is recycled, as is its successor's. */
class RewindFromArchiveTest {
    private static final Duration BOUND = Duration.ofMinutes(3);
    private static final int ROWS = 3000;

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
    void itIsRewoundWithWalOfTheArchive() throws IOException {
        Diverged diverged = divergedWithoutItsWal();

        sandbox.startHost(diverged.node());
        JsonNode rewound = await(diverged, "Rewound");
        sandbox.waitHealthy();

        assertThat(rewound.path("event").path("node").asString()).isEqualTo(diverged.node());
        assertThat(sandbox.list().member(diverged.node()).role()).isEqualTo("standby");
        int port = sandbox.look().member(diverged.node()).port();
        Eventually.until(
                "what both had is there, and what it had alone is not",
                BOUND,
                () -> Database.ask(port, "select (select count(*) from common) || ' ' || (select count(*) from doomed)")
                        .equals(ROWS + " 0"));
        assertThat(data(diverged.node()).resolveSibling("data.rewind")).doesNotExist();
        assertThat(Files.readString(data(diverged.node()).resolve("postgresql.conf")))
                .doesNotContainPattern("(?m)^restore_command");
    }

    @Test
    void itIsRebuiltWhereTheStoreIsAway() throws IOException {
        Diverged diverged = divergedWithoutItsWal();
        Processes.signal("KILL", List.of(sandbox.process("s3", "s3").pid()));

        sandbox.startHost(diverged.node());
        JsonNode failed = await(diverged, "RewindFailed");
        sandbox.startHost("s3");
        await(diverged, "Rebuilt");
        sandbox.waitHealthy();

        assertThat(failed.path("event").path("reason").asString()).contains("WAL_MISSING", "archive's WAL");
        assertThat(sandbox.list().member(diverged.node()).role()).isEqualTo("standby");
    }

    private static Diverged divergedWithoutItsWal() throws IOException {
        sandbox.waitHealthy();
        int port = sandbox.look().primaryPort();
        Database.execute(port, "create table if not exists doomed (n integer)");
        Database.execute(port, "drop table if exists common");
        Database.execute(port, "truncate doomed");
        Database.execute(port, "create table common (n integer)");
        // The last common checkpoint, and segments of WAL after it.
        Database.execute(port, "checkpoint");
        for (int i = 0; i < 3; i++) {
            Database.execute(port, "insert into common select generate_series(1, " + ROWS / 3 + ")");
            Database.execute(port, "select pg_switch_wal()");
        }
        String last = Database.ask(port, "select pg_walfile_name(pg_current_wal_lsn())");
        Eventually.until(
                "all WAL before " + last + " is archived",
                BOUND,
                () -> Database.ask(
                                port,
                                "select last_archived_wal >= pg_walfile_name('" + start(last) + "'::pg_lsn - 1)"
                                        + " from pg_stat_archiver")
                        .equals("t"));
        // With a checkpoint after it the old primary starts without what was before.
        Diverged diverged = Diverged.make(sandbox, alone -> Database.execute(alone, "checkpoint"));
        int removed = 0;
        for (String node : List.of(diverged.node(), sandbox.look().primary())) {
            removed += removeWalBefore(data(node), last.substring(8));
        }
        assertThat(removed).isGreaterThan(2);
        return diverged;
    }

    /** Where a segment begins. */
    private static String start(String segment) {
        return segment.substring(8, 16) + "/" + segment.substring(22) + "000000";
    }

    /** On whatever timeline. */
    private static int removeWalBefore(Path data, String segment) throws IOException {
        int removed = 0;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(data.resolve("pg_wal"), "[0-9A-F]*")) {
            for (Path file : all) {
                String name = file.getFileName().toString();
                if (name.length() == 24 && name.substring(8).compareTo(segment) < 0) {
                    Files.delete(file);
                    removed++;
                }
            }
        }
        return removed;
    }

    private static Path data(String node) {
        return sandbox.directory().resolve("hosts").resolve(node).resolve("data");
    }

    private static JsonNode await(Diverged diverged, String event) {
        return sandbox.awaitEvent(
                event,
                diverged.offset(),
                BOUND,
                e -> e.path("event").path("node").asString("").equals(diverged.node()));
    }
}
