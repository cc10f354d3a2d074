package io.pgprimacy.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.systemtests.bench.Trial;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** The same with commits that wait for one standby: whatever happens, no acknowledged one is lost. */
class SynchronousFailoverTest {
    private static final double SILENCE_BOUND_MILLIS = 6_000;
    private static final Duration EVENT_BOUND = Duration.ofSeconds(30);

    @RegisterExtension
    static final SharedSandbox SHARED = new SharedSandbox(SandboxUnderTest.Options.SYNCHRONOUS);

    private final SandboxUnderTest sandbox = SHARED.get();
    private final Trial trial = new Trial(sandbox, Duration.ofSeconds(12), false);

    @Test
    void aDeadPostmasterCostsNoAcknowledgedRow() {
        Trial.Outcome outcome = trial.crash();

        assertThat(outcome.to()).isNotEqualTo(outcome.from());
        assertNothingLost(outcome);
    }

    @Test
    void aLostHostCostsNoAcknowledgedRow() {
        Trial.Outcome outcome = trial.loseHost();

        assertThat(outcome.to()).isNotEqualTo(outcome.from());
        assertThat(outcome.outageMillis()).isLessThan(SILENCE_BOUND_MILLIS);
        assertNothingLost(outcome);
    }

    @Test
    void aFrozenPrimaryAcknowledgesNothingAfterItsThaw() {
        Trial.Outcome outcome = trial.freeze();

        assertThat(outcome.to()).isNotEqualTo(outcome.from());
        assertThat(outcome.oldAcceptedAfterThaw()).isZero();
        assertNothingLost(outcome);
    }

    @Test
    void aSwitchoverCostsNoAcknowledgedRow() {
        assertNothingLost(trial.switchOver());
    }

    private static void assertNothingLost(Trial.Outcome outcome) {
        assertThat(outcome.lost()).isZero();
        assertThat(outcome.twoPrimariesMillis()).isZero();
    }

    @Test
    void aLaggingStandbyIsNotChosen() {
        ClusterNow before = sandbox.look();
        String lagging = before.standbys().getFirst();
        String other = before.standbys().getLast();
        Host primary = Host.of(sandbox, before.primary());
        long offset = sandbox.lastOffset();
        try (Workload workload = Workload.start(sandbox.ports(), before.primaryPort())) {
            // The primary's end: what a stopped receiver has in its socket would still arrive later.
            Processes.signal("STOP", List.of(walsenderFor(lagging, before.primaryPort())));
            workload.awaitAcknowledgements(200);
            primary.losePower();
            workload.awaitOtherThan(before.primaryPort(), System.nanoTime());
            sandbox.startHost(primary.name());
            sandbox.waitHealthy();
            workload.stop();

            ClusterNow after = sandbox.look();
            assertThat(after.primary()).isEqualTo(other);
            assertThat(workload.lost(after.primaryPort())).isZero();
        }
        JsonNode chosen = sandbox.awaitEvent("PrimaryChosen", offset, EVENT_BOUND, e -> true);
        assertThat(chosen.path("event").path("candidates").toString()).contains("lacks-acknowledged-commits");
    }

    private static long walsenderFor(String standby, int port) {
        return Long.parseLong(
                Database.ask(port, "SELECT pid FROM pg_stat_replication WHERE application_name = '" + standby + "'"));
    }

    @Test
    void withoutAnyStandbyCommitsGoOnOnceThatWasDecided() {
        ClusterNow before = sandbox.look();
        List<Host> standbys =
                before.standbys().stream().map(s -> Host.of(sandbox, s)).toList();
        long offset = sandbox.lastOffset();
        try (Workload workload = Workload.start(sandbox.ports(), before.primaryPort())) {
            standbys.forEach(Host::losePower);
            JsonNode weaker = sandbox.awaitEvent("SyncStandbysChanged", offset, EVENT_BOUND, e -> true);
            assertThat(weaker.path("event")
                            .path("sync")
                            .path("acknowledgements")
                            .asInt(-1))
                    .isZero();
            workload.awaitAcknowledgements(200);
            standbys.forEach(s -> sandbox.startHost(s.name()));
            sandbox.awaitEvent(
                    "SyncStandbysChanged",
                    offset,
                    EVENT_BOUND,
                    e -> e.path("event").path("sync").path("acknowledgements").asInt(-1) == 1);
            sandbox.waitHealthy();
            workload.stop();
            assertThat(workload.lost(sandbox.look().primaryPort())).isZero();
        }
    }
}
