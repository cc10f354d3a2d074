package io.pgprimacy.coordinator.runtime;

import static io.pgprimacy.coordinator.runtime.FakeFleet.MAIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.event.StopCause;
import io.pgprimacy.core.explain.ClusterHealth;
import io.pgprimacy.core.explain.LogEntry;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.loop.BackupCalendar;
import io.pgprimacy.core.loop.RetentionWork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FleetRuntimeTest {

    @Test
    void a_cluster_is_created_and_becomes_healthy() {
        FakeFleet fleet = new FakeFleet().withMain();
        Snapshot now = fleet.runtime.snapshot(MAIN).orElseThrow();
        assertThat(ClusterHealth.of(now.state(), now.evidence()).problems()).isEmpty();
        assertThat(fleet.runtime.live()).isEqualTo(1);
    }

    @Test
    void a_stop_is_answered_in_the_turn_that_reads_it() {
        FakeFleet fleet = new FakeFleet().withMain();
        fleet.fact(new Fact.PrimaryStopped(
                new NodeId("a"), new Term(1), Optional.empty(), Optional.empty(), StopCause.CRASHED, ""));
        assertThat(fleet.logs.records(MAIN).getLast().event()).isInstanceOf(Decision.FailoverOpened.class);
    }

    @Test
    void a_failover_runs_to_its_end() {
        FakeFleet fleet = new FakeFleet().withMain();
        fleet.failOverToC();
        assertThat(fleet.runtime
                        .snapshot(MAIN)
                        .orElseThrow()
                        .state()
                        .primary()
                        .orElseThrow()
                        .node())
                .isEqualTo(new NodeId("c"));
    }

    @Test
    void a_silent_primary_is_noticed_within_a_step_of_its_limit() {
        FakeFleet fleet = new FakeFleet().withMain();
        fleet.dies("a");
        fleet.sees("b", io.pgprimacy.coordinator.runtime.FakeFleet.standby("0/5000000", 1, "a"));
        fleet.pass(6000);
        Decision.FailoverOpened opened = decisions(fleet).stream()
                .filter(Decision.FailoverOpened.class::isInstance)
                .map(Decision.FailoverOpened.class::cast)
                .findFirst()
                .orElseThrow();
        // The lease of 3 s, its drift margin of 80 ms, and at most one step of 20 ms.
        assertThat(opened.basis().evidence().heard().get(new NodeId("a")).ago())
                .isBetween(Duration.ofMillis(3080), Duration.ofMillis(3100));
    }

    @Test
    void replayed_decisions_are_no_news() {
        FakeFleet first = new FakeFleet().withMain();
        List<LogEntry> news = new ArrayList<>();
        FakeFleet second = new FakeFleet(new RuntimeListener() {
            @Override
            public void decisionRead(ClusterId cluster, Decision decision, LogEntry entry, boolean live) {
                if (live) {
                    news.add(entry);
                }
            }
        });
        second.logs.make(MAIN);
        for (LogRecord record : first.logs.records(MAIN)) {
            second.logs.append(MAIN, record.writer(), record.event());
        }
        second.pass(100);
        assertThat(news).isEmpty();
        assertThat(second.runtime.snapshot(MAIN).orElseThrow().state().sequence())
                .isEqualTo(first.runtime.snapshot(MAIN).orElseThrow().state().sequence());
    }

    @Test
    void a_deleted_cluster_is_forgotten() {
        FakeFleet fleet = new FakeFleet().withMain();
        fleet.logs.delete(MAIN);
        fleet.pass(1500);
        assertThat(fleet.runtime.clusters()).isEmpty();
    }

    @Test
    void a_quiet_cluster_is_stepped_four_times_a_heartbeat() {
        ClusterRuntime quiet = new ClusterRuntime(MAIN, "k1", BackupCalendar.NONE, RetentionWork.NONE);
        int steps = 0;
        // 60 s after the start the primary that was never heard no longer counts as late.
        for (long at = 60_000; at < 61_000; at += 5) {
            Duration now = Duration.ofMillis(at);
            if (quiet.isDue(now)) {
                quiet.step(now, at, true, io.pgprimacy.core.event.Evidence.Fleet.ALONE);
                steps++;
            }
        }
        assertThat(steps).isEqualTo(8);
    }

    private static List<Decision> decisions(FakeFleet fleet) {
        List<Decision> decisions = new ArrayList<>();
        for (LogRecord record : fleet.logs.records(MAIN)) {
            if (record.event() instanceof Decision d) {
                decisions.add(d);
            }
        }
        return decisions;
    }
}
