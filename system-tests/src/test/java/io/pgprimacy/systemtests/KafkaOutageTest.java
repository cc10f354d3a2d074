package io.pgprimacy.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** Kafka goes away for several times the lease, while the members can still hear each other (S11). */
class KafkaOutageTest {
    /** The lease is 3 s. */
    private static final Duration OUTAGE = Duration.ofSeconds(15);

    private static final Duration EVENT_BOUND = Duration.ofSeconds(60);

    @RegisterExtension
    static final SharedSandbox SHARED = new SharedSandbox(SandboxUnderTest.Options.ASYNCHRONOUS);

    private final SandboxUnderTest sandbox = SHARED.get();

    @Test
    void aFrozenBrokerMovesAndStopsNoPrimary() {
        assertUntouchedBy("STOP", broker -> Processes.signal("CONT", broker));
    }

    @Test
    void aDeadBrokerMovesAndStopsNoPrimary() {
        assertUntouchedBy("KILL", broker -> sandbox.run("sandbox", "up").expectSuccess());
    }

    private void assertUntouchedBy(String signal, Consumer<List<Long>> comeBack) {
        List<Long> broker = broker();
        Untouched.by(sandbox, () -> {
            Processes.signal(signal, broker);
            Eventually.pass(OUTAGE);
            comeBack.accept(broker);
        });
    }

    @Test
    void aMemberThatHadBeenDownForLongDoesNotMakeItFatal() {
        sandbox.waitHealthy();
        long offset = sandbox.lastOffset();
        Host down = Host.of(sandbox, sandbox.look().standbys().getLast());
        sandbox.change("config", "set", "suspendAfterSeconds=3");
        down.losePower();
        sandbox.awaitEvent("MemberSuspended", offset, EVENT_BOUND, e -> true);

        Untouched.asItIs(sandbox, () -> {
            List<Long> broker = broker();
            Processes.signal("STOP", broker);
            Eventually.pass(OUTAGE);
            Processes.signal("CONT", broker);
            sandbox.run("sandbox", "start", down.name()).expectSuccess();
        });

        JsonNode kept = sandbox.awaitEvent("LeaseKeptByPromises", offset, EVENT_BOUND, e -> true);
        assertThat(kept.path("event").path("by").toString()).doesNotContain(down.name());
    }

    /** It cannot read the log, and what it has promised before is on its disk: that is enough to promise again. */
    @Test
    void aMemberWhoseAgentRestartsMeanwhilePromisesAgain() {
        Duration lookAtCpu = Duration.ofSeconds(10);
        sandbox.waitHealthy();
        // A start of the JVM must not be a question of the lease here, however busy the machine.
        sandbox.change("config", "set", "profile=wan");
        Untouched.by(sandbox, () -> {
            Host standby = Host.of(sandbox, sandbox.look().standbys().getFirst());
            List<Long> broker = broker();
            Processes.signal("STOP", broker);
            Processes.signal("KILL", List.of(standby.agent().pid()));
            sandbox.startHost(standby.name());
            long agent = Host.of(sandbox, standby.name()).agent().pid();
            // The JVM's start is over by then.
            Eventually.pass(OUTAGE);
            Duration before = Processes.cpuOf(agent);
            Eventually.pass(lookAtCpu);
            assertThat(Processes.cpuOf(agent).minus(before))
                    .as("processor time of an agent that waits for the log")
                    .isLessThan(lookAtCpu.dividedBy(4));
            Processes.signal("CONT", broker);
        });
        sandbox.change("config", "set", "profile=fast");
    }

    private List<Long> broker() {
        return List.of(sandbox.process("kafka", "kafka").pid());
    }

    @Test
    void withoutAMembersPromiseThePrimaryStopsAndSaysWhoDidNotAnswer() {
        ClusterNow before = sandbox.look();
        long offset = sandbox.lastOffset();
        String silent = before.standbys().getFirst();
        List<Long> agent = List.of(Host.of(sandbox, silent).agent().pid());
        List<Long> broker = broker();
        long postmaster = Host.of(sandbox, before.primary()).postmaster().pid();
        Processes.signal("STOP", agent);
        Processes.signal("STOP", broker);
        try {
            Eventually.until("the primary has fenced itself", EVENT_BOUND, () -> !Processes.isAlive(postmaster));
        } finally {
            Processes.signal("CONT", broker);
            Processes.signal("CONT", agent);
        }

        JsonNode stopped = sandbox.awaitEvent("PrimaryStopped", offset, EVENT_BOUND, e -> true);

        assertThat(stopped.path("event").path("cause").asString()).isEqualTo("LEASE_NOT_RENEWED");
        assertThat(stopped.path("event").path("detail").asString()).contains(silent + " did not answer");
        sandbox.waitHealthy();
    }
}
