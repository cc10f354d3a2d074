package io.pgprimacy.agent.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineHistory;
import io.pgprimacy.core.postgres.TimelineId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What needs no running PostgreSQL. */
class FilesTest {
    @TempDir
    Path directory;

    private InstanceSettings settings;
    private ManagedConfig config;

    @BeforeEach
    void prepare() throws IOException {
        settings = InstanceSettings.of(new NodeId("n1"), directory, "127.0.0.1", 5432, directory, directory);
        config = new ManagedConfig(settings);
        Files.createDirectory(directory.resolve("pg_wal"));
        Files.writeString(settings.configFile(), "port = 1\n");
        Files.writeString(settings.hbaFile(), "host all all all reject\n");
    }

    @Test
    void managed_parameters_survive_each_other_and_quotes() {
        Upstream upstream = new Upstream("h", 1, "u", Optional.of("p'\\w"), Optional.of("s"));
        config.setUpstream(Optional.of(upstream));
        config.write(Map.of("work_mem", "4MB", "port", "99", "wal_level", "minimal", "archive_command", "a 'b' \\c"));
        assertThat(config.read())
                .containsEntry("primary_conninfo", upstream.conninfo("n1"))
                .containsEntry("primary_slot_name", "s")
                .containsEntry("port", "5432")
                .containsEntry("wal_level", "replica")
                .containsEntry("archive_command", "a 'b' \\c");
        assertThat(config.write(Map.of())).isTrue();
        assertThat(config.write(Map.of())).isFalse();
        assertThat(config.read()).doesNotContainKey("work_mem").containsEntry("primary_slot_name", "s");
    }

    @Test
    void the_managed_file_is_included_once_and_last_and_what_alter_system_set_is_taken_out() throws IOException {
        Path auto = directory.resolve("postgresql.auto.conf");
        Files.writeString(auto, "# comment\nprimary_conninfo = 'x'\nwork_mem = '4MB'\n");
        config.write(Map.of());
        Files.writeString(settings.configFile(), Files.readString(settings.configFile()) + "port = 2\n");
        config.write(Map.of());
        assertThat(Files.readAllLines(settings.configFile()))
                .containsExactly("port = 1", "port = 2", "include_if_exists = 'pgprimacy.conf'");
        assertThat(Files.readString(auto)).isEqualTo("# comment\nwork_mem = '4MB'\n");
    }

    @Test
    void the_hba_block_comes_first_and_is_replaced() throws IOException {
        config.writeHba(List.of("local all all trust"));
        assertThat(config.writeHba(List.of("local all all peer"))).isTrue();
        assertThat(config.writeHba(List.of("local all all peer"))).isFalse();
        assertThat(Files.readAllLines(settings.hbaFile()))
                .containsExactly(
                        "# pgprimacy: begin, do not edit",
                        "local all all peer",
                        "# pgprimacy: end",
                        "host all all all reject");
    }

    @Test
    void a_history_file_is_a_chain_of_switches() {
        String text = "1\t0/3000148\tno recovery target specified\n\n2\t0/5000000\twhatever\n";
        assertThat(TimelineHistoryFile.parse(new TimelineId(7), text))
                .containsExactly(
                        new TimelineHistory.Switch(new TimelineId(1), new TimelineId(2), Lsn.parse("0/3000148")),
                        new TimelineHistory.Switch(new TimelineId(2), new TimelineId(7), Lsn.parse("0/5000000")));
    }

    @Test
    void reservations_are_cleared_above_the_newest_real_timeline_only() throws IOException {
        TimelineReservation reservation = new TimelineReservation(directory);
        reservation.reserve(new TimelineId(1), new TimelineId(3));
        Path wal = directory.resolve("pg_wal");
        Files.writeString(wal.resolve("00000004.history"), "1\t0/3000148\twhy\n");
        reservation.reserve(new TimelineId(4), new TimelineId(6));
        assertThat(reservation.clear()).isTrue();
        assertThat(TimelineHistoryFile.present(wal).stream().map(TimelineId::value))
                .containsExactly(2L, 3L, 4L);
        assertThat(reservation.clear()).isFalse();
    }

    @Test
    void segments_are_named_as_postgresql_does() {
        assertThat(new WalSegments(directory, new TimelineId(10), 16L << 20).name(0x1FF))
                .isEqualTo("0000000A00000001000000FF");
    }
}
