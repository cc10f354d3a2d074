package io.pgprimacy.systemtests.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.systemtests.Command;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Recovery to a point, from the bucket alone, compared with what was committed up to it. */
@Tag("side-by-side")
class PointInTimeTest {
    private static final int COMMITS = 60;

    private BackupTestBed bed;
    private Server a;

    /** One commit of the workload, and what was true just after it. */
    private record Commit(int number, String xid, String lsn, String time) {}

    @BeforeEach
    void setUp() throws IOException {
        bed = new BackupTestBed();
        a = bed.initdbArchiving("a");
        a.start();
    }

    @AfterEach
    void tearDown() throws Exception {
        bed.close();
    }

    @Test
    void everyKindOfTargetIsReachedExactly() throws Exception {
        List<Commit> commits = prepare();
        long seed = System.nanoTime();
        System.out.println("targets by seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        Commit at = commits.get(random.nextInt(COMMITS - 1));
        Commit then = commits.get(random.nextInt(COMMITS - 1));
        Commit that = commits.get(random.nextInt(COMMITS - 1));
        Commit before = commits.get(random.nextInt(1, COMMITS - 1));
        int point = 10 * random.nextInt(1, COMMITS / 10);

        assertRecovered("lsn", at.number(), "--to", at.lsn());
        assertRecovered("time", then.number(), "--to", then.time());
        assertRecovered("xid", that.number(), "--to", "xid:" + that.xid());
        assertRecovered("before", before.number() - 1, "--to", "xid:" + before.xid(), "--to-exclusive");
        assertRecovered("name", point, "--to", "name:p" + point);
        assertRecovered("latest", COMMITS, "--to", "latest");
    }

    @Test
    void aTimeInTheQuietTailIsTheEnd() throws Exception {
        prepare();
        String quiet = a.sql("select clock_timestamp()");
        // WAL without commits, so that the archive reaches past that time.
        a.sql("checkpoint");
        a.sql("select pg_switch_wal()");
        bed.awaitStored(a);
        a.stop("immediate");
        Command.Result restored = assertRecovered("quiet", COMMITS, "--to", quiet);
        assertThat(restored.err()).contains("there is nothing after");
    }

    @Test
    void badTargetsAreRefusedBeforeAnythingIsWritten() throws Exception {
        List<Commit> commits = prepare();
        String soon = Instant.now().plus(Duration.ofHours(1)).toString();
        for (String[] bad : new String[][] {
            {"2020-01-01T00:00:00Z", "before the end of the first backup"},
            {soon, "after the newest WAL"},
            {"0/100", "before the end of the first backup"},
            {"FF/0", "after the WAL that can be replayed"},
            {"2026-11-23 15:50:03", "is not a target"},
            {"yesterday", "is not a target"},
            {"xid:0", "is not the number of a transaction"},
        }) {
            Command.Result refused = bed.restore(target("bad"), "--to", bad[0]);
            assertThat(refused.exitCode()).as(bad[0]).isNotZero();
            assertThat(refused.err()).contains(bad[1]).contains("hint:");
            assertThat(target("bad")).doesNotExist();
        }
        Command.Result refused = bed.restore(target("bad"), "--to", "latest", "--timeline", "9");
        assertThat(refused.err()).contains("no history of timeline 9");
        assertThat(bed.restore(target("bad"), "--to", "2020-01-01T00:00:00Z").err())
                .as("the window")
                .contains("one can recover from");

        // What only the WAL itself can tell: nothing opens.
        int port = BackupTestBed.freePort();
        Command.Result missing = bed.restore(
                target("missing"), "--to", "name:nobody", "--start", "--postgres-options", "-c port=" + port);
        assertThat(missing.exitCode()).isEqualTo(1);
        assertThat(target("missing").resolve("postmaster.pid")).doesNotExist();
        assertThat(target("missing").resolve("recovery.signal")).exists();
        assertThat(commits).hasSize(COMMITS);
    }

    @Test
    void aChangedBitStopsRecoveryAndAMissingSegmentIsAHole() throws Exception {
        prepare();
        Path segments = bed.directory.resolve("s3/backups/clusters/demo/1/wal/00000001/segments");
        List<Path> objects;
        try (var files = Files.list(segments)) {
            objects = files.sorted().toList();
        }
        Path last = objects.getLast();
        SplittableRandom random = new SplittableRandom(last.hashCode());
        byte[] whole = Files.readAllBytes(last);
        for (int i = 0; i < 3; i++) {
            long bit = random.nextLong(8L * whole.length);
            try (RandomAccessFile object = new RandomAccessFile(last.toFile(), "rw")) {
                object.seek(bit / 8);
                object.write(whole[(int) (bit / 8)] ^ 1 << bit % 8);
            }
            Path target = target("flipped-" + i);
            int port = BackupTestBed.freePort();
            Command.Result damaged =
                    bed.restore(target, "--to", "latest", "--start", "--postgres-options", "-c port=" + port);
            assertThat(damaged.exitCode()).as("bit " + bit).isEqualTo(1);
            assertThat(damaged.err()).contains(String.valueOf(last.getFileName()));
            assertThat(target.resolve("recovery.signal"))
                    .as("it has not opened")
                    .exists();
            Files.write(last, whole);
        }

        Files.delete(objects.get(objects.size() - 2));
        Command.Result hole = bed.restore(target("hole"), "--to", "latest");
        assertThat(hole.exitCode()).isEqualTo(1);
        assertThat(hole.err()).contains("WAL is missing from");
        assertThat(target("hole")).doesNotExist();
    }

    @Test
    void whoStartsPostgresHimselfIsServedToo() throws Exception {
        prepare();
        int port = BackupTestBed.freePort();
        Path target = target("by-hand");
        Thread starter = Thread.startVirtualThread(() -> {
            Awaitility.await().atMost(BackupTestBed.BOUND).until(() -> Files.exists(target.resolve("recovery.signal")));
            a.program("pg_ctl", "-W", "-D", target.toString(), "-l", target + ".log", "-o", "-c port=" + port, "start");
        });
        bed.restore(target, "--to", "latest").expectSuccess();
        starter.join();
        Server found = bed.running("by-hand", target, port);
        Awaitility.await()
                .atMost(BackupTestBed.BOUND)
                .ignoreExceptions()
                .until(() -> found.sql("select count(*) from t where not pg_is_in_recovery()")
                        .equals("" + COMMITS));
        assertThat(target.resolve("pgprimacy_recovery")).doesNotExist();
        assertThat(Files.readString(target.resolve("postgresql.auto.conf")))
                .contains("archive_mode = 'off'")
                .doesNotContain("restore_command");
    }

    /** Commits with known positions, all of them in the store, and a server that is gone. */
    private List<Commit> prepare() throws Exception {
        a.sql("create table t(i int primary key)");
        bed.startKeeper(a, 1, 1);
        assertThat(bed.backup(a).getLast()).contains("\"completed\"");
        StringBuilder script = new StringBuilder();
        for (int i = 1; i <= COMMITS; i++) {
            script.append("begin; insert into t values (%d); select pg_current_xact_id(); commit;\n".formatted(i));
            script.append("select pg_current_wal_insert_lsn(); select clock_timestamp();\n");
            script.append(i % 10 == 0 ? "select pg_create_restore_point('p%d') \\g /dev/null\n".formatted(i) : "");
            script.append(i % 20 == 0 ? "select pg_switch_wal() \\g /dev/null\n" : "");
        }
        List<String> said = a.script(script.toString());
        List<Commit> commits = new ArrayList<>();
        for (int i = 0; i < COMMITS; i++) {
            commits.add(new Commit(i + 1, said.get(3 * i), said.get(3 * i + 1), said.get(3 * i + 2)));
        }
        bed.awaitStored(a);
        return commits;
    }

    private Command.Result assertRecovered(String name, int expected, String... options) throws Exception {
        int port = BackupTestBed.freePort();
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of("--start", "--postgres-options", "-c port=" + port));
        Command.Result restored =
                bed.restore(target(name), all.toArray(String[]::new)).expectSuccess();
        System.out.println(restored.err()
                .lines()
                .filter(l -> l.startsWith("recovered"))
                .findFirst()
                .orElse("?"));
        Server found = bed.running(name, target(name), port);
        assertThat(found.sql("select count(*), max(i), pg_is_in_recovery() from t"))
                .as(name)
                .isEqualTo(expected + "|" + expected + "|f");
        found.stop("immediate");
        return restored;
    }

    private Path target(String name) {
        return bed.directory.resolve("restored-" + name);
    }
}
