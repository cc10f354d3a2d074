package io.pgprimacy.agent.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pgprimacy.agent.process.ProcessRunner;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.plan.KeptData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a restore replaces: put aside, put back, found and removed. The directories hold one file that says whose they are. */
class OldDataTest {
    private static final Term TERM = new Term(5);
    private static final Duration NEVER = Duration.ofHours(1);

    @TempDir
    Path directory;

    private Path data;
    private DirectorySwap swap;

    @BeforeEach
    void prepare() throws IOException {
        data = directory.resolve("data");
        InstanceSettings settings =
                InstanceSettings.of(new NodeId("n1"), data, "127.0.0.1", 5432, directory, directory.resolve("state"));
        // None of its programs is called.
        PostgresInstallation installation =
                new PostgresInstallation(directory.resolve("bin"), PostgresInstallation.OLDEST);
        swap = new DirectorySwap(new PostgresInstance(settings, installation, ProcessRunner.asSelf()));
        write(data, "original");
    }

    @Test
    void a_restore_puts_aside_what_it_replaces_and_a_second_one_touches_none_of_it() throws IOException {
        assertThat(restore(TERM, "first")).contains(aside("5"));
        swap.accept();
        assertThat(restore(new Term(7), "second")).contains(aside("7"));

        assertThat(whose(data)).isEqualTo("second");
        assertThat(whose(aside("5"))).isEqualTo("original");
        assertThat(whose(aside("7"))).isEqualTo("first");
    }

    /** Carried out again after a crash: what the first attempt had put in place is nobody's data. */
    @Test
    void carried_out_twice_what_was_there_before_the_first_time_stays() throws IOException {
        restore(TERM, "first attempt");
        assertThat(restore(TERM, "second attempt")).contains(aside("5"));

        assertThat(whose(data)).isEqualTo("second attempt");
        assertThat(whose(aside("5"))).isEqualTo("original");
        assertThat(Files.exists(aside("5-2"))).isFalse();
    }

    /** The log was made anew, and its terms begin at 1 again. */
    @Test
    void data_that_has_been_served_is_put_aside_also_where_the_term_comes_twice() throws IOException {
        restore(TERM, "served since");
        swap.accept();
        assertThat(restore(TERM, "second")).contains(aside("5-2"));

        assertThat(whose(aside("5"))).isEqualTo("original");
        assertThat(whose(aside("5-2"))).isEqualTo("served since");
    }

    @Test
    void what_was_put_aside_is_put_back_unless_it_has_been_served() throws IOException {
        restore(TERM, "restored");
        swap.putBack(new Term(4));
        assertThat(whose(data)).isEqualTo("restored");

        swap.putBack(TERM);
        assertThat(whose(data)).isEqualTo("original");
        assertThat(Files.exists(aside("5"))).isFalse();

        restore(TERM, "restored");
        DirectoryTree.delete(aside("5"));
        assertThatThrownBy(() -> swap.putBack(TERM)).hasMessageContaining("nothing of before the restore of term 5");
        assertThat(whose(data)).isEqualTo("restored");
    }

    @Test
    void it_is_found_measured_and_removed_when_that_is_wanted_and_nothing_else_is() throws IOException {
        write(aside("5"), "original");
        write(aside("7-2"), "first");
        Files.createDirectories(directory.resolve("data.before-restore-x"));
        Instant begun = Instant.now().minusSeconds(60);
        try (OldData old = new OldData(data, NEVER, () -> {})) {
            await().until(() -> old.told().isPresent());
            assertThat(told(old)).extracting(KeptData::term).containsExactly(TERM, new Term(7));
            assertThat(told(old)).extracting(KeptData::bytes).containsExactly(8L, 5L);
            assertThat(told(old)).allMatch(kept -> kept.since().isAfter(begun));

            old.remove(new TreeSet<>(List.of(aside("5").toString(), data.toString())));
            await().until(() -> told(old).size() == 1);
        }
        assertThat(Files.exists(aside("5"))).isFalse();
        assertThat(whose(aside("7-2"))).isEqualTo("first");
        assertThat(whose(data)).isEqualTo("original");
    }

    @Test
    void what_somebody_takes_away_or_puts_there_is_seen_at_the_next_look() throws IOException {
        write(aside("5"), "original");
        try (OldData old = new OldData(data, Duration.ofMillis(20), () -> {})) {
            await().until(() -> old.told().isPresent());
            DirectoryTree.delete(aside("5"));
            await().until(() -> told(old).isEmpty());
            write(aside("6"), "by hand");
            await().until(() -> told(old).size() == 1);
        }
    }

    @Test
    void a_job_that_ends_while_the_agent_leaves_is_not_failed_by_it() throws IOException {
        write(aside("5"), "original");
        OldData old = new OldData(data, NEVER, () -> {});
        old.close();

        assertThatCode(old::look).doesNotThrowAnyException();
        assertThat(whose(aside("5"))).isEqualTo("original");
    }

    private static List<KeptData> told(OldData old) {
        return old.told().orElseThrow();
    }

    private Optional<Path> restore(Term term, String what) throws IOException {
        swap.prepare();
        write(swap.incoming(), what);
        return swap.replace(Optional.of(term));
    }

    private Path aside(String suffix) {
        return directory.toAbsolutePath().resolve("data.before-restore-" + suffix);
    }

    private static void write(Path where, String whose) throws IOException {
        Files.createDirectories(where);
        Files.writeString(where.resolve("WHOSE"), whose);
    }

    private static String whose(Path where) throws IOException {
        return Files.readString(where.resolve("WHOSE"));
    }
}
