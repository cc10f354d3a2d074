package io.pgprimacy.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

/** What a fault of Kafka or of coordinators must leave as it is: the primary, its term, its process, and its writes. */
final class Untouched {
    /** Below what any failover takes, and far above what a busy machine makes of a write. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private Untouched() {}

    /** Returns the longest time without an acknowledged write. */
    static Duration by(SandboxUnderTest sandbox, Runnable fault) {
        sandbox.waitHealthy();
        return asItIs(sandbox, fault);
    }

    /** The same for a cluster that lacks a member to begin with. */
    static Duration asItIs(SandboxUnderTest sandbox, Runnable fault) {
        ClusterNow before = sandbox.look();
        long offset = sandbox.lastOffset();
        long postmaster = sandbox.process(before.primary(), "postgres").pid();
        Duration pause;
        try (Workload workload = Workload.start(sandbox.ports(), before.primaryPort())) {
            fault.run();
            workload.awaitAcknowledgements(400);
            workload.stop();
            pause = workload.outage().length();
            assertThat(pause).isLessThan(LONGEST_PAUSE);
            assertThat(workload.lost(before.primaryPort())).isZero();
        }
        sandbox.waitHealthy();
        ClusterNow after = sandbox.look();
        assertThat(after.term()).isEqualTo(before.term());
        assertThat(after.primary()).isEqualTo(before.primary());
        assertThat(sandbox.process(after.primary(), "postgres").pid()).isEqualTo(postmaster);
        assertThat(sandbox.eventsAfter(offset))
                .extracting(SandboxUnderTest::nameOf)
                .doesNotContain("FailoverOpened", "PrimaryStopped", "PrimaryChosen");
        return pause;
    }
}
