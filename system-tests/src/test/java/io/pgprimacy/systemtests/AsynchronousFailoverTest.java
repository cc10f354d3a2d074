package io.pgprimacy.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.systemtests.bench.Trial;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/**
 * What becomes of the primary and its clients when it goes away; commits wait for no standby here. The bounds are for a machine
 * that does other things as well; {@code ./dev bench} measures.
 */
class AsynchronousFailoverTest {
    private static final double CRASH_BOUND_MILLIS = 3_000;
    private static final double SILENCE_BOUND_MILLIS = 8_000;
    private static final Duration EVENT_BOUND = Duration.ofSeconds(30);

    @RegisterExtension
    static final SharedSandbox SHARED = new SharedSandbox(SandboxUnderTest.Options.ASYNCHRONOUS.withCoordinators(2));

    private final SandboxUnderTest sandbox = SHARED.get();
    private final Trial trial = new Trial(sandbox, Duration.ofSeconds(12), false);

    @Test
    void aSwitchoverMovesThePrimaryAndLosesNothing() {
        Trial.Outcome outcome = trial.switchOver();

        assertThat(outcome.to()).isNotEqualTo(outcome.from());
        assertThat(outcome.lost()).isZero();
        assertThat(outcome.twoPrimariesMillis()).isZero();
        assertThat(outcome.outageMillis()).isLessThan(CRASH_BOUND_MILLIS);
    }

    @Test
    void aSwitchoverGoesToTheNodeThatWasAskedFor() {
        String target = sandbox.look().standbys().getLast();

        sandbox.change("switchover", "--to", target);

        assertThat(sandbox.list().primary()).isEqualTo(target);
    }

    @Test
    void aDeadPostmasterIsReplacedByAStandby() {
        Trial.Outcome outcome = trial.crash();

        assertThat(outcome.to()).isNotEqualTo(outcome.from());
        assertThat(outcome.twoPrimariesMillis()).isZero();
        assertThat(outcome.outageMillis()).isLessThan(CRASH_BOUND_MILLIS);
    }

    @Test
    void aLostHostIsReplacedAndComesBackAsAStandby() {
        Trial.Outcome outcome = trial.loseHost();

        assertThat(outcome.to()).isNotEqualTo(outcome.from());
        assertThat(outcome.twoPrimariesMillis()).isZero();
        assertThat(outcome.outageMillis()).isLessThan(SILENCE_BOUND_MILLIS);
        assertThat(sandbox.list().member(outcome.from()).role()).isEqualTo("standby");
    }

    @Test
    void aFrozenPrimaryIsDeadWithinAMomentOfItsThaw() {
        Trial.Outcome outcome = trial.freeze();

        assertThat(outcome.to()).isNotEqualTo(outcome.from());
        assertThat(outcome.outageMillis()).isLessThan(SILENCE_BOUND_MILLIS);
        assertThat(outcome.oldDeadAfterThawMillis()).isLessThan(500);
        assertThat(sandbox.list().member(outcome.from()).role()).isEqualTo("standby");
    }

    @Test
    void aFailoverGoesOnWhenItsCoordinatorDies() {
        String primary = sandbox.look().primary();
        long before = sandbox.lastOffset();
        Host.of(sandbox, primary).losePower();
        JsonNode opened = sandbox.awaitEvent("FailoverOpened", before, EVENT_BOUND, e -> true);
        String dead = coordinatorOf(opened);
        Processes.signal("KILL", List.of(sandbox.process(dead, "coordinator").pid()));

        JsonNode promoted = sandbox.awaitEvent("Promoted", before, EVENT_BOUND, e -> true);

        JsonNode chosen = sandbox.awaitEvent("PrimaryChosen", before, EVENT_BOUND, e -> true);
        assertThat(chosen.path("offset").asLong())
                .isLessThan(promoted.path("offset").asLong());
        sandbox.startHost(dead);
        sandbox.startHost(primary);
        sandbox.waitHealthy();
        assertThat(sandbox.look().primary()).isNotEqualTo(primary);
    }

    private static String coordinatorOf(JsonNode decision) {
        return decision.path("event").path("basis").path("coordinator").asString();
    }

    @Test
    void aPrimaryThatHangsIsReplaced() {
        sandbox.change("config", "set", "writeProbeBoundMillis=2000");
        ClusterNow before = sandbox.look();
        long offset = sandbox.lastOffset();

        Host.of(sandbox, before.primary()).freezePostgres();

        JsonNode opened = sandbox.awaitEvent("FailoverOpened", offset, EVENT_BOUND, e -> true);
        assertThat(opened.path("event").path("basis").path("rule").asString()).isEqualTo("F4");
        sandbox.awaitEvent("Promoted", offset, EVENT_BOUND, e -> true);
        sandbox.waitHealthy();
        assertThat(sandbox.look().primary()).isNotEqualTo(before.primary());
    }

    @Test
    void aStandbyWhoseReceiverHangsIsNotWaitedForLong() {
        ClusterNow before = sandbox.look();
        String hanging = before.standbys().getFirst();
        String other = before.standbys().getLast();
        List<Long> receiver = Host.of(sandbox, hanging).backendsNamed("walreceiver");
        assertThat(receiver).hasSize(1);
        Processes.signal("STOP", receiver);
        long offset = sandbox.lastOffset();
        try {
            writeSome(before.primaryPort());
            // Else the old primary alone would have all of it, and would rightly be chosen where it is back in time.
            Eventually.until(
                    other + " has what was written", EVENT_BOUND, () -> hasReceivedAll(before.primaryPort(), other));
            Host.of(sandbox, before.primary()).crashPostmaster();
            sandbox.awaitEvent("Promoted", offset, EVENT_BOUND, e -> true);
        } finally {
            Processes.signal("CONT", receiver);
        }
        sandbox.waitHealthy();

        assertThat(sandbox.look().primary()).isEqualTo(other);
    }

    private static boolean hasReceivedAll(int port, String standby) {
        return Database.ask(
                        port,
                        "SELECT flush_lsn >= pg_current_wal_flush_lsn() FROM pg_stat_replication WHERE application_name = '"
                                + standby + "'")
                .equals("t");
    }

    private static void writeSome(int port) {
        Database.execute(
                port,
                "CREATE TABLE IF NOT EXISTS ballast AS SELECT 0 AS n; INSERT INTO ballast SELECT generate_series(1, 20000)");
    }

    @Test
    void explainTellsRuleCandidatesAndTimings() {
        Trial.Outcome outcome = trial.crash();

        JsonNode told = sandbox.json("explain", "last");
        assertThat(told.path("decision").path("rule").asString()).isEqualTo("P1");
        assertThat(told.path("candidates").size()).isEqualTo(3);
        assertThat(told.path("steps").size()).isGreaterThan(4);
        assertThat(told.path("outcome").path("state").asString()).isEqualTo("HEALTHY");
        assertThat(told.path("outcome").path("interruptedMillis").asLong()).isPositive();
        assertThat(sandbox.run("explain").expectSuccess().out())
                .contains(outcome.from())
                .contains(outcome.to());
    }
}
