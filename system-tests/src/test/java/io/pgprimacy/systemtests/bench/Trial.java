package io.pgprimacy.systemtests.bench;

import io.pgprimacy.systemtests.ClusterNow;
import io.pgprimacy.systemtests.DualPrimaryProbe;
import io.pgprimacy.systemtests.Eventually;
import io.pgprimacy.systemtests.Host;
import io.pgprimacy.systemtests.Processes;
import io.pgprimacy.systemtests.SandboxUnderTest;
import io.pgprimacy.systemtests.Workload;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One fault under load, from a healthy cluster to a healthy cluster. */
public final class Trial {
    private static final Duration DEATH_BOUND = Duration.ofSeconds(20);

    /**
     * @param outageMillis longest gap between acknowledgements
     * @param lost acknowledged rows missing at the end, each of which was a transaction
     * @param savedTransactions in the WAL that events say was saved instead of becoming history: at least {@code lost}
     * @param twoPrimariesMillis for how long two nodes acknowledged writes
     * @param oldDeadAfterThawMillis from SIGCONT until the frozen postmaster was gone; null where nothing was thawed
     * @param oldAcceptedAfterThaw writes that the old primary acknowledged after SIGCONT
     * @param healthyAfterMillis from the fault, or from the start of the host that had lost power, or from the thaw
     * @param interruptedMillis by the cluster's own events (explain)
     */
    public record Outcome(
            String scenario,
            String from,
            String to,
            double outageMillis,
            int lost,
            long savedTransactions,
            double twoPrimariesMillis,
            @Nullable Double oldDeadAfterThawMillis,
            long oldAcceptedAfterThaw,
            double healthyAfterMillis,
            long interruptedMillis,
            int acknowledged) {
        boolean isAccountedFor() {
            return lost <= savedTransactions;
        }
    }

    private final SandboxUnderTest sandbox;
    private final Duration freeze;
    private final boolean overRest;

    public Trial(SandboxUnderTest sandbox, Duration freeze, boolean overRest) {
        this.sandbox = sandbox;
        this.freeze = freeze;
        this.overRest = overRest;
    }

    public Outcome crash() {
        return run(Scenario.CRASH);
    }

    public Outcome loseHost() {
        return run(Scenario.HOSTLOSS);
    }

    public Outcome freeze() {
        return run(Scenario.FREEZE);
    }

    public Outcome switchOver() {
        return run(Scenario.SWITCHOVER);
    }

    private static final class Thaw {
        long nanos;

        @Nullable
        Double deadAfterMillis;

        long accepted;
    }

    Outcome run(Scenario scenario) {
        sandbox.waitHealthy();
        ClusterNow before = sandbox.look();
        Host host = Host.of(sandbox, before.primary());
        int oldPort = before.primaryPort();
        long offset = sandbox.lastOffset();
        Thaw thaw = new Thaw();
        try (Workload workload = Workload.start(sandbox.ports(), oldPort);
                DualPrimaryProbe probe = DualPrimaryProbe.start(sandbox.ports(), oldPort)) {
            workload.awaitAcknowledgements(100);
            long fault = System.nanoTime();
            switch (scenario) {
                case CRASH -> host.crashPostmaster();
                case HOSTLOSS -> host.losePower();
                case FREEZE -> freezeAndThaw(host, workload, probe, oldPort, thaw);
                case SWITCHOVER -> requestSwitchover();
            }
            awaitNewWrites(scenario, workload, oldPort, fault);
            long repair = scenario == Scenario.FREEZE
                    ? thaw.nanos
                    : scenario == Scenario.HOSTLOSS ? System.nanoTime() : fault;
            if (scenario == Scenario.HOSTLOSS) {
                sandbox.startHost(host.name());
            }
            sandbox.waitHealthy();
            double healthy = millisSince(repair);
            probe.stop();
            workload.stop();
            ClusterNow after = sandbox.look();
            return new Outcome(
                    scenario.name().toLowerCase(java.util.Locale.ROOT),
                    before.primary(),
                    after.primary(),
                    workload.outage().length().toNanos() / 1e6,
                    workload.lost(after.primaryPort()),
                    savedTransactions(offset),
                    probe.twoPrimaries().toNanos() / 1e6,
                    thaw.deadAfterMillis,
                    thaw.accepted,
                    healthy,
                    interrupted(),
                    workload.count());
        }
    }

    private long savedTransactions(long offset) {
        return sandbox.eventsAfter(offset).stream()
                .filter(e -> SandboxUnderTest.nameOf(e).equals("DiscardedWalSaved"))
                .mapToLong(e -> e.path("event").path("transactions").asLong())
                .sum();
    }

    /** A crashed primary may come back in place where no standby is eligible; here one always is. */
    private static void awaitNewWrites(Scenario scenario, Workload workload, int oldPort, long fault) {
        if (scenario != Scenario.FREEZE) {
            workload.awaitOtherThan(oldPort, fault);
        }
        workload.awaitAcknowledgements(100);
    }

    private void freezeAndThaw(Host host, Workload workload, DualPrimaryProbe probe, int oldPort, Thaw thaw) {
        long begun = System.nanoTime();
        List<Long> stopped = host.freeze();
        workload.awaitOtherThan(oldPort, begun);
        Eventually.pass(Duration.ofNanos(Math.max(0, freeze.toNanos() - (System.nanoTime() - begun))));
        long postmaster = host.postmaster().pid();
        thaw.nanos = System.nanoTime();
        Host.thaw(stopped);
        awaitDeath(postmaster);
        thaw.deadAfterMillis = millisSince(thaw.nanos);
        thaw.accepted = probe.acceptedSince(oldPort, thaw.nanos)
                + workload.acknowledgements().stream()
                        .filter(a -> a.port() == oldPort && a.nanos() - thaw.nanos >= 0)
                        .count();
    }

    /** Looked at each millisecond, for this is measured. */
    private static void awaitDeath(long pid) {
        long end = System.nanoTime() + DEATH_BOUND.toNanos();
        while (Processes.isAlive(pid) && System.nanoTime() < end) {
            java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
        }
    }

    private void requestSwitchover() {
        if (overRest) {
            sandbox.post("/requests/switchover", "{\"reason\":\"bench\"}");
        } else {
            sandbox.run("switchover", "--reason", "bench", "--yes").expectSuccess();
        }
    }

    private long interrupted() {
        return sandbox.get("/explain/last")
                .path("outcome")
                .path("interruptedMillis")
                .asLong(-1);
    }

    static double millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e6;
    }
}
