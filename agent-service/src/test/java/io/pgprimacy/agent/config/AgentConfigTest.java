package io.pgprimacy.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgprimacy.core.event.NodeTags;
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
        assertThat(config.tags()).isEqualTo(NodeTags.DEFAULT);
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
