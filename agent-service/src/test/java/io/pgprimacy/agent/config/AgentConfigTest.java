package io.pgprimacy.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgprimacy.agent.logging.LogFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentConfigTest {
    private static final String LEAST = """
            cluster=main
            node=pg1
            kafka.bootstrap.servers=127.0.0.1:9092
            postgres.bin=/usr/lib/postgresql/15/bin
            postgres.data=/data
            postgres.host=db1
            state.dir=/state
            """;

    @TempDir
    Path directory;

    @Test
    void has_defaults_for_what_most_leave_out() throws IOException {
        AgentConfig config = read(LEAST);

        assertThat(config.postgresPort()).isEqualTo(5432);
        assertThat(config.apiPort()).isEqualTo(8008);
        assertThat(config.adminUser()).isEqualTo("postgres");
        assertThat(config.tags()).isEqualTo(LocalTags.DEFAULT);
    }

    @Test
    void logs_text_unless_it_says_json() throws IOException {
        assertThat(read(LEAST).logFormat()).isEqualTo(LogFormat.TEXT);
        assertThat(read(LEAST + "log.format=json\n").logFormat()).isEqualTo(LogFormat.JSON);
        assertThatThrownBy(() -> read(LEAST + "log.format=xml\n"))
                .isInstanceOf(ConfigurationFailure.class)
                .hasMessageContaining("text or json");
    }

    @Test
    void takes_hba_lines_in_their_order_and_kafka_settings_by_prefix() throws IOException {
        AgentConfig config = read(LEAST + "postgres.hba.2=b\npostgres.hba.1=a\nkafka.security.protocol=SSL\n");

        assertThat(config.hba()).containsExactly("a", "b");
        assertThat(config.kafka()).containsEntry("security.protocol", "SSL");
    }

    @Test
    void takes_backups_only_where_storage_is_configured() throws IOException {
        Path secret = Files.writeString(directory.resolve("secret"), "s");
        String storage = "storage.url=http://store:8090\nstorage.token.file=" + secret + "\nstorage.master.keys.file="
                + secret + "\nstorage.worker.lib=" + directory + "\n";

        assertThat(read(LEAST).storage()).isEmpty();
        StorageConfig read = read(LEAST + storage).storage().orElseThrow();
        assertThat(read.url()).hasHost("store");
        assertThat(read.walArchive()).isTrue();
        assertThat(read(LEAST + storage + "storage.wal.archive=false\n")
                        .storage()
                        .orElseThrow()
                        .walArchive())
                .isFalse();
    }

    @Test
    void knows_where_the_files_of_a_backup_come_from() throws IOException {
        Path secret = Files.writeString(directory.resolve("secret"), "s");
        String storage = LEAST + "storage.url=http://store:8090\nstorage.token.file=" + secret
                + "\nstorage.master.keys.file=" + secret + "\nstorage.worker.lib=" + directory + "\n";
        assertThat(read(storage).storage().orElseThrow().backupSource()).isEqualTo(BackupSource.AUTO);
        assertThat(read(storage + "storage.backup.source=stream\n")
                        .storage()
                        .orElseThrow()
                        .backupSource())
                .isEqualTo(BackupSource.STREAM);
        assertThatThrownBy(() -> read(storage + "storage.backup.source=Stream\n"))
                .isInstanceOf(ConfigurationFailure.class)
                .hasMessageContaining("files, stream or auto");
    }

    @Test
    void refuses_half_of_a_storage() {
        assertThatThrownBy(() -> read(LEAST + "storage.url=http://store:8090\n"))
                .isInstanceOf(ConfigurationFailure.class)
                .hasMessageContaining("storage.token.file");
        assertThatThrownBy(() -> read(LEAST + "storage.url=ftp://store\n"))
                .isInstanceOf(ConfigurationFailure.class)
                .hasMessageContaining("ftp://store");
        assertThatThrownBy(() -> read(LEAST + "storage.url=http://store\nstorage.token.file=/nowhere/token\n"))
                .isInstanceOf(ConfigurationFailure.class)
                .hasMessageContaining("/nowhere/token");
    }

    @Test
    void has_tags_for_coordinators_and_others_for_load_balancers() throws IOException {
        LocalTags tags = read(LEAST + "tags.failover_priority=3\ntags.noloadbalance=true\ntags.other.zone=north\n")
                .tags();

        assertThat(tags.ofLog().failoverPriority()).isEqualTo(3);
        assertThat(tags.shown())
                .containsEntry("failover_priority", 3)
                .containsEntry("noloadbalance", true)
                .containsEntry("zone", "north")
                .hasSize(3);
        assertThat(tags.has("zone", "north")).isTrue();
        assertThat(tags.has("zone", "south")).isFalse();
        assertThat(tags.has("nofailover", "false")).isFalse();
    }

    @Test
    void refuses_tags_that_would_silently_do_nothing() {
        assertThatThrownBy(() -> read(LEAST + "tags.nofailver=true\n")).hasMessageContaining("tags.nofailver");
        assertThatThrownBy(() -> read(LEAST + "tags.other.nosync=true\n")).hasMessageContaining("nosync");
        assertThatThrownBy(() -> read(LEAST + "tags.other.nofailover=true\n"))
                .hasMessageContaining("is set as tags.nofailover");
        assertThatThrownBy(() -> read(LEAST + "tags.other.my-zone=a\n")).hasMessageContaining("my-zone");
    }

    @Test
    void refuses_a_misspelt_key() {
        assertThatThrownBy(() -> read(LEAST + "postgres.prot=5433\n"))
                .isInstanceOf(ConfigurationFailure.class)
                .hasMessageContaining("postgres.prot");
    }

    @Test
    void names_what_is_missing() {
        assertThatThrownBy(() -> read("cluster=main\n")).hasMessageContaining("setting node is missing");
    }

    @Test
    void says_which_setting_is_wrong() {
        assertThatThrownBy(() -> read(LEAST.replace("node=pg1", "node=Pg_1")))
                .hasMessageContaining("setting node")
                .hasMessageContaining("Pg_1");
    }

    private AgentConfig read(String text) throws IOException {
        return AgentConfig.read(Files.writeString(directory.resolve("agent.properties"), text));
    }
}
