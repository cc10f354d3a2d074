package io.pgprimacy.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * An agent may go and come back without PostgreSQL noticing. With the profile for production: an agent that was killed has to be back
 * before its lease is over, and on a machine that compiles something beside it a JVM takes its time.
 */
class AgentRestartTest {
    @RegisterExtension
    static final SharedSandbox SHARED =
            new SharedSandbox(SandboxUnderTest.Options.ASYNCHRONOUS.withNodes(2).withProfile("normal"));

    private final SandboxUnderTest sandbox = SHARED.get();

    @Test
    void anAgentThatIsKilledAndStartedAgainMovesNothing() {
        ClusterNow before = sandbox.look();
        Host host = Host.of(sandbox, before.primary());
        try (Workload workload = Workload.start(sandbox.ports(), before.primaryPort())) {
            Processes.signal("KILL", List.of(host.agent().pid()));
            sandbox.startHost(host.name());
            workload.awaitAcknowledgements(400);

            assertThat(workload.outage().length()).isLessThan(Duration.ofSeconds(1));
        }
        sandbox.waitHealthy();
        assertUntouched(before, host);
    }

    @Test
    void anAgentThatIsStoppedForAWhileMovesNothing() {
        ClusterNow before = sandbox.look();
        Host host = Host.of(sandbox, before.primary());
        try (Workload workload = Workload.start(sandbox.ports(), before.primaryPort())) {
            Processes.signal("TERM", List.of(host.agent().pid()));
            Eventually.pass(Duration.ofSeconds(10));
            assertThat(Processes.isAlive(host.agent().pid())).isFalse();
            sandbox.startHost(host.name());
            workload.awaitAcknowledgements(400);

            assertThat(workload.outage().length()).isLessThan(Duration.ofSeconds(1));
        }
        sandbox.waitHealthy();
        assertUntouched(before, host);
    }

    private void assertUntouched(ClusterNow before, Host host) {
        ClusterNow after = sandbox.look();
        assertThat(after.term()).isEqualTo(before.term());
        assertThat(after.primary()).isEqualTo(before.primary());
        assertThat(sandbox.process(host.name(), "postgres").pid())
                .isEqualTo(host.postmaster().pid());
    }
}
