package io.pgprimacy.worker.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.backup.wal.Ancestry;
import io.pgprimacy.backup.wal.WalSegment;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Timeline 1 ended in the middle of segment 5, and timeline 2 goes on from there. */
class WalEndTest {
    private static final int SIZE = 1 << 20;
    private static final TimelineId ONE = new TimelineId(1);
    private static final TimelineId TWO = new TimelineId(2);
    private static final Lsn SWITCH = new Lsn(5L * SIZE + 1000);

    @TempDir
    Path data;

    private WalEnd end;

    @BeforeEach
    void walOfTwoTimelines() throws IOException {
        Files.createDirectories(data.resolve("pg_wal/archive_status"));
        for (WalSegment segment : Stream.of(on(ONE, 3), on(ONE, 4), on(TWO, 5), on(TWO, 6), on(TWO, 7))
                .toList()) {
            byte[] content = new byte[SIZE];
            Arrays.fill(content, (byte) 1);
            Files.write(wal(segment.name()), content);
        }
        Files.writeString(wal("00000002.history"), "1\t0/5003E8\tto see\n");
        TreeMap<TimelineId, Lsn> ends = new TreeMap<>();
        ends.put(ONE, SWITCH);
        end = new WalEnd(data, SIZE, new Ancestry(TWO, ends));
    }

    private static WalSegment on(TimelineId timeline, long number) {
        return new WalSegment(timeline, number, SIZE);
    }

    private Path wal(String name) {
        return data.resolve("pg_wal").resolve(name);
    }

    private Stream<String> segments() throws IOException {
        try (Stream<Path> files = Files.list(data.resolve("pg_wal"))) {
            return files
                    .filter(Files::isRegularFile)
                    .map(f -> String.valueOf(f.getFileName()))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @Test
    void behind_the_end_there_are_zeros_and_no_segments() throws IOException {
        end.cut(new Lsn(6L * SIZE + 100));

        assertThat(segments())
                .containsExactly(
                        on(ONE, 3).name(),
                        on(ONE, 4).name(),
                        "00000002.history",
                        on(TWO, 5).name(),
                        on(TWO, 6).name());
        byte[] last = Files.readAllBytes(wal(on(TWO, 6).name()));
        assertThat(last).hasSize(SIZE);
        assertThat(last[99]).isEqualTo((byte) 1);
        assertThat(last[100]).isZero();
        assertThat(last[SIZE - 1]).isZero();
    }

    @Test
    void an_end_before_the_switch_is_on_the_older_timeline_and_so_is_its_segment() throws IOException {
        Lsn before = SWITCH.plus(-500);

        assertThat(end.timelineOf(before)).isEqualTo(ONE);
        assertThat(end.timelineOf(SWITCH)).isEqualTo(ONE);
        assertThat(end.timelineOf(SWITCH.plus(8))).isEqualTo(TWO);
        end.cut(before);

        assertThat(segments())
                .as("the history of a timeline that begins later is gone, too")
                .containsExactly(
                        on(ONE, 3).name(), on(ONE, 4).name(), on(ONE, 5).name());
        byte[] last = Files.readAllBytes(wal(on(ONE, 5).name()));
        assertThat(last[499]).isEqualTo((byte) 1);
        assertThat(last[500]).isZero();
    }

    @Test
    void an_end_between_two_segments_leaves_the_first_whole() throws IOException {
        end.cut(new Lsn(7L * SIZE));

        assertThat(segments().toList()).last().isEqualTo(on(TWO, 6).name());
        assertThat(Files.readAllBytes(wal(on(TWO, 6).name()))[SIZE - 1]).isEqualTo((byte) 1);
    }

    @Test
    void what_a_restore_command_left_half_done_goes() throws IOException {
        Files.writeString(wal("RECOVERYXLOG"), "half");
        Files.writeString(wal(on(TWO, 7).name() + ".partial"), "half");

        end.cut(new Lsn(6L * SIZE + 100));

        assertThat(segments()).noneMatch(name -> name.startsWith("RECOVERY") || name.endsWith(".partial"));
    }
}
