package io.pgprimacy.agent.postgres;

import static io.pgprimacy.agent.PostgresTestBed.BOUND;
import static io.pgprimacy.agent.PostgresTestBed.query;
import static io.pgprimacy.agent.PostgresTestBed.upstream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pgprimacy.agent.PostgresTestBed;
import io.pgprimacy.agent.process.ProcessRunner;
import io.pgprimacy.core.event.Fact.RestartPending.Waiting;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ObservationTest {
    private final PostgresTestBed bed = new PostgresTestBed();
    private PostgresInstance primary;
    private PostgresInstance standby;

    @BeforeEach
    void start() {
        primary = bed.primary("node-a");
        standby = bed.standbyOf(primary, "node-b");
    }

    @AfterEach
    void clean() throws IOException {
        bed.close();
    }

    @Test
    void both_sides_of_a_link_are_seen_with_the_same_names_and_positions() {
        primary.config().setSynchronousStandbys(ManagedParameters.anyOf(1, List.of(new NodeId("node-b"))));
        assertThat(primary.reload()).isTrue();
        await().atMost(BOUND)
                .until(() -> observe(primary).standbys().stream()
                        .anyMatch(connected -> connected.syncState().equals("quorum")));
        PostgresObservation a = observe(primary);
        assertThat(a.inRecovery()).isFalse();
        assertThat(a.timeline()).contains(new TimelineId(2));
        assertThat(a.synchronousStandbyNames()).isEqualTo("ANY 1 (\"node-b\")");
        assertThat(a.standbys()).singleElement().satisfies(connected -> {
            assertThat(connected.name()).isEqualTo("node-b");
            assertThat(connected.state()).isEqualTo("streaming");
        });
        assertThat(a.systemIdentifier()).isEqualTo(primary.controlData().systemIdentifier());
        await().atMost(BOUND)
                .until(() -> observe(standby).walEnd().equals(observe(primary).walEnd()));
        PostgresObservation b = observe(standby);
        assertThat(b.inRecovery()).isTrue();
        assertThat(b.timeline()).contains(new TimelineId(2));
        assertThat(b.localWalExhausted()).isTrue();
        assertThat(b.walReceiver()).get().satisfies(receiver -> {
            assertThat(receiver.isStreaming()).isTrue();
            assertThat(receiver.host()).contains("127.0.0.1");
            assertThat(receiver.port()).contains(primary.settings().port());
            assertThat(receiver.silentFor().orElseThrow()).isLessThan(BOUND);
        });
    }

    @Test
    void a_hung_postgresql_costs_no_more_than_the_bound() {
        try (ReplicationLink link = new ReplicationLink(primary);
                PostgresObserver observer = new PostgresObserver(primary, link)) {
            observer.observe(BOUND);
            primary.processes().all().forEach(process -> signal("STOP", process.pid()));
            long begun = System.nanoTime();
            assertThatThrownBy(() -> observer.observe(Duration.ofMillis(200)))
                    .isInstanceOfSatisfying(
                            PostgresFailure.class,
                            failure -> assertThat(failure.reason()).isEqualTo(PostgresFailure.Reason.TIMED_OUT));
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
            // The kept connection is gone now; connecting anew has its bound as well.
            assertThatThrownBy(() -> observer.observe(Duration.ofMillis(200))).isInstanceOf(PostgresFailure.class);
        } finally {
            primary.processes().all().forEach(process -> signal("CONT", process.pid()));
        }
    }

    @Test
    void a_parameter_that_waits_for_a_restart_is_told_with_both_values() {
        primary.config().write(Map.of("shared_buffers", "24MB"));
        primary.reload();
        try (ReplicationLink link = new ReplicationLink(primary);
                PostgresObserver observer = new PostgresObserver(primary, link)) {
            await().atMost(BOUND).until(() -> !observer.pendingRestarts(BOUND).isEmpty());
            assertThat(observer.pendingRestarts(BOUND))
                    .isEqualTo(Map.of("shared_buffers", new Waiting("16MB", Optional.of("24MB"))));
        }
    }

    @Test
    void the_write_probe_works_hangs_and_works_again() {
        try (WriteProbe probe = new WriteProbe(primary, Duration.ofMillis(20), Duration.ofMillis(300))) {
            assertThat(probe.result()).isInstanceOf(WriteProbe.Result.Unknown.class);
            probe.enable(true);
            await().atMost(BOUND).until(() -> probe.result() instanceof WriteProbe.Result.Works);
            // A standby that is missing must not look like a broken disk.
            primary.config().setSynchronousStandbys("nobody");
            primary.reload();
            primary.processes().all().forEach(process -> signal("STOP", process.pid()));
            await().atMost(BOUND).until(() -> probe.result() instanceof WriteProbe.Result.Hung);
            primary.processes().all().forEach(process -> signal("CONT", process.pid()));
            await().atMost(BOUND).until(() -> probe.result() instanceof WriteProbe.Result.Works);
            primary.processes().killAll(BOUND);
            await().atMost(BOUND).until(() -> probe.result() instanceof WriteProbe.Result.Fails);
        }
    }

    @Test
    void slots_are_made_moved_and_dropped_on_both_sides_and_strangers_are_left_alone() {
        query(primary, "select pg_create_physical_replication_slot('mine')");
        SortedSet<NodeId> others = new TreeSet<>(List.of(new NodeId("node-b"), new NodeId("node-c")));
        try (ReplicationSlots onPrimary = new ReplicationSlots(primary);
                ReplicationSlots onStandby = new ReplicationSlots(standby)) {
            assertThat(onPrimary.reconcile(others, Map.of(), BOUND).created())
                    .containsExactly("pgprimacy_node_b", "pgprimacy_node_c");
            SortedSet<NodeId> others2 = new TreeSet<>(List.of(new NodeId("node-a"), new NodeId("node-c")));
            assertThat(onStandby.reconcile(others2, Map.of(), BOUND).created())
                    .containsExactly("pgprimacy_node_a", "pgprimacy_node_c");
            query(primary, "create table t (i int)");
            query(primary, "select pg_switch_wal()");
            Lsn end = Lsn.parse(query(primary, "select pg_current_wal_flush_lsn()"));
            await().atMost(BOUND)
                    .until(() -> !observe(standby).replayed().orElseThrow().isBefore(end));
            assertThat(onStandby
                            .reconcile(others2, Map.of(new NodeId("node-c"), end), BOUND)
                            .advanced())
                    .containsExactly("pgprimacy_node_c");
            assertThat(onStandby.list(BOUND))
                    .filteredOn(slot -> slot.name().equals("pgprimacy_node_c"))
                    .singleElement()
                    .satisfies(slot -> assertThat(slot.restart()).contains(end));
            assertThat(onStandby
                            .reconcile(others2, Map.of(new NodeId("node-c"), end), BOUND)
                            .isUnchanged())
                    .isTrue();
            assertThat(onPrimary.reconcile(new TreeSet<>(), Map.of(), BOUND).dropped())
                    .containsExactly("pgprimacy_node_b", "pgprimacy_node_c");
            assertThat(query(primary, "select count(*) from pg_replication_slots"))
                    .isEqualTo("1");
        }
    }

    @Test
    void the_receiver_is_cut_quickly_again_and_again() {
        try (ReplicationLink link = new ReplicationLink(standby)) {
            for (int i = 0; i < 5; i++) {
                ReceiverCut cut = link.cutWalReceiver(BOUND);
                assertThat(cut.isExact()).isTrue();
                long begun = System.nanoTime();
                link.follow(upstream(primary));
                await().atMost(BOUND)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> !query(primary, "select 1 from pg_stat_replication where state = 'streaming'")
                                .isEmpty());
                System.out.printf(
                        "receiver cut in %.1f ms, streams again after %.1f ms%n",
                        cut.took().toNanos() / 1e6, (System.nanoTime() - begun) / 1e6);
            }
        }
    }

    private static PostgresObservation observe(PostgresInstance node) {
        try (ReplicationLink link = new ReplicationLink(node);
                PostgresObserver observer = new PostgresObserver(node, link)) {
            return observer.observe(BOUND);
        }
    }

    private static void signal(String name, long pid) {
        ProcessRunner.asSelf().run(List.of("kill", "-" + name, Long.toString(pid)), BOUND);
    }
}
