package io.pgprimacy.agent.postgres;

import static io.pgprimacy.agent.PostgresTestBed.BOUND;
import static io.pgprimacy.agent.PostgresTestBed.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.agent.PostgresTestBed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConfigurationReloadTest {
    private final PostgresTestBed bed = new PostgresTestBed();
    private PostgresInstance instance;

    @BeforeEach
    void start() {
        instance = bed.primary("node-a");
    }

    @AfterEach
    void clean() throws IOException {
        bed.close();
    }

    @Test
    void what_was_written_is_in_force_and_what_needs_a_restart_is_no_trouble() throws IOException {
        append(instance.settings().configFile(), "work_mem = '9MB'", "shared_buffers = '24MB'");
        without(instance.settings().managedFile(), "max_wal_senders");

        assertThat(reload()).isEmpty();

        assertThat(query(instance, "show work_mem")).isEqualTo("9MB");
        assertThat(query(instance, "select pending_restart from pg_settings where name = 'shared_buffers'"))
                .isEqualTo("t");
    }

    @Test
    void a_line_that_postgresql_does_not_understand_is_told_with_its_place_and_nothing_is_taken_over()
            throws IOException {
        append(instance.settings().configFile(), "work_mem = '9MB'", "no_such_thing = 1");

        assertThat(reload().orElseThrow())
                .contains(instance.settings().configFile() + ", line ")
                .endsWith("no_such_thing: unrecognized configuration parameter");

        assertThat(query(instance, "show work_mem")).isEqualTo("4MB");
    }

    @Test
    void so_is_one_of_the_other_two_files_and_a_value_that_cannot_be() throws IOException {
        append(instance.settings().hbaFile(), "nonsense all all trust");
        append(instance.settings().configFile(), "work_mem = 'much'");

        assertThat(reload().orElseThrow())
                .contains("work_mem: setting could not be applied")
                .contains(instance.settings().hbaFile() + ", line ");
    }

    private Optional<String> reload() {
        return new ConfigurationReload(instance).run(BOUND);
    }

    private static void append(Path file, String... lines) throws IOException {
        Files.write(file, List.of(lines), StandardOpenOption.APPEND);
    }

    private static void without(Path file, String setting) throws IOException {
        Files.write(
                file,
                Files.readAllLines(file).stream()
                        .filter(line -> !line.startsWith(setting))
                        .toList());
    }
}
