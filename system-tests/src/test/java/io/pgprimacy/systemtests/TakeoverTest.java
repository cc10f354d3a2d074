package io.pgprimacy.systemtests;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.systemtests.bench.Takeover;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** Coordinators die, stand still and are away, and what they had begun is done once. */
class TakeoverTest {
    /** Longer than every wait that a coordinator has in profile fast, and than a group's session. */
    private static final Duration STALE = Duration.ofSeconds(15);

    private static final double TAKEN_OVER_WITHIN_MILLIS = 3000;

    @RegisterExtension
    static final SharedSandbox SHARED = new SharedSandbox(SandboxUnderTest.Options.ASYNCHRONOUS.withCoordinators(3));

    private final SandboxUnderTest sandbox = SHARED.get();
    private final Takeover takeover = new Takeover(sandbox);

    @Test
    void aRunningFailoverIsTakenOverFromADeadCoordinator() {
        assertDoneOnce(Takeover.Loss.KILL, Duration.ZERO);
    }

    @Test
    void aRunningFailoverIsTakenOverFromAFrozenCoordinatorWhoseStaleMindChangesNothingLater() {
        assertDoneOnce(Takeover.Loss.FREEZE, STALE);
    }

    private void assertDoneOnce(Takeover.Loss loss, Duration away) {
        Takeover.Outcome outcome = takeover.run(loss);
        Eventually.pass(away);
        takeover.comeBack(outcome);
        sandbox.waitHealthy();
        // The one that has come back decides or appends within a few of these, if it ever does.
        Eventually.pass(Duration.ofSeconds(3));

        System.out.printf("%s: taken over after %.0f ms%n", loss, outcome.tookMillis());
        assertThat(outcome.tookMillis()).isLessThan(TAKEN_OVER_WITHIN_MILLIS);
        List<JsonNode> decisions = sandbox.eventsAfter(outcome.offsetBefore()).stream()
                .filter(e -> e.path("event").path("basis").path("sequence").asLong(0) > 0)
                .filter(e -> e.path("ignored").asString("").isBlank())
                .toList();
        assertThat(decisions.stream()
                        .collect(groupingBy(
                                e -> e.path("event")
                                        .path("basis")
                                        .path("sequence")
                                        .asLong(),
                                counting())))
                .allSatisfy((sequence, times) -> assertThat(times).isEqualTo(1));
        assertThat(decisions)
                .extracting(SandboxUnderTest::nameOf)
                .filteredOn(name -> name.equals("FailoverOpened") || name.equals("PrimaryChosen"))
                .containsExactly("FailoverOpened", "PrimaryChosen");
    }

    @Test
    void withoutAnyCoordinatorNothingIsPromotedAndTheFirstThatReturnsActsOnWhatIsTrueThen() {
        ClusterNow before = sandbox.look();
        long offset = sandbox.lastOffset();
        Host primary = Host.of(sandbox, before.primary());
        List<HostProcess> coordinators = sandbox.ps().stream()
                .filter(p -> p.kind().equals("coordinator"))
                .toList();
        try (Workload workload = Workload.start(sandbox.ports(), before.primaryPort())) {
            workload.awaitAcknowledgements(100);
            coordinators.forEach(c -> Processes.signal("KILL", List.of(c.pid())));
            Eventually.pass(STALE);
            assertThat(workload.outage().length()).isLessThan(Duration.ofSeconds(1));

            primary.crashPostmaster();
            long crashed = System.nanoTime();
            Eventually.pass(STALE);
            assertThat(workload.acknowledgements().getLast().nanos() - crashed)
                    .as("nobody else was promoted")
                    .isLessThan(Duration.ofSeconds(1).toNanos());

            sandbox.startHost(coordinators.getFirst().host());
            workload.awaitOtherThan(before.primaryPort(), crashed);
        }
        coordinators.forEach(c -> sandbox.startHost(c.host()));
        sandbox.waitHealthy();
        Map<String, Long> events =
                sandbox.eventsAfter(offset).stream().collect(groupingBy(SandboxUnderTest::nameOf, counting()));
        assertThat(events).containsEntry("FailoverOpened", 1L).containsEntry("PrimaryChosen", 1L);
        assertThat(sandbox.look().term()).isEqualTo(before.term() + 1);
    }
}
