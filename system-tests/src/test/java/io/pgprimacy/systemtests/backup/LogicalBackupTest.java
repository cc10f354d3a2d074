package io.pgprimacy.systemtests.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.systemtests.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Dumps of real databases into a real S3 endpoint, and back into another server, with nothing but bucket and key. */
@Tag("side-by-side")
class LogicalBackupTest {
    private static final String ODD = "it's = \"odd\" \\ ünï";
    private static final Duration BOUND = Duration.ofMinutes(1);

    private BackupTestBed bed;
    private Server a;

    @BeforeEach
    void setUp() throws IOException {
        bed = new BackupTestBed();
        a = bed.initdb("a", "--encoding=UTF8", "--locale=C");
        a.start();
        a.sql("create role \"the owner's\" login password 'secret'");
        a.sql(
                "create database \"it's = \"\"odd\"\" \\ ünï\" owner \"the owner's\" template template0 encoding 'UTF8' locale 'C'");
        a.sql("create database plain");
        a.sqlIn(ODD, "create table \"T\" (id int primary key, \"väl\" text)");
        a.sqlIn(ODD, "insert into \"T\" select n, repeat(md5(n::text), 20) from generate_series(1, 60000) n");
        a.sqlIn(ODD, "alter table \"T\" owner to \"the owner's\"");
        a.sqlIn(ODD, "select lo_from_bytea(4711, '\\x00ff10'::bytea)");
        a.sqlIn(ODD, "create view v as select count(*) from \"T\"");
        a.sqlIn("plain", "create table p as select n from generate_series(1, 10) n");
    }

    @AfterEach
    void tearDown() throws Exception {
        bed.close();
    }

    @Test
    void everyDatabaseComesBackInAnotherServer() throws Exception {
        List<String> events = bed.dump(a);
        assertThat(events.getLast()).contains("\"completed\"", "\"type\":\"logical\"", "\"databases\":4");
        String id = id(events);
        assertThat(bed.objects()).noneMatch(name -> name.contains("/backups/"));
        assertThat(manifests(bed.list())).isEmpty();
        JsonNode manifest = manifests(bed.rescueDump("list", "--json")).get(0);
        assertThat(manifest.path("databases").findValuesAsString("name"))
                .containsExactly(ODD, "plain", "postgres", "template1");
        assertThat(manifest.path("databases").get(0).path("owner").asString()).isEqualTo("the owner's");
        assertThat(manifest.path("databases").get(0).path("encoding").asString())
                .isEqualTo("UTF8");
        String odd = a.dump(ODD);
        String plain = a.dump("plain");
        a.sqlIn(ODD, "drop table \"T\" cascade");
        bed.killStorage();

        Server b = bed.initdb("b", "--encoding=UTF8", "--locale=C");
        b.start();
        String into = "postgresql://postgres@127.0.0.1:" + b.port();
        Command.Result missing = bed.rescueDump("restore", id, "--into", into);
        assertThat(missing.exitCode()).as("its owner is not there").isEqualTo(1);
        assertThat(missing.out()).as("globals come first").contains("CREATE ROLE \"the owner's\"");
        assertThat(missing.err()).contains("role 'the owner's', which owns database", "--globals=apply");
        assertThat(b.sql("select count(*) from pg_database"))
                .as("nothing was created")
                .isEqualTo("3");

        bed.rescueDump("restore", id, "--into", into, "--globals", "apply").expectSuccess();

        assertThat(b.dump(ODD)).isEqualTo(odd);
        assertThat(b.dump("plain")).isEqualTo(plain);
        assertThat(b.sqlIn(ODD, "select encode(lo_get(4711), 'hex')")).isEqualTo("00ff10");

        Command.Result again = bed.rescueDump("restore", id, "--into", into, "--database", "plain");
        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.err())
                .contains("database 'plain' is there, and is not empty; nothing was changed", "hint: drop it");
    }

    @Test
    void filesArePgRestoresOwn() throws Exception {
        String id = id(bed.dump(a, "databases=[\"plain\"]"));
        Path files = bed.directory.resolve("files");

        bed.rescueDump("restore", "latest", "--to-file", files.toString()).expectSuccess();

        try (Stream<Path> written = Files.list(files)) {
            List<Path> all = written.sorted().toList();
            assertThat(all)
                    .extracting(f -> f.getFileName().toString())
                    .containsExactly("00000002-plain.dump", "globals.sql");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(all.getFirst())))
                    .isEqualTo("rw-------");
            assertThat(a.program("pg_restore", "--list", all.getFirst().toString())
                            .expectSuccess()
                            .out())
                    .contains("TABLE DATA public p postgres");
            assertThat(Files.readString(all.getLast())).contains("CREATE ROLE");
        }
        assertThat(bed.rescueDump("restore", id, "--to-file", files.toString()).err())
                .contains("is not empty");
        bed.verify("--master-keys", bed.directory.resolve("master.keys").toString())
                .expectSuccess();
    }

    @Test
    void whatCannotBeDoneIsRefusedWithAReason() throws Exception {
        assertThat(bed.dump(a, "databases=[\"nowhere\"]").getLast())
                .contains("there is no database 'nowhere' that accepts connections", "plain, postgres");
        assertThat(bed.rescueDump("restore", "latest", "--to-file", bed.directory + "/x")
                        .err())
                .contains("there is no logical backup latest, nor any other", "dump list");
        String physical = id(bed.backup(a));
        assertThat(bed.rescueDump("restore", physical, "--to-file", bed.directory + "/x")
                        .err())
                .contains("backup " + physical + " is no logical one");
        String dump = id(bed.dump(a, "databases=[\"plain\"]"));
        assertThat(bed.rescueDump("restore", "20200101T000000Z-00000000", "--to-file", bed.directory + "/x")
                        .err())
                .contains("there is no logical backup 20200101T000000Z-00000000; the last one is " + dump);
        assertThat(bed.rescueDump("restore", dump, "--database", "x", "--to-file", bed.directory + "/x")
                        .err())
                .contains("has no database 'x'", "it has plain");
        assertThat(bed.restore(bed.directory.resolve("y"), "--backup", dump).err())
                .contains("cluster demo has no backup " + dump);
        // What is physical rests upon what is physical.
        assertThat(bed.backup(a, "type=incremental").getLast()).contains("\"parent\":\"" + physical + "\"");
    }

    @Test
    void aDumpThatIsKilledOrFailsIsNoDump() throws Exception {
        Process killed = bed.startDump(a, "rate=2000000");
        Awaitility.await().atMost(BOUND).until(() -> bed.objects().stream().anyMatch(n -> n.contains("/dumps/")));
        killed.destroyForcibly().waitFor(BOUND.toSeconds(), TimeUnit.SECONDS);
        Awaitility.await("pg_dump has gone with it")
                .atMost(BOUND)
                .until(() -> a.sql("select count(*) from pg_stat_activity where application_name = 'pgprimacy pg_dump'")
                        .equals("0"));

        Process failing = bed.startDump(a, "rate=2000000");
        Awaitility.await()
                .atMost(BOUND)
                .until(() -> a.sql("select count(*) from pg_stat_activity where application_name = 'pgprimacy pg_dump'")
                        .equals("1"));
        a.sql("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'pgprimacy pg_dump'");
        assertThat(failing.waitFor(BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();

        assertThat(bed.events().getLast()).contains("\"failed\"", "pg_dump ended with exit status 1");
        assertThat(manifests(bed.rescueDump("list", "--json"))).isEmpty();
    }

    private static String id(List<String> events) {
        assertThat(events.getLast()).contains("\"completed\"");
        return JsonMapper.shared().readTree(events.getLast()).path("backup").asString();
    }

    private static List<JsonNode> manifests(Command.Result list) {
        return List.copyOf(JsonMapper.shared()
                .readTree(list.expectSuccess().out())
                .path("manifests")
                .values());
    }
}
