package io.pgprimacy.systemtests.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Backups of which PostgreSQL sends the files. */
@Tag("side-by-side")
class StreamedBackupTest {
    private BackupTestBed bed;

    @BeforeEach
    void setUp() throws IOException {
        bed = new BackupTestBed();
    }

    @AfterEach
    void tearDown() throws Exception {
        bed.close();
    }

    /** Two tablespaces, a password, load, and a {@code pg_hba.conf} that allows nobody to replicate. */
    @Test
    void whatCannotBeReadIsStreamedAndWhatCanBeReadLaterRestsUponIt() throws Exception {
        Server a = bed.initdb("a", "--data-checksums");
        a.start();
        String moved = tablespace(a, "one") + tablespace(a, "two");
        a.sql("create table one tablespace one as select i, md5(i::text) from generate_series(1, 20000) i");
        a.sql("create table two tablespace two as select i, repeat('x', 500) t from generate_series(1, 20000) i");
        a.sql("create unlogged table unlogged as select generate_series(1, 1000)");
        pgbench(a, "-i", "-q", "-s", "5");
        requirePassword(a);

        Process load = BackupAndRescueTest.pgbench(a, 30);
        List<String> events = bed.backup(
                a, "type=incremental", "postgres.data=/nowhere", "postgres.user=app", "postgres.password=it's");
        load.destroyForcibly().onExit().join();
        assertThat(events)
                .anySatisfy(event -> assertThat(event)
                        .contains("\"streamed\"")
                        .contains("the files cannot be read here (/nowhere is not there)"));
        assertThat(events.getLast())
                .contains("\"completed\"")
                .contains("\"type\":\"full\"")
                .contains("so PostgreSQL streamed all files")
                .contains("\"wrongPages\":0");
        a.sql("insert into two select i, 'y' from generate_series(1, 10) i");
        a.sql("checkpoint");
        assertThat(bed.backup(a, "type=incremental").getLast()).contains("\"type\":\"incremental\"");
        a.sql("truncate unlogged");
        String expected = a.dump();
        a.stop("fast");

        Path target = bed.directory.resolve("restored");
        bed.restore(target, moved.strip().split(" ")).expectSuccess();
        Server restored = started(target, "restored");
        assertThat(withoutLocations(restored.dump())).isEqualTo(withoutLocations(expected));
        assertThat(restored.sql("select count(*) from one")).isEqualTo("20000");
        assertThat(restored.sql("select count(*) from two")).isEqualTo("20010");
        restored.program(
                        "pg_amcheck", tcp(restored, "--all", "--install-missing", "--heapallindexed", "--parent-check"))
                .expectSuccess();
        restored.stop("fast");
        restored.program("pg_checksums", "--check", "-D", target.toString()).expectSuccess();
    }

    @Test
    void aStandbyStreamsAndItsCopyComesUpAsAPrimary() throws Exception {
        Server a = bed.initdb("a", "--data-checksums");
        a.start();
        Path data = bed.directory.resolve("b");
        a.program("pg_basebackup", tcp(a, "-D", data.toString(), "-R", "-X", "stream"))
                .expectSuccess();
        Server b = bed.server("b", data);
        b.start();
        a.sql("create table t as select generate_series(1, 60000) i");
        a.sql("create table filler as select i, md5(i::text) from generate_series(1, 100000) i");
        Awaitility.await()
                .atMost(BackupTestBed.BOUND)
                .until(() -> b.sql("select to_regclass('filler') is not null").equals("t"));
        assertThat(bed.backup(b, "source=stream").getLast())
                .contains("\"completed\"")
                .doesNotContain("whyFull");

        Path target = bed.directory.resolve("restored");
        bed.restore(target).expectSuccess();
        assertThat(target.resolve("standby.signal")).doesNotExist();
        Server restored = started(target, "restored");
        assertThat(restored.sql("select count(*), pg_is_in_recovery() from t")).isEqualTo("60000|f");
        assertThat(restored.dump()).isEqualTo(b.dump());
    }

    /** PostgreSQL ends the second one with an error, after it has sent everything. */
    @Test
    void whoMayNotStreamIsToldWhyAndADamagedPageMakesABackupSuspect() throws Exception {
        Server a = bed.initdb("a", "--data-checksums");
        a.configure("max_wal_senders = 0");
        a.start();
        assertThat(bed.backup(a, "postgres.data=/nowhere").getLast())
                .contains("\"failed\"")
                .contains(
                        "the files cannot be read here (/nowhere is not there), and PostgreSQL does not send the files")
                .contains("max_wal_senders");
        assertThat(bed.backup(a, "postgres.data=/nowhere", "source=files").getLast())
                .contains("\"failed\"")
                .contains("/nowhere is not there")
                .contains("source=stream");
        a.sql("create table t as select generate_series(1, 5000) i");
        String file = a.sql("select pg_relation_filepath('t')");
        a.stop("fast");
        a.configure("max_wal_senders = 4");
        try (RandomAccessFile relation =
                new RandomAccessFile(a.data().resolve(file).toFile(), "rw")) {
            relation.seek(8192 + 4000);
            relation.write(0x5a);
        }
        a.start();
        assertThat(bed.backup(a, "source=stream").getLast())
                .contains("\"completed\"")
                .contains("\"wrongPages\":1");
        bed.restore(bed.directory.resolve("restored"), "--accept-suspect").expectSuccess();
    }

    private String tablespace(Server server, String name) {
        Path space = bed.directory.resolve(name);
        BackupTestBed.asPostgres(List.of("mkdir", space.toString())).expectSuccess();
        server.sql("create tablespace " + name + " location '" + space + "'");
        return "--tablespace " + server.sql("select oid from pg_tablespace where spcname = '" + name + "'") + "="
                + bed.directory.resolve("moved-" + name) + " ";
    }

    private static void requirePassword(Server server) throws IOException {
        server.sql("create role app superuser login password 'it''s'");
        Files.writeString(server.data().resolve("pg_hba.conf"), """
                host all app 127.0.0.1/32 scram-sha-256
                host all postgres 127.0.0.1/32 trust
                """);
        server.sql("select pg_reload_conf()");
    }

    private Server started(Path target, String name) throws IOException {
        Server server = bed.server(name, target);
        server.program("pg_verifybackup", "--ignore=postgresql.conf", target.toString())
                .expectSuccess();
        server.start();
        return server;
    }

    private static String withoutLocations(String dump) {
        return dump.replaceAll("LOCATION '[^']*'", "LOCATION");
    }

    private static void pgbench(Server server, String... arguments) {
        server.program("pgbench", tcp(server, arguments)).expectSuccess();
    }

    private static String[] tcp(Server server, String... arguments) {
        List<String> all = new ArrayList<>(List.of("-h", "127.0.0.1", "-p", "" + server.port(), "-U", "postgres"));
        all.addAll(List.of(arguments));
        return all.toArray(String[]::new);
    }
}
