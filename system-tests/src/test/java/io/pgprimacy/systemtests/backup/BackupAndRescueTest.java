package io.pgprimacy.systemtests.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.systemtests.Command;
import java.io.IOException;
import java.io.RandomAccessFile;
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

/** A full backup of a busy PostgreSQL into a real S3 endpoint, and the way back with nothing but bucket and key. */
@Tag("side-by-side")
class BackupAndRescueTest {
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
    void aBusyDatabaseIsBackedUpAndRestored() throws Exception {
        Server a = bed.initdb("a", "--data-checksums");
        a.start();
        Path space = bed.directory.resolve("space");
        BackupTestBed.asPostgres(List.of("mkdir", space.toString())).expectSuccess();
        a.sql("create tablespace space location '" + space + "'");
        String oid = a.sql("select oid from pg_tablespace where spcname = 'space'");
        a.sql("create table elsewhere tablespace space as select i, md5(i::text) from generate_series(1, 20000) i");
        a.sql("create unlogged table unlogged as select generate_series(1, 1000)");
        a.sql("create table quiet as select i, repeat('x', 500) t from generate_series(1, 20000) i");
        a.program(
                        "pgbench",
                        "-i",
                        "-q",
                        "-s",
                        "5",
                        "-h",
                        "127.0.0.1",
                        "-p",
                        "" + a.port(),
                        "-U",
                        "postgres",
                        "postgres")
                .expectSuccess();
        Process load = pgbench(a, 20);
        List<String> events = bed.backup(a);
        load.destroy();
        assertThat(events.getLast()).contains("\"completed\"").contains("\"wrongPages\":0");
        // Everything that runs may be gone.
        bed.killStorage();
        a.stop("immediate");

        Path target = bed.directory.resolve("restored");
        bed.restore(target, "--tablespace", oid + "=" + bed.directory.resolve("moved"))
                .expectSuccess();

        a.program("pg_verifybackup", target.toString()).expectSuccess();
        Server restored = bed.server("restored", target);
        restored.start();
        assertThat(restored.sql("select count(*) from elsewhere")).isEqualTo("20000");
        assertThat(restored.sql("select count(*), sum(length(t)) from quiet")).isEqualTo("20000|10000000");
        assertThat(restored.sql("select count(*) from unlogged")).isEqualTo("0");
        assertThat(
                        restored.sql(
                                "select (select sum(abalance) from pgbench_accounts) = (select coalesce(sum(delta), 0) from pgbench_history)"))
                .isEqualTo("t");
        assertThat(restored.sql("select pg_tablespace_location(oid) from pg_tablespace where spcname = 'space'"))
                .isEqualTo(bed.directory.resolve("moved").toString());
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
        restored.stop("fast");
        restored.program("pg_checksums", "--check", "-D", target.toString()).expectSuccess();
    }

    @Test
    void aStandbyIsBackedUpAndRestored() throws Exception {
        Server a = bed.initdb("a", "--data-checksums");
        a.start();
        a.sql("create table t as select generate_series(1, 50000) i");
        Path data = bed.directory.resolve("b");
        a.program(
                        "pg_basebackup",
                        "-h",
                        "127.0.0.1",
                        "-p",
                        "" + a.port(),
                        "-U",
                        "postgres",
                        "-D",
                        data.toString(),
                        "-R",
                        "-X",
                        "stream")
                .expectSuccess();
        Server b = bed.server("b", data);
        b.start();
        a.sql("insert into t select generate_series(50001, 60000)");
        Awaitility.await()
                .atMost(BackupTestBed.BOUND)
                .until(() -> b.sql("select count(*) from t").equals("60000"));
        assertThat(bed.backup(b).getLast()).contains("\"completed\"");

        Path target = bed.directory.resolve("restored");
        bed.restore(target).expectSuccess();
        a.program("pg_verifybackup", target.toString()).expectSuccess();
        assertThat(target.resolve("standby.signal")).doesNotExist();
        Server restored = bed.server("restored", target);
        restored.start();
        assertThat(restored.sql("select count(*), pg_is_in_recovery() from t")).isEqualTo("60000|f");
        assertThat(restored.dump()).isEqualTo(b.dump());
    }

    @Test
    void aDamagedPageMakesABackupSuspect() throws Exception {
        Server a = bed.initdb("a", "--data-checksums");
        a.start();
        a.sql("create table t as select generate_series(1, 5000) i");
        String file = a.sql("select pg_relation_filepath('t')");
        a.stop("fast");
        try (RandomAccessFile relation =
                new RandomAccessFile(a.data().resolve(file).toFile(), "rw")) {
            relation.seek(8192 + 4000);
            relation.write(0x5a);
        }
        a.start();
        assertThat(bed.backup(a).getLast()).contains("\"completed\"").contains("\"wrongPages\":1");

        Command.Result refused = bed.restore(bed.directory.resolve("restored"));
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).contains("whose checksum was wrong");
        assertThat(bed.directory.resolve("restored")).doesNotExist();
        bed.restore(bed.directory.resolve("restored"), "--accept-suspect").expectSuccess();
    }

    @Test
    void aBackupThatWasKilledIsNoneAndTheNextOneIs() throws Exception {
        Server a = bed.initdb("a");
        a.start();
        a.sql("create table t as select i, md5(i::text) from generate_series(1, 300000) i");
        Process worker = bed.startBackup(a, "rate=5000000");
        Awaitility.await()
                .atMost(BackupTestBed.BOUND)
                .until(() -> bed.objects().stream().anyMatch(o -> o.contains("/keys/"))
                        && bed.events().size() > 2);
        worker.destroyForcibly().waitFor(BackupTestBed.BOUND.toSeconds(), TimeUnit.SECONDS);
        assertThat(bed.list().expectSuccess().out()).contains("\"manifests\" : [ ]");
        // PostgreSQL has ended its side with the session.
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> a.sql("select count(*) from pg_replication_slots").equals("0"));

        assertThat(bed.backup(a).getLast()).contains("\"completed\"");
        assertThat(bed.list().expectSuccess().out()).containsOnlyOnce("\"chain\"");
        bed.restore(bed.directory.resolve("restored")).expectSuccess();
    }

    @Test
    void aStoreAndAStorageServiceThatComeBackEndNoBackup() throws Exception {
        Server a = bed.initdb("a");
        a.start();
        a.sql("create table t as select i, md5(i::text) from generate_series(1, 500000) i");
        Process worker = bed.startBackup(a, "rate=10000000");
        Awaitility.await().atMost(BackupTestBed.BOUND).until(() -> bed.events().size() > 2);
        bed.killS3();
        bed.killStorage();
        bed.startS3();
        bed.startStorage();
        assertThat(worker.waitFor(BackupTestBed.BOUND.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(bed.events().getLast()).contains("\"completed\"");
        bed.restore(bed.directory.resolve("restored")).expectSuccess();
        a.program("pg_verifybackup", bed.directory.resolve("restored").toString())
                .expectSuccess();
    }

    @Test
    void aRotatedKeyOpensAndTheOldOneDoesNot() throws Exception {
        Server a = bed.initdb("a");
        a.start();
        assertThat(bed.backup(a).getLast()).contains("\"completed\"");
        Path old = bed.directory.resolve("master.keys");
        String next = bed.rescue("generate-key").expectSuccess().out();
        Path both = Files.writeString(bed.directory.resolve("both.keys"), next + Files.readString(old));
        bed.rotateKey(both).expectSuccess();
        assertThat(bed.restore(bed.directory.resolve("x")).exitCode()).isEqualTo(1);
        Files.writeString(old, next);
        bed.restore(bed.directory.resolve("restored")).expectSuccess();
    }

    @Test
    void aDamagedObjectIsNamedFromOutside() throws Exception {
        Server a = bed.initdb("a");
        a.start();
        assertThat(bed.backup(a).getLast()).contains("\"completed\"");
        String keys = bed.directory.resolve("master.keys").toString();
        bed.verify().expectSuccess();
        assertThat(bed.verify("--backup", "latest", "--master-keys", keys)
                        .expectSuccess()
                        .out())
                .contains("good");
        String data = bed.objects().stream()
                .filter(name -> name.endsWith("data/00000001"))
                .findFirst()
                .orElseThrow();
        Path file = bed.directory.resolve("s3/backups").resolve(data);
        byte[] flipped = Files.readAllBytes(file);
        flipped[flipped.length / 2] ^= 4;
        Files.write(file, flipped);
        for (Command.Result damaged : List.of(bed.verify(), bed.verify("--master-keys", keys))) {
            assertThat(damaged.exitCode()).isEqualTo(1);
            assertThat(damaged.out()).contains("DAMAGED").contains(data).contains("SHA-256");
        }
    }

    @Test
    void anotherServersDirectoryIsRefused() throws Exception {
        Server a = bed.initdb("a");
        Server other = bed.initdb("other");
        a.start();
        Server mixed = new Server("a", other.data(), a.port());
        assertThat(bed.backup(mixed).getLast()).contains("\"failed\"").contains("data directory");
        assertThat(bed.objects()).isEmpty();
    }

    static Process pgbench(Server server, int seconds) throws IOException {
        return new ProcessBuilder(
                        Server.bin().resolve("pgbench").toString(),
                        "-n",
                        "-c",
                        "2",
                        "-T",
                        "" + seconds,
                        "-h",
                        "127.0.0.1",
                        "-p",
                        "" + server.port(),
                        "-U",
                        "postgres",
                        "postgres")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
