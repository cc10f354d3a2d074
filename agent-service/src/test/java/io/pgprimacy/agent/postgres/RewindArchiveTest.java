package io.pgprimacy.agent.postgres;

import static io.pgprimacy.agent.PostgresTestBed.BOUND;
import static io.pgprimacy.agent.PostgresTestBed.awaitReceived;
import static io.pgprimacy.agent.PostgresTestBed.query;
import static io.pgprimacy.agent.PostgresTestBed.upstream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pgprimacy.agent.PostgresTestBed;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An old primary that has recycled its WAL back to the last common checkpoint, as has its successor; a directory is the archive. */
class RewindArchiveTest {
    private final PostgresTestBed bed = new PostgresTestBed();
    private Path archived;
    private PostgresInstance a;
    private PostgresInstance b;

    @BeforeEach
    void diverge() throws IOException {
        archived = Files.createDirectory(bed.directory().resolve("archived"));
        Files.setPosixFilePermissions(archived, PosixFilePermissions.fromString("rwxr-xr-x"));
        a = bed.primary("a");
        query(a, "create table t (i int)");
        b = bed.standbyOf(a, "b");
        a.checkpoint(BOUND);
        for (int i = 0; i < 3; i++) {
            query(a, "insert into t values (" + i + ")");
            query(a, "select pg_switch_wal()");
        }
        query(a, "insert into t values (3)");
        awaitReceived(b, Lsn.parse(query(a, "select pg_current_wal_flush_lsn()")));
        String last = query(a, "select pg_walfile_name(pg_current_wal_flush_lsn())");
        try (ReplicationLink link = new ReplicationLink(b)) {
            link.cutWalReceiver(BOUND);
            query(a, "insert into t values (100)");
            // With it a starts without what was before.
            a.checkpoint(BOUND);
            b.promote(Optional.of(new TimelineId(6)), BOUND);
        }
        a.stop(StopMode.IMMEDIATE, BOUND);
        assertThat(recycle(a, last)).isPositive();
        assertThat(recycle(b, last)).isPositive();
    }

    @AfterEach
    void clean() throws IOException {
        bed.close();
    }

    @Test
    void walThatIsNoLongerHereComesFromTheArchiveAndStays() {
        Rewind.Outcome outcome = rewind(Optional.of(giving("cp '" + archived + "'/%f \"%p\" 2>/dev/null || exit 1")));

        assertThat(outcome).isInstanceOf(Rewind.Outcome.Rewound.class);
        assertThat(beside()).doesNotExist();
        a.config().setUpstream(Optional.of(upstream(b)));
        // It begins at the last common checkpoint, from which b has no WAL any more.
        PostgresTestBed.start(a);
        query(b, "insert into t values (4)");
        await().atMost(BOUND)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> query(a, "select string_agg(i::text, ',' order by i) from t")
                        .equals("0,1,2,3,4"));
        assertThat(query(a, "show restore_command")).isEmpty();
    }

    @Test
    void whatTheArchiveCannotGiveEndsTheRewindBeforeAnythingHasChanged() {
        assertLacksWal(rewind(Optional.of(giving("exit 200"))), "restore_command failed");
    }

    @Test
    void whatTheArchiveHasNotEndsItLikewise() {
        assertLacksWal(rewind(Optional.of(giving("exit 1"))), "could not find previous WAL record");
    }

    @Test
    void anArchiveThatCannotBeReadIsNamed() {
        assertLacksWal(
                rewind(Optional.of((_, _, _) -> {
                    throw new PostgresFailure(PostgresFailure.Reason.PROGRAM_FAILED, "the store is away");
                })),
                "the store is away");
    }

    @Test
    void withoutAnArchiveItFails() {
        assertLacksWal(rewind(Optional.empty()), "could not find previous WAL record");
    }

    private void assertLacksWal(Rewind.Outcome outcome, String said) {
        assertThat(outcome).isInstanceOfSatisfying(Rewind.Outcome.Failed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(Rewind.Reason.WAL_MISSING);
            assertThat(failed.message()).contains(said);
            assertThat(failed.directoryIsUsable()).isTrue();
        });
        assertThat(beside()).doesNotExist();
        assertThat(Rewind.isUnfinished(a.settings())).isFalse();
    }

    private Rewind.Outcome rewind(Optional<ArchivedWal> archive) {
        return new Rewind(a, archive).run(upstream(b), BOUND, progress -> {});
    }

    private Path beside() {
        return a.settings().dataDirectory().resolveSibling("data.rewind");
    }

    private static ArchivedWal giving(String command) {
        return (_, _, _) -> new ArchivedWal.Giving() {
            @Override
            public String restoreCommand() {
                return command;
            }

            @Override
            public void close() {}
        };
    }

    /** Returns how many segments have gone; the archive has them. */
    private int recycle(PostgresInstance node, String before) throws IOException {
        int gone = 0;
        try (DirectoryStream<Path> all =
                Files.newDirectoryStream(node.settings().dataDirectory().resolve("pg_wal"), "[0-9A-F]*")) {
            for (Path file : all) {
                String name = file.getFileName().toString();
                if (name.length() == before.length() && name.substring(8).compareTo(before.substring(8)) < 0) {
                    Path copy = archived.resolve(name);
                    Files.deleteIfExists(copy);
                    Files.move(file, copy);
                    Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-r--r--"));
                    gone++;
                }
            }
        }
        return gone;
    }
}
