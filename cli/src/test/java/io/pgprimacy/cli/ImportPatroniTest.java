package io.pgprimacy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class ImportPatroniTest {
    private static final Path SAMPLE = Path.of("src/test/resources/patroni/postgres0.yml");
    private static final String LEAST =
            "scope: demo\nname: a\npostgresql: {data_dir: /data, connect_address: 'h:5432'%s}\n%s\n";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path directory;

    @Test
    void the_sample_of_the_documentation() {
        Ran ran = Ran.of("import-patroni", SAMPLE.toString(), "--json");

        assertThat(ran.code()).as(ran.err()).isZero();
        JsonNode read = App.JSON.readTree(ran.out());
        assertThat(read.path("cluster").asString()).isEqualTo("batman");
        assertThat(read.path("config")).isEqualTo(App.JSON.readTree("""
                {"profile":"normal","sync":false,"maximumLagOnFailover":1048576,"rejoin":"rewind","parameters":{
                "max_connections":"100","shared_buffers":"256MB","track_commit_timestamp":"off","wal_level":"replica"}}"""));
        assertThat(read.path("settings")).isEqualTo(App.JSON.readTree("""
                {"cluster":"batman","node":"postgresql0","kafka.bootstrap.servers":"","postgres.bin":"/usr/lib/postgresql/15/bin",
                "postgres.data":"data/postgresql0","postgres.port":"5432","postgres.host":"127.0.0.1","postgres.listen":"127.0.0.1",
                "postgres.user":"postgres","postgres.hba.001":"host replication replicator 127.0.0.1/32 md5",
                "postgres.hba.002":"host all all 0.0.0.0/0 md5","api.listen":"127.0.0.1","api.port":"8008",
                "api.operators.file":"/etc/pgprimacy/operators","state.dir":"/var/lib/pgprimacy",
                "peers.secret.file":"/etc/pgprimacy/peers.secret","tags.noloadbalance":"false","tags.other.zone":"a"}"""));
        assertThat(read.path("notes").valueStream().map(n -> n.path("setting").asString()))
                .containsExactlyInAnyOrder(
                        "bootstrap.dcs.ttl",
                        "bootstrap.dcs.loop_wait",
                        "bootstrap.dcs.retry_timeout",
                        "bootstrap.dcs.primary_start_timeout",
                        "bootstrap.dcs.postgresql.use_slots",
                        "bootstrap.initdb",
                        "etcd3.host",
                        "namespace",
                        "parameters.hot_standby",
                        "parameters.unix_socket_directories",
                        "parameters.wal_log_hints",
                        "postgresql.authentication.replication",
                        "postgresql.authentication.rewind.username",
                        "postgresql.authentication.rewind.password",
                        "postgresql.data_dir",
                        "postgresql.parameters",
                        "postgresql.pgpass",
                        "restapi.authentication",
                        "tags.nosync");
        assertThat(ran.out())
                .doesNotContain("patroni\"")
                .doesNotContain("rep-pass")
                .doesNotContain("not known here");
    }

    @Test
    void what_nobody_knows_is_not_lost() throws IOException {
        Ran ran = Ran.of("import-patroni", file("", "bootstrap: {dcs: {brand_new: {deep: 1}}}"), "--json");
        assertThat(App.JSON.readTree(ran.out()).path("notes").valueStream()).anySatisfy(note -> {
            assertThat(note.path("setting").asString()).isEqualTo("bootstrap.dcs.brand_new.deep");
            assertThat(note.path("why").asString()).startsWith("not known here");
        });
    }

    @ParameterizedTest
    @CsvSource({"30,normal", "3,fast", "5,fast", "7,normal", "15,cross-zone", "60,wan", "1,fast"})
    void the_profile_is_the_slowest_that_keeps_to_what_was_chosen(long ttl, String profile) throws IOException {
        assertThat(config("bootstrap: {dcs: {ttl: " + ttl + "}}")
                        .path("profile")
                        .asString())
                .isEqualTo(profile);
    }

    @Test
    void synchronous_modes() throws IOException {
        JsonNode quorum = config(
                "bootstrap: {dcs: {synchronous_mode: quorum, synchronous_mode_strict: true, synchronous_node_count: 2}}");
        assertThat(quorum.path("sync").asBoolean()).isTrue();
        assertThat(quorum.path("strict").asBoolean()).isTrue();
        assertThat(quorum.path("acknowledgements").asInt()).isEqualTo(2);
        assertThat(config("bootstrap: {dcs: {synchronous_mode: on}}")
                        .path("acknowledgements")
                        .asInt())
                .isEqualTo(1);
        assertThat(config("").path("rejoin").asString()).isEqualTo("rebuild");
    }

    @Test
    void the_settings_are_written_for_their_owner_alone_and_over_nothing() throws IOException {
        Path target = directory.resolve("agent.properties");
        Ran ran = Ran.of("import-patroni", SAMPLE.toString(), "--settings", target.toString(), "--kafka", "k1:9092");

        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(Files.readAllLines(target))
                .contains("cluster = batman", "kafka.bootstrap.servers = k1:9092", "postgres.password = patroni");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
                .isEqualTo("rw-------");
        assertThat(ran.out()).contains("without an equivalent").doesNotContain("= patroni\n");

        Ran again = Ran.of("import-patroni", SAMPLE.toString(), "--settings", target.toString());
        assertThat(again.code()).isEqualTo(2);
        assertThat(again.err()).contains("hint: name a file that is not there yet");
    }

    @Test
    void applied_it_is_a_request_for_the_configuration() throws IOException {
        try (FakeCoordinator coordinator = new FakeCoordinator()) {
            coordinator
                    .on("POST /requests/config", 202, "{\"id\":\"r1\"}")
                    .on(
                            "GET /operations/r1",
                            200,
                            "{\"id\":\"r1\",\"state\":\"SUCCEEDED\",\"message\":\"\",\"steps\":[]}");

            Ran ran = Ran.at(
                    coordinator,
                    "import-patroni",
                    SAMPLE.toString(),
                    "--cluster",
                    "main",
                    "--apply",
                    "--yes",
                    "--reason",
                    "from Patroni");

            assertThat(ran.code()).as(ran.err()).isZero();
            assertThat(ran.out()).contains("config done");
            assertThat(coordinator.lastBody().path("reason").asString()).isEqualTo("from Patroni");
            assertThat(coordinator
                            .lastBody()
                            .path("config")
                            .path("maximumLagOnFailover")
                            .asLong())
                    .isEqualTo(1048576);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "[1, 2]|it is no YAML mapping",
                "a: [|it is not YAML",
                "scope: x|it has no name",
                "\"scope: a\nscope: b\"|found duplicate key",
                "\"scope: 'ä ö'\nname: a\npostgresql: {data_dir: /d, connect_address: 'h:1'}\"|scope cannot be a name here",
                "\"scope: a\nname: a\npostgresql: {data_dir: /d}\"|connect_address is missing",
                "\"scope: a\nname: a\npostgresql: {data_dir: /d, connect_address: 'h:x'}\"|connect_address is no address",
                "\"scope: a\nname: a\npostgresql: 7\"|data_dir is missing",
            })
    void what_is_no_patroni_yml_is_refused(String text, String why) throws IOException {
        refused(text, why);
    }

    @Test
    void what_would_be_another_cluster_here_is_refused() throws IOException {
        refused(LEAST.formatted("", "bootstrap: {dcs: {standby_cluster: {host: h}}}"), "standby cluster");
        refused(LEAST.formatted("", "citus: {group: 0, database: d}"), "Citus");
        refused(LEAST.formatted("", "bootstrap: {dcs: {ttl: soon}}"), "bootstrap.dcs.ttl is no number: soon");
        refused(LEAST.formatted("", "bootstrap: {dcs: {synchronous_mode: maybe}}"), "neither on, off nor quorum");
        refused(LEAST.formatted(", listen: '*:5433'", ""), "listens on port 5433");
    }

    @Test
    void applying_needs_a_reason() throws IOException {
        assertThat(Ran.of("import-patroni", SAMPLE.toString(), "--apply", "--yes")
                        .err())
                .contains("the reason is empty");
        assertThat(Ran.of("import-patroni", SAMPLE.toString(), "--reason", "x").code())
                .isEqualTo(2);
    }

    private void refused(String text, String why) throws IOException {
        Path file = Files.writeString(directory.resolve("patroni.yml"), text);
        Ran ran = Ran.of("import-patroni", file.toString());
        assertThat(ran.code()).as(text).isEqualTo(2);
        assertThat(ran.err()).contains("is not taken over: ").contains(why);
        assertThat(ran.out()).isEmpty();
    }

    private JsonNode config(String more) throws IOException {
        Ran ran = Ran.of("import-patroni", file("", more), "--json");
        assertThat(ran.code()).as(ran.err()).isZero();
        return App.JSON.readTree(ran.out()).path("config");
    }

    private String file(String postgresql, String more) throws IOException {
        return Files.writeString(directory.resolve("patroni.yml"), LEAST.formatted(postgresql, more))
                .toString();
    }
}
