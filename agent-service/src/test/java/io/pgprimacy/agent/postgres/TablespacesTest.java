package io.pgprimacy.agent.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pgprimacy.agent.process.ProcessRunner;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A data directory with one tablespace outside of it, each with one file that says whose it is. */
class TablespacesTest {
    private static final Term TERM = new Term(5);
    private static final int CATALOG = 202209061;
    private static final String VERSION = "PG_15_" + CATALOG;

    @TempDir
    Path directory;

    private Path data;
    private Path home;
    private DirectorySwap swap;
    private Tablespaces tablespaces;

    @BeforeEach
    void prepare() throws IOException {
        data = directory.resolve("node").resolve("data");
        home = Files.createDirectories(directory.resolve("disk"));
        swap = new DirectorySwap(instance());
        tablespaces = new Tablespaces(data);
        write(data, home, "original");
        // Of a PostgreSQL that is no longer there, and of the file system.
        Files.writeString(
                Files.createDirectories(home.resolve("PG_14_202107181")).resolve("WHOSE"), "older");
        Files.createDirectory(home.resolve("lost+found"));
    }

    private PostgresInstance instance() {
        InstanceSettings settings =
                InstanceSettings.of(new NodeId("n1"), data, "127.0.0.1", 5432, directory, directory.resolve("state"));
        // None of its programs is called.
        return new PostgresInstance(
                settings, new PostgresInstallation(directory.resolve("bin"), 15), ProcessRunner.asSelf());
    }

    @Test
    void what_is_restored_ends_at_home_and_what_it_replaces_is_kept_in_a_place_of_its_own() throws IOException {
        Path kept = restore("restored");

        assertThat(place(data)).isEqualTo(home);
        assertThat(whose(data)).isEqualTo("restored");
        assertThat(place(kept).getParent()).isEqualTo(home);
        assertThat(whose(kept)).isEqualTo("original");
        assertThat(Tablespaces.bytes(kept)).isEqualTo(DirectoryTree.bytes(kept) + "original".length());
    }

    @Test
    void the_confirmed_one_goes_with_its_tablespaces_and_nothing_else_does() throws IOException {
        Path first = restore("first");
        swap.accept();
        Path second = restore("second");
        try (OldData old = new OldData(data, Duration.ofHours(1), () -> {})) {
            old.remove(new TreeSet<>(List.of(first.toString())));
            await().until(() -> old.told().map(List::size).orElse(0) == 1);
        }

        assertThat(first).doesNotExist();
        assertThat(whose(second)).isEqualTo("first");
        assertThat(whose(data)).isEqualTo("second");
        assertThat(home.resolve("PG_14_202107181").resolve("WHOSE")).hasContent("older");
        assertThat(sides()).containsExactly(place(second));
    }

    @Test
    void a_restore_that_fails_leaves_everything_as_it_was_once_the_data_is_used_again() throws IOException {
        String side = swap.prepare();
        assertThat(home.resolve(VERSION)).doesNotExist();
        assertThat(whose(data)).isEqualTo("original");
        write(swap.incoming(), home.resolve(side), "half");
        swap.settle();

        assertThat(place(data)).isEqualTo(home);
        assertThat(whose(data)).isEqualTo("original");
        assertThat(swap.incoming()).doesNotExist();
        assertThat(sides()).isEmpty();
    }

    /** CREATE TABLESPACE that is replayed over the new data makes its link to the location itself. */
    @Test
    void what_replay_has_made_at_home_goes_with_the_data_that_was_being_made() throws IOException {
        swap.prepare();
        write(swap.incoming(), home, "replayed");
        swap.settle();

        assertThat(whose(data)).isEqualTo("original");
        assertThat(place(data)).isEqualTo(home);
    }

    @Test
    void it_goes_also_where_the_data_that_is_used_again_has_no_tablespaces() throws IOException {
        tablespaces.delete(data);
        Files.createDirectories(data.resolve("pg_tblspc"));
        swap.prepare();
        write(swap.incoming(), home, "replayed");
        swap.settle();

        assertThat(home.resolve(VERSION)).doesNotExist();
        assertThat(data).exists();
    }

    @Test
    void what_was_kept_is_put_back_with_its_tablespaces() throws IOException {
        restore("restored");
        swap.putBack(TERM);
        swap.settle();

        assertThat(whose(data)).isEqualTo("original");
        assertThat(place(data)).isEqualTo(home);
        assertThat(sides()).isEmpty();
    }

    @Test
    void what_a_rebuild_replaces_goes_when_the_new_data_has_proved_itself() throws IOException {
        String side = swap.prepare();
        write(swap.incoming(), home.resolve(side), "rebuilt");
        swap.replace(Optional.empty());
        swap.settle();
        assertThat(sides()).hasSize(1);
        swap.discardOld();

        assertThat(whose(data)).isEqualTo("rebuilt");
        assertThat(sides()).isEmpty();
    }

    /** Killed after any step of either way. */
    @Test
    void a_move_that_was_cut_short_ends_at_home() throws IOException {
        Path side = home.resolve("pgprimacy.n1.20261130T015012123Z.aside");
        Path link = link(data);

        Files.createDirectory(side);
        Files.createFile(side.resolve("moving"));
        tablespaces.bringHome(data);
        assertThat(whose(data)).isEqualTo("original");

        relink(link, side);
        tablespaces.bringHome(data);
        assertThat(whose(data)).isEqualTo("original");
        assertThat(place(data)).isEqualTo(home);

        Files.createDirectory(side);
        Files.createFile(side.resolve("moving"));
        relink(link, side);
        Files.move(home.resolve(VERSION), side.resolve(VERSION));
        tablespaces.bringHome(data);
        assertThat(whose(data)).isEqualTo("original");
        assertThat(place(data)).isEqualTo(home);
        assertThat(side).doesNotExist();
    }

    /** The same, between the link and the move, and then whatever else there is to remove is removed first. */
    @Test
    void nothing_that_may_be_of_another_data_directory_is_removed() throws IOException {
        Path other = directory.resolve("node").resolve("data.before-restore-3");
        Path side = Files.createDirectory(home.resolve("pgprimacy.n1.20261130T015012123Z.aside"));
        write(other, home, "original");
        tablespaces.delete(other);
        assertThat(whose(data)).isEqualTo("original");

        write(other, home, "original");
        relink(link(data), side);
        tablespaces.delete(other);
        assertThat(home.resolve(VERSION).resolve("WHOSE")).hasContent("original");
        assertThat(other).doesNotExist();
    }

    /** Killed after the files, before the link: the next round must not take what is at home for them. */
    @Test
    void a_removal_that_was_cut_short_is_finished_and_touches_nothing_at_home() throws IOException {
        Path kept = restore("restored");
        DirectoryTree.delete(place(kept));
        tablespaces.delete(kept);

        assertThat(kept).doesNotExist();
        assertThat(whose(data)).isEqualTo("restored");
    }

    @Test
    void where_home_is_occupied_by_a_stranger_the_data_is_used_where_it_is() throws IOException {
        String side = swap.prepare();
        write(swap.incoming(), home.resolve(side), "new");
        swap.replace(Optional.empty());
        Files.writeString(Files.createDirectory(home.resolve(VERSION)).resolve("WHOSE"), "stranger");
        swap.settle();

        assertThat(whose(data)).isEqualTo("new");
        assertThat(home.resolve(VERSION).resolve("WHOSE")).hasContent("stranger");
    }

    @Test
    void what_nobody_leads_to_is_in_the_way_of_new_data_and_says_so() throws IOException {
        assertThat(swap.obstacle(List.of(home)))
                .hasValueSatisfying(o -> assertThat(o).contains(home.resolve(VERSION) + " is in the way"));
        swap.prepare();
        assertThat(swap.obstacle(List.of(home))).isEmpty();
    }

    @Test
    void tablespaces_inside_of_the_data_directory_move_with_it_or_are_refused() throws IOException {
        Path inPlace = Files.createDirectories(data.resolve("pg_tblspc").resolve("16500"));
        assertThat(swap.obstacle()).isEmpty();
        swap.prepare();
        assertThat(inPlace).isDirectory();

        Files.createSymbolicLink(
                data.resolve("pg_tblspc").resolve("16501"), Files.createDirectory(data.resolve("space")));
        assertThat(swap.obstacle()).hasValueSatisfying(o -> assertThat(o).contains("inside of the data directory"));
    }

    @Test
    void what_a_fill_has_written_before_it_made_its_links_goes_with_the_next() throws IOException {
        String side = swap.prepare();
        Path unlinked = Files.createDirectories(home.resolve(side));
        swap.fills(side, List.of(home));
        Files.writeString(unlinked.resolve("WHOSE"), "half");

        new DirectorySwap(instance()).prepare();
        assertThat(unlinked).doesNotExist();
        assertThat(whose(data)).isEqualTo("original");
    }

    /** Replay of CREATE TABLESPACE made the tablespace at home, where its files are complete; what the backup had of it is left over. */
    @Test
    void what_replay_has_taken_the_link_away_from_goes_when_the_data_is_used() throws IOException {
        String side = swap.prepare();
        write(swap.incoming(), home, "replayed");
        Files.createDirectories(home.resolve(side).resolve(VERSION));
        swap.replace(Optional.empty());
        swap.settle();

        assertThat(whose(data)).isEqualTo("replayed");
        assertThat(home.resolve(side)).doesNotExist();
    }

    @Test
    void a_disk_that_cannot_take_all_of_what_goes_there_is_named() throws IOException {
        long free = Files.getFileStore(home).getUsableSpace();
        RemoteTablespaces.Tablespace half = new RemoteTablespaces.Tablespace(home.resolve("a"), free / 3 * 2);
        RemoteTablespaces.Tablespace other = new RemoteTablespaces.Tablespace(home.resolve("b"), free / 3 * 2);

        assertThat(new RemoteTablespaces(List.of(half)).shortage()).isEmpty();
        assertThat(new RemoteTablespaces(List.of(half, other)).shortage())
                .hasValueSatisfying(s -> assertThat(s).contains("there is room for"));
    }

    private Path restore(String what) throws IOException {
        String side = swap.prepare();
        write(swap.incoming(), home.resolve(side), what);
        Path kept = swap.replace(Optional.of(TERM)).orElseThrow();
        swap.settle();
        return kept;
    }

    private static void write(Path data, Path place, String whose) throws IOException {
        Files.createDirectories(data.resolve("global"));
        Files.createDirectories(data.resolve("pg_tblspc"));
        Files.writeString(data.resolve("PG_VERSION"), "15\n");
        byte[] control = new byte[512];
        ByteBuffer.wrap(control).order(ByteOrder.nativeOrder()).putInt(12, CATALOG);
        Files.write(data.resolve("global").resolve("pg_control"), control);
        Path version = Files.createDirectories(place.resolve(VERSION));
        Files.writeString(version.resolve("WHOSE"), whose);
        Files.createSymbolicLink(link(data), place);
    }

    private static void relink(Path link, Path place) throws IOException {
        Files.delete(link);
        Files.createSymbolicLink(link, place);
    }

    private static Path link(Path data) {
        return data.resolve("pg_tblspc").resolve("16400");
    }

    private static Path place(Path data) throws IOException {
        return Files.readSymbolicLink(link(data));
    }

    private static String whose(Path data) throws IOException {
        return Files.readString(place(data).resolve(VERSION).resolve("WHOSE"));
    }

    private List<Path> sides() throws IOException {
        try (Stream<Path> all = Files.list(home)) {
            return all.filter(p -> p.getFileName().toString().startsWith("pgprimacy."))
                    .toList();
        }
    }
}
