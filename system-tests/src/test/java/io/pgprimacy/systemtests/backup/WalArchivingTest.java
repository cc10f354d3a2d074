package io.pgprimacy.systemtests.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The WAL keeper with a real PostgreSQL, a real S3 endpoint, and whatever happens to them. */
@Tag("side-by-side")
class WalArchivingTest {
    private BackupTestBed bed;

    @BeforeEach
    void setUp() throws IOException {
        bed = new BackupTestBed();
    }

    @AfterEach
    void tearDown() throws Exception {
        bed.close();
    }

    @Test
    void theGateOpensForWhatIsStoredAndForNothingElse() throws Exception {
        Server a = bed.initdbArchiving("a");
        a.start();
        a.sql("create table t(i int)");
        String segment = a.sql("select pg_walfile_name(pg_current_wal_insert_lsn())");
        a.sql("select pg_switch_wal()");
        a.sql("checkpoint");
        // Without a keeper PostgreSQL keeps the segment, and says so.
        Awaitility.await().atMost(BackupTestBed.BOUND).until(() -> isReady(a, segment));
        assertThat(a.sql("select archived_count from pg_stat_archiver")).isEqualTo("0");

        bed.startKeeper(a, 1, 1);
        Awaitility.await().atMost(BackupTestBed.BOUND).until(() -> isArchived(a, segment));
        assertThat(bed.objects()).anyMatch(o -> o.endsWith("/segments/" + segment));
        bed.awaitStored(a);
        assertThat(bed.wal().get("timelines").get(0).get("holes")).isEmpty();
    }

    @Test
    void aServerThatWouldRecycleIsRefused() throws Exception {
        Server a = bed.initdb("a");
        a.configure("archive_mode = on", "archive_command = 'true'");
        a.start();
        Process keeper = bed.startKeeper(a, 1, 1);
        assertThat(keeper.waitFor(BackupTestBed.BOUND.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(bed.keeperEvents(a).getLast()).contains("\"failed\"").contains("archive_command is 'true'");
        assertThat(bed.objects()).isEmpty();
    }

    @Test
    void aKeeperThatWasKilledGoesOnWhereItWas() throws Exception {
        Server a = bed.initdbArchiving("a");
        a.start();
        a.sql("create table t(i int)");
        Process keeper = bed.startKeeper(a, 1, 1, "slice.interval.millis=100");
        bed.awaitStored(a);
        keeper.destroyForcibly().waitFor();
        // Across segments, and into the next one.
        a.sql("insert into t select generate_series(1, 300000)");
        a.sql("select pg_switch_wal()");
        a.sql("insert into t values (0)");
        bed.startKeeper(a, 1, 1);
        bed.awaitStored(a);
        assertThat(bed.wal().get("timelines").get(0).get("coverage")).hasSize(1);
        assertThat(bed.keeperEvents(a)).noneMatch(e -> e.contains("\"refused\"") || e.contains("\"hole\""));
    }

    @Test
    void aStoreThatIsAwayLosesNothingAndHoldsNothingUp() throws Exception {
        Server a = bed.initdbArchiving("a");
        a.start();
        bed.startKeeper(a, 1, 1);
        a.sql("create table t(i int)");
        bed.awaitStored(a);
        bed.killS3();
        for (int i = 0; i < 4; i++) {
            a.sql("insert into t values (1)");
            a.sql("select pg_switch_wal()");
        }
        awaitEvent(a, "\"store-away\"");
        assertThat(a.sql("select count(*) from pg_ls_archive_statusdir() where name like '%.ready'"))
                .isNotEqualTo("0");
        long begun = System.nanoTime();
        a.stop("fast");
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
        a.start();
        bed.startS3();
        awaitEvent(a, "\"store-back\"");
        bed.awaitStored(a);
        assertThat(bed.wal().get("timelines").get(0).get("coverage")).hasSize(1);
        Awaitility.await()
                .atMost(BackupTestBed.BOUND)
                .until(() -> a.sql("select count(*) from pg_ls_archive_statusdir() where name like '%.ready'")
                        .equals("0"));
    }

    @Test
    void anotherContentUnderTheSameNameIsRefusedLoudly() throws Exception {
        Server a = bed.initdbArchiving("a");
        a.start();
        a.sql("create table t(i int)");
        a.stop("fast");
        // Two servers of one system, on one timeline: they write different WAL under the same names.
        Path copy = bed.directory.resolve("twin");
        BackupTestBed.asPostgres(List.of("cp", "-a", a.data().toString(), copy.toString()))
                .expectSuccess();
        Server twin = bed.server("twin", copy);
        twin.configure("archive_command = 'sh " + bed.gate(twin).resolve("archived") + " %f'");
        a.start();
        Process keeper = bed.startKeeper(a, 1, 1);
        String segment = a.sql("select pg_walfile_name(pg_current_wal_insert_lsn())");
        a.sql("insert into t values (1)");
        a.sql("select pg_switch_wal()");
        Awaitility.await().atMost(BackupTestBed.BOUND).until(() -> isArchived(a, segment));
        keeper.destroyForcibly().waitFor();
        byte[] stored = Files.readAllBytes(object(segment));

        twin.start();
        twin.sql("insert into t values (2)");
        twin.sql("select pg_switch_wal()");
        bed.startKeeper(twin, 1, 1);
        awaitEvent(twin, "with another content");
        assertThat(isReady(twin, segment)).as("its gate stays shut").isTrue();
        assertThat(Files.readAllBytes(object(segment))).isEqualTo(stored);
    }

    @Test
    void theNextPrimaryGoesOnAndTheOldOneAddsNothing() throws Exception {
        Server a = bed.initdbArchiving("a");
        a.start();
        a.sql("create table t(i int)");
        Process keeper = bed.startKeeper(a, 1, 1);
        assertThat(bed.backup(a).getLast()).contains("\"completed\"");
        Server b = standby(a, "b");
        a.sql("insert into t select generate_series(1, 100)");
        bed.awaitStored(a);
        // What the old keeper did not get to store, the new one has to find.
        keeper.destroyForcibly().waitFor();
        a.sql("insert into t select generate_series(101, 200)");
        a.sql("select pg_switch_wal()");
        a.sql("insert into t select generate_series(201, 300)");
        Awaitility.await()
                .atMost(BackupTestBed.BOUND)
                .until(() -> b.sql("select count(*) from t").equals("300"));
        b.sql("select pg_promote()");
        bed.startKeeper(b, 2, 2);
        awaitEvent(b, "\"keeping\"");
        b.sql("insert into t select generate_series(301, 400)");
        bed.awaitStored(b);

        // The old primary still lives, and does not know.
        a.sql("insert into t values (0)");
        Process stale = bed.startKeeper(a, 1, 1);
        assertThat(stale.waitFor(BackupTestBed.BOUND.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(bed.keeperEvents(a).getLast()).contains("stale-term");

        a.stop("immediate");
        b.stop("immediate");
        Path target = bed.directory.resolve("restored");
        int port = BackupTestBed.freePort();
        var restored = bed.restore(target, "--to", "latest", "--start", "--postgres-options", "-c port=" + port)
                .expectSuccess();
        Server found = bed.running("restored", target, port);
        assertThat(found.sql("select count(*), max(i), min(i) from t")).isEqualTo("400|400|1");
        assertThat(restored.err()).contains("now on timeline 3");
    }

    @Test
    void whatTheNewPrimaryHasLostIsTakenFromAnotherNode() throws Exception {
        Server a = bed.initdbArchiving("a");
        a.start();
        a.sql("create table t(i int)");
        Process keeper = bed.startKeeper(a, 1, 1);
        assertThat(bed.backup(a).getLast()).contains("\"completed\"");
        Server b = standby(a, "b");
        Server c = standby(a, "c");
        bed.awaitStored(a);
        keeper.destroyForcibly().waitFor();
        String lost = a.sql("select pg_walfile_name(pg_current_wal_insert_lsn())");
        a.sql("insert into t select generate_series(1, 100)");
        a.sql("select pg_switch_wal()");
        a.sql("insert into t select generate_series(101, 200)");
        for (Server standby : List.of(b, c)) {
            Awaitility.await()
                    .atMost(BackupTestBed.BOUND)
                    .until(() -> standby.sql("select count(*) from t").equals("200"));
        }
        a.stop("immediate");
        b.sql("select pg_promote()");
        Files.delete(b.data().resolve("pg_wal").resolve(lost));
        int nobody = BackupTestBed.freePort();

        bed.startKeeper(b, 2, 2, "others=127.0.0.1:" + nobody + ",127.0.0.1:" + c.port());

        awaitEvent(b, "\"from\":\"127.0.0.1:" + c.port() + "\"");
        awaitEvent(b, "\"other-away\"");
        b.sql("insert into t select generate_series(201, 300)");
        bed.awaitStored(b);
        assertThat(bed.keeperEvents(b)).noneMatch(e -> e.contains("\"refused\"") || e.contains("\"hole\""));
        assertThat(bed.objects()).anyMatch(o -> o.endsWith("/segments/" + lost));
        b.stop("immediate");
        c.stop("immediate");
        Path target = bed.directory.resolve("restored");
        int port = BackupTestBed.freePort();
        bed.restore(target, "--to", "latest", "--start", "--postgres-options", "-c port=" + port)
                .expectSuccess();
        Server found = bed.running("restored", target, port);
        assertThat(found.sql("select count(*), max(i), min(i) from t")).isEqualTo("300|300|1");
    }

    @Test
    void whatAnotherNodeHasOnlyInPartOrOfAnotherHistoryHealsNothing() throws Exception {
        Server a = bed.initdbArchiving("a");
        a.start();
        a.sql("create table t(i int)");
        Process keeper = bed.startKeeper(a, 1, 1);
        bed.awaitStored(a);
        keeper.destroyForcibly().waitFor();
        Server c = standby(a, "c");
        a.sql("insert into t values (0)");
        Awaitility.await()
                .atMost(BackupTestBed.BOUND)
                .until(() -> c.sql("select count(*) from t").equals("1"));
        // From here on c writes WAL of its own, on a timeline and then under names that a never had.
        c.sql("select pg_promote()");
        c.sql("insert into t values (1)");
        c.sql("select pg_switch_wal()");
        c.sql("insert into t values (2)");
        String lost = a.sql("select pg_walfile_name(pg_current_wal_insert_lsn())");
        a.sql("insert into t values (3)");
        a.sql("select pg_switch_wal()");
        a.sql("insert into t values (4)");
        a.sql("select pg_switch_wal()");
        a.sql("insert into t values (5)");
        a.sql("checkpoint");
        Files.deleteIfExists(a.data().resolve("pg_wal/archive_status/" + lost + ".ready"));
        Files.deleteIfExists(a.data().resolve("pg_wal").resolve(lost));
        // As a crash leaves it that comes just before PostgreSQL gives the end of the left timeline its other name.
        Files.move(
                c.data().resolve("pg_wal").resolve(lost + ".partial"),
                c.data().resolve("pg_wal").resolve(lost));

        bed.startKeeper(a, 1, 1, "others=127.0.0.1:" + c.port());

        awaitEvent(a, "\"searched\"");
        bed.awaitStored(a);
        assertThat(bed.wal().get("timelines").get(0).get("holes")).hasSize(1);
        assertThat(bed.keeperEvents(a)).noneMatch(e -> e.contains("\"from\""));
        assertThat(bed.objects()).noneMatch(o -> o.endsWith("/segments/" + lost));
    }

    private static boolean isReady(Server server, String file) {
        return Files.exists(server.data().resolve("pg_wal/archive_status/" + file + ".ready"));
    }

    private static boolean isArchived(Server server, String file) {
        return Files.exists(server.data().resolve("pg_wal/archive_status/" + file + ".done"))
                || server.sql("select last_archived_wal >= '" + file + "' from pg_stat_archiver")
                        .equals("t");
    }

    private void awaitEvent(Server server, String part) {
        Awaitility.await()
                .atMost(BackupTestBed.BOUND)
                .until(() -> bed.keeperEvents(server).stream().anyMatch(e -> e.contains(part)));
    }

    private Path object(String segment) throws IOException {
        List<String> found = bed.objects().stream()
                .filter(o -> o.endsWith("/segments/" + segment))
                .toList();
        return bed.directory.resolve("s3/backups").resolve(found.getFirst());
    }

    private Server standby(Server primary, String name) throws IOException {
        Path data = bed.directory.resolve(name);
        primary.program(
                        "pg_basebackup",
                        "-h",
                        "127.0.0.1",
                        "-p",
                        "" + primary.port(),
                        "-U",
                        "postgres",
                        "-D",
                        data.toString(),
                        "-R",
                        "-X",
                        "stream")
                .expectSuccess();
        Server standby = bed.server(name, data);
        standby.configure("archive_command = 'sh " + bed.gate(standby).resolve("archived") + " %f'");
        standby.start();
        return standby;
    }
}
