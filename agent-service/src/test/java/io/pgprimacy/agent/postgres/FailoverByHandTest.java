package io.pgprimacy.agent.postgres;

import static io.pgprimacy.agent.PostgresTestBed.BOUND;
import static io.pgprimacy.agent.PostgresTestBed.awaitReceived;
import static io.pgprimacy.agent.PostgresTestBed.query;
import static io.pgprimacy.agent.PostgresTestBed.upstream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pgprimacy.agent.PostgresTestBed;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.core.postgres.WalPosition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the brain will ask of the hands, in the order in which it will ask. */
class FailoverByHandTest {
    private final PostgresTestBed bed = new PostgresTestBed();

    @AfterEach
    void clean() throws IOException {
        bed.close();
    }

    @Test
    void fails_over_saves_what_diverged_rewinds_and_follows() {
        PostgresInstance a = bed.primary("a");
        query(a, "create table t (i int)");
        PostgresInstance b = bed.standbyOf(a, "b");
        PostgresInstance c = bed.standbyOf(a, "c");
        query(a, "insert into t select generate_series(1, 1000)");
        Lsn acknowledged = Lsn.parse(query(a, "select pg_current_wal_flush_lsn()"));
        awaitReceived(b, acknowledged);
        awaitReceived(c, acknowledged);

        PromotedTimeline promoted;
        try (ReplicationLink link = new ReplicationLink(b)) {
            ReceiverCut cut = link.cutWalReceiver(BOUND);
            System.out.printf("receiver cut in %.1f ms%n", cut.took().toNanos() / 1e6);
            assertThat(cut.isExact()).isTrue();
            WalPosition position = cut.position().orElseThrow().position();
            assertThat(position.timeline()).isEqualTo(new TimelineId(2));
            assertThat(position.lsn()).isGreaterThanOrEqualTo(acknowledged);
            query(a, "insert into t select generate_series(1001, 1100)");
            assertThat(link.position().position()).isEqualTo(position);
            promoted = b.promote(Optional.of(new TimelineId(6)), BOUND);
            System.out.printf("promotion %.1f ms%n", promoted.took().toNanos() / 1e6);
            assertThat(promoted.timeline()).isEqualTo(new TimelineId(7));
            assertThat(promoted.parent()).isEqualTo(new TimelineId(2));
            assertThat(promoted.switchPoint()).isEqualTo(position.lsn());
        }
        assertThat(b.promote(Optional.empty(), BOUND).timeline()).isEqualTo(new TimelineId(7));
        query(b, "insert into t values (2000)");
        query(a, "insert into t select generate_series(1101, 1200)");

        assertThat(a.stop(StopMode.IMMEDIATE, BOUND).gone()).isTrue();
        makeSegmentsInAdvance(a, promoted.parent());
        DiscardedWal.Saved saved = new DiscardedWal(a, new ClusterId("demo"), () -> 1)
                .save(new Term(2), promoted.parent(), promoted.switchPoint(), BOUND);
        System.out.println("discarded: " + saved.scan());
        assertThat(saved.scan().transactions()).isEqualTo(2);
        assertThat(saved.location().resolve(saved.segments().getFirst())).exists();

        int port = a.settings().port();
        Rewind.Outcome rewound = new Rewind(a, Optional.empty()).run(upstream(b), BOUND, progress -> {});
        assertThat(rewound).isInstanceOf(Rewind.Outcome.Rewound.class);
        a.config().setUpstream(Optional.of(upstream(b)));
        PostgresTestBed.start(a);
        assertThat(query(a, "show port")).isEqualTo(Integer.toString(port));
        awaitCount(a, 1001);
    }

    /** As PostgreSQL does: all zeros, without a header. A directory lists them in any order, so there are many. */
    private static void makeSegmentsInAdvance(PostgresInstance instance, TimelineId timeline) {
        WalSegments wal =
                WalSegments.of(instance, timeline, instance.controlData().walSegmentBytes());
        for (int number = 64; number < 96; number++) {
            try (FileChannel file =
                    FileChannel.open(wal.file(number), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                file.write(ByteBuffer.allocate(1), wal.bytes() - 1);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Test
    void a_third_node_follows_over_reserved_timeline_numbers_and_survives_a_restart() {
        PostgresInstance a = bed.primary("a");
        query(a, "create table t (i int)");
        PostgresInstance b = bed.standbyOf(a, "b");
        PostgresInstance c = bed.standbyOf(a, "c");
        // Nothing in flight: b must not be behind c when it is promoted.
        a.checkpoint(BOUND);
        StopReport stop = a.stop(StopMode.FAST, BOUND);
        System.out.printf("fast stop after a checkpoint %.1f ms%n", stop.took().toNanos() / 1e6);
        assertThat(stop.killed()).isFalse();
        WalPosition end = WalScan.endOfStopped(a, BOUND);
        assertThat(a.controlData().isCleanlyShutDown()).isTrue();
        assertThat(a.controlData()).isEqualTo(a.controlDataAsPrinted());
        try (ReplicationLink link = new ReplicationLink(b)) {
            assertThat(link.cutWalReceiver(BOUND).position().orElseThrow().position())
                    .isEqualTo(end);
        }
        b.promote(Optional.of(new TimelineId(9)), BOUND);
        query(b, "insert into t values (1)");
        try (ReplicationLink link = new ReplicationLink(c)) {
            link.follow(upstream(b));
        }
        awaitCount(c, 1);
        c.stop(StopMode.IMMEDIATE, BOUND);
        // A promotion that never came off: were its reservation left, this start would never end.
        new TimelineReservation(c.settings().dataDirectory()).reserve(new TimelineId(10), new TimelineId(12));
        PostgresTestBed.start(c);
        query(b, "insert into t values (2)");
        awaitCount(c, 2);
        try (ReplicationLink link = new ReplicationLink(c);
                PostgresObserver observer = new PostgresObserver(c, link)) {
            assertThat(observer.observe(BOUND).timeline()).contains(new TimelineId(10));
            assertThat(link.cutWalReceiver(BOUND)
                            .position()
                            .orElseThrow()
                            .position()
                            .timeline())
                    .isEqualTo(new TimelineId(10));
            assertThat(observer.observe(BOUND).timeline()).contains(new TimelineId(10));
        }
        // The old primary ended at the switch point, so it follows as it is.
        a.config().setUpstream(Optional.of(upstream(b)));
        PostgresTestBed.start(a);
        awaitCount(a, 2);
    }

    @Test
    void the_position_after_a_crash_of_the_standby_holds_everything_that_it_had_confirmed() {
        PostgresInstance a = bed.primary("a");
        query(a, "create table t (i int)");
        PostgresInstance b = bed.standbyOf(a, "b");
        query(a, "insert into t select generate_series(1, 20000)");
        Lsn acknowledged = Lsn.parse(query(a, "select pg_current_wal_flush_lsn()"));
        awaitReceived(b, acknowledged);
        a.processes().killAll(BOUND);
        b.processes().killAll(BOUND);
        b.config().setUpstream(Optional.empty());
        PostgresTestBed.start(b);
        try (ReplicationLink link = new ReplicationLink(b)) {
            ReceiverCut cut = link.cutWalReceiver(BOUND);
            assertThat(cut.isExact()).isTrue();
            assertThat(cut.position().orElseThrow().position().lsn()).isGreaterThanOrEqualTo(acknowledged);
        }
    }

    @Test
    void the_receiver_is_cut_also_while_replay_is_paused() {
        PostgresInstance a = bed.primary("a");
        query(a, "create table t (i int)");
        PostgresInstance b = bed.standbyOf(a, "b");
        query(b, "select pg_wal_replay_pause()");
        query(a, "insert into t select generate_series(1, 20000)");
        Lsn acknowledged = Lsn.parse(query(a, "select pg_current_wal_flush_lsn()"));
        awaitReceived(b, acknowledged);
        try (ReplicationLink link = new ReplicationLink(b)) {
            ReceiverCut cut = link.cutWalReceiver(BOUND);
            System.out.printf(
                    "receiver cut in %.1f ms while replay is paused%n",
                    cut.took().toNanos() / 1e6);
            assertThat(cut.isExact()).isTrue();
            StandbyPosition position = cut.position().orElseThrow();
            assertThat(position.position().lsn()).isGreaterThanOrEqualTo(acknowledged);
            assertThat(position.replayed().orElseThrow()).isLessThan(acknowledged);
        }
    }

    /** Somebody lowered max_connections: the standby goes on with what the primary has, instead of not at all. */
    @Test
    void a_standby_starts_also_where_its_configuration_allows_less_than_the_primary_has() {
        PostgresInstance a = bed.primary("a");
        a.config().write(Map.of("shared_buffers", "16MB", "max_connections", "150", "max_worker_processes", "12"));
        a.stop(StopMode.FAST, BOUND);
        PostgresTestBed.start(a);
        a.promote(Optional.empty(), BOUND);
        PostgresInstance b = bed.standbyOf(a, "b");
        assertThat(b.controlDataText()).contains("max_connections setting:              150");
        b.stop(StopMode.FAST, BOUND);
        b.config().write(Map.of("shared_buffers", "16MB", "max_connections", "20"));
        PostgresTestBed.start(b);
        assertThat(query(b, "show max_connections")).isEqualTo("150");
        assertThat(query(b, "show max_worker_processes")).isEqualTo("12");
    }

    @Test
    void an_alter_system_does_not_undo_the_cut() {
        PostgresInstance a = bed.primary("a");
        PostgresInstance b = bed.standbyOf(a, "b");
        query(
                b,
                "alter system set primary_conninfo = 'host=127.0.0.1 port="
                        + a.settings().port() + " user=postgres'");
        try (ReplicationLink link = new ReplicationLink(b)) {
            assertThat(link.cutWalReceiver(BOUND).isExact()).isTrue();
        }
    }

    @Test
    void a_failed_rewind_says_why_and_leaves_the_node_startable() throws IOException {
        PostgresInstance a = bed.primary("a");
        PostgresInstance stranger = bed.primary("stranger");
        a.stop(StopMode.FAST, BOUND);
        Rewind.Outcome outcome = new Rewind(a, Optional.empty()).run(upstream(stranger), BOUND, progress -> {});
        assertThat(outcome).isInstanceOfSatisfying(Rewind.Outcome.Failed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(Rewind.Reason.UNRELATED);
            assertThat(failed.directoryIsUsable()).isTrue();
        });
        assertThat(Files.exists(a.settings().stateDirectory().resolve("saved-config")))
                .isFalse();
        PostgresTestBed.start(a);
        assertThat(query(a, "select pg_is_in_recovery()")).isEqualTo("t");
    }

    @Test
    void a_rebuild_keeps_the_nodes_own_configuration_and_the_old_directory() {
        PostgresInstance a = bed.primary("a");
        query(a, "create table t (i int)");
        PostgresInstance b = bed.primary("b");
        int port = b.settings().port();
        b.stop(StopMode.FAST, BOUND);
        BaseBackup backup = new BaseBackup(b);
        assertThat(backup.run(upstream(a), Optional.empty(), BOUND, progress -> {}))
                .isInstanceOf(BaseBackup.Outcome.Filled.class);
        assertThat(b.settings().dataDirectory().resolveSibling("data.old")).exists();
        b.config().setUpstream(Optional.of(upstream(a)));
        PostgresTestBed.start(b);
        assertThat(query(b, "show port")).isEqualTo(Integer.toString(port));
        query(a, "insert into t values (1)");
        awaitCount(b, 1);
        new DirectorySwap(b).discardOld();
        assertThat(b.settings().dataDirectory().resolveSibling("data.old")).doesNotExist();
    }

    private static void awaitCount(PostgresInstance node, int count) {
        await().atMost(BOUND)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> List.of(Integer.toString(count)).contains(query(node, "select count(*) from t")));
    }
}
