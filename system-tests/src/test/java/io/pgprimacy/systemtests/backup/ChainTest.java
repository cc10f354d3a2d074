package io.pgprimacy.systemtests.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Full, incremental and differential backups, and what their chains compose. */
@Tag("side-by-side")
class ChainTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    private BackupTestBed bed;

    @BeforeEach
    void setUp() throws IOException {
        bed = new BackupTestBed();
    }

    @AfterEach
    void tearDown() throws Exception {
        bed.close();
    }

    /**
     * Neither checksums nor wal_log_hints: VACUUM marks pages all-visible without moving their LSN. A backup that chose pages by LSN alone
     * would restore a visibility map that says so over pages that do not, and an index-only scan would count rows that were deleted.
     */
    @Test
    void whatVacuumMarksWithoutWalIsInTheIncrement() throws Exception {
        Server a = bed.initdb("a");
        a.configure("autovacuum = off");
        a.start();
        a.sql("create extension pg_visibility");
        a.sql("create table t(id int primary key, v text)");
        a.sql("insert into t select i, repeat('x', 100) from generate_series(1, 20000) i");
        a.sql("select count(*) from t");
        a.sql("checkpoint");
        completed(bed.backup(a), "full");
        a.sql("vacuum t");
        JsonNode increment = completed(bed.backup(a, "type=incremental"), "incremental");
        a.stop("fast");

        Server restored = restore("restored");
        assertThat(restored.sql("select count(*) from pg_visibility('t') where all_visible and not pd_all_visible"))
                .isEqualTo("0");
        assertThat(restored.sql("select count(*) > 300 from pg_visibility('t') where all_visible"))
                .isEqualTo("t");
        restored.sql("delete from t");
        assertThat(restored.sql("set enable_seqscan = off; select count(id) from t"))
                .isEqualTo("0");
        assertThat(restored.sql("set enable_indexscan = off; set enable_indexonlyscan = off; select count(*) from t"))
                .isEqualTo("0");
        assertThat(increment.get("stored").asLong()).isPositive();
    }

    @Test
    void anIncrementHoldsWhatChangedAndADifferentialWhatChangedSinceTheFull() throws Exception {
        Server a = bed.initdb("a", "--data-checksums");
        a.start();
        a.sql(
                "create table large as select i, (select string_agg(md5((i * 50 + k)::text), '') from generate_series(1, 30) k) t from generate_series(1, 20000) i");
        a.sql("create table small(i int)");
        a.sql("checkpoint");
        long full = completed(bed.backup(a), "full").get("stored").asLong();
        a.sql("insert into small values (1)");
        long first = completed(bed.backup(a, "type=incremental"), "incremental")
                .get("stored")
                .asLong();
        a.sql("insert into small values (2)");
        completed(bed.backup(a, "type=incremental"), "incremental");
        a.sql("insert into small values (3)");
        JsonNode differential = completed(bed.backup(a, "type=differential"), "differential");
        assertThat(first).isLessThan(full / 4);
        JsonNode last = manifest(differential.get("backup").asString());
        assertThat(last.get("chain").size()).isEqualTo(2);
        assertThat(restore("restored").sql("select sum(i), (select count(*) from large) from small"))
                .isEqualTo("6|20000");
    }

    @Test
    void whatChangesTheInstanceMakesTheNextBackupAFullOne() throws Exception {
        Server a = bed.initdb("a");
        a.start();
        assertThat(completed(bed.backup(a, "type=incremental"), "full")
                        .get("whyFull")
                        .asString())
                .contains("no sound backup");
        a.stop("fast");
        a.program("pg_checksums", "--enable", "-D", a.data().toString()).expectSuccess();
        a.start();
        assertThat(completed(bed.backup(a, "type=incremental"), "full")
                        .get("whyFull")
                        .asString())
                .contains("became another");
    }

    /** Seeded: what it did can be done again. */
    @Test
    void aChainUnderRandomChangesRestores() throws Exception {
        SplittableRandom random = new SplittableRandom(7);
        Server a = bed.initdb("a", random.nextBoolean() ? "--data-checksums" : "--no-instructions");
        a.configure("autovacuum_naptime = 1s");
        a.start();
        a.program(
                        "pgbench",
                        "-i",
                        "-q",
                        "-s",
                        "2",
                        "-h",
                        "127.0.0.1",
                        "-p",
                        "" + a.port(),
                        "-U",
                        "postgres",
                        "postgres")
                .expectSuccess();
        completed(bed.backup(a), "full");
        for (int backup = 0; backup < 3; backup++) {
            for (int change = 0; change < 12; change++) {
                change(a, random);
            }
            Process load = BackupAndRescueTest.pgbench(a, 30);
            try {
                completed(bed.backup(a, "type=incremental"), "incremental");
            } finally {
                load.destroyForcibly().onExit().join();
            }
        }
        a.sql("checkpoint");
        completed(bed.backup(a, "type=incremental"), "incremental");
        String expected = a.dump();
        a.stop("fast");

        Server restored = restore("restored");
        assertThat(restored.dump()).isEqualTo(expected);
        restored.program(
                        "pg_amcheck",
                        "-h",
                        "127.0.0.1",
                        "-p",
                        "" + restored.port(),
                        "-U",
                        "postgres",
                        "--all",
                        "--install-missing",
                        "--heapallindexed",
                        "--parent-check")
                .expectSuccess();
    }

    private static void change(Server server, SplittableRandom random) {
        String table = "t" + random.nextInt(6);
        String rows = "generate_series(1, " + random.nextInt(1, 5000) + ") i";
        server.sql("create table if not exists " + table + "(i int primary key, v text)");
        server.sql(
                switch (random.nextInt(8)) {
                    case 0 -> "drop table " + table;
                    case 1 -> "truncate " + table;
                    case 2, 3 ->
                        "insert into " + table + " select i, md5(i::text) from " + rows + " on conflict do nothing";
                    case 4 -> "delete from " + table + " where i % 3 = 0";
                    case 5 -> "update " + table + " set v = v || 'x' where i % 7 = 0";
                    case 6 -> "vacuum " + table;
                    default -> "vacuum full " + table;
                });
    }

    private Server restore(String name) throws IOException {
        Path target = bed.directory.resolve(name);
        bed.restore(target).expectSuccess();
        Server restored = bed.server(name, target);
        restored.program("pg_verifybackup", "--ignore=postgresql.conf", target.toString())
                .expectSuccess();
        restored.start();
        return restored;
    }

    private JsonNode manifest(String backup) {
        for (JsonNode manifest : JSON.readTree(bed.list().expectSuccess().out()).get("manifests")) {
            if (manifest.get("id").asString().equals(backup)) {
                return manifest;
            }
        }
        throw new AssertionError("no backup " + backup + " is listed");
    }

    private static JsonNode completed(List<String> events, String type) {
        JsonNode last = JSON.readTree(events.getLast());
        assertThat(last.get("event").asString()).as(events.getLast()).isEqualTo("completed");
        assertThat(last.get("type").asString()).as(events.getLast()).isEqualTo(type);
        return last;
    }
}
