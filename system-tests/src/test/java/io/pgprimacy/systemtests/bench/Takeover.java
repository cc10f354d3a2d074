package io.pgprimacy.systemtests.bench;

import io.pgprimacy.systemtests.ClusterNow;
import io.pgprimacy.systemtests.Eventually;
import io.pgprimacy.systemtests.Host;
import io.pgprimacy.systemtests.Processes;
import io.pgprimacy.systemtests.SandboxUnderTest;
import io.pgprimacy.systemtests.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * The coordinator that owns the cluster is lost after it has opened a failover and before it can choose: the standbys' agents are
 * held until then. Another coordinator must bring the failover to its end.
 */
public final class Takeover {
    private static final Duration BOUND = Duration.ofSeconds(60);

    /** How the owner is lost. */
    public enum Loss {
        KILL,
        FREEZE
    }

    /**
     * @param tookMillis from the loss until another coordinator's choice has been read
     * @param outageMillis of writes, from the crash of the primary on
     * @param lostCoordinator still lost: killed, or frozen
     */
    public record Outcome(
            Loss loss, double tookMillis, double outageMillis, HeldCoordinator lostCoordinator, long offsetBefore) {}

    /** For its return. */
    public record HeldCoordinator(String name, long pid) {}

    private final SandboxUnderTest sandbox;

    public Takeover(SandboxUnderTest sandbox) {
        this.sandbox = sandbox;
    }

    public Outcome run(Loss loss) {
        sandbox.waitHealthy();
        ClusterNow before = sandbox.look();
        Map<String, String> coordinators = coordinators();
        String owner = owner(coordinators);
        String other = coordinators.entrySet().stream()
                .filter(e -> !e.getKey().equals(owner))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow();
        long ownersPid = sandbox.process(owner, "coordinator").pid();
        long offset = sandbox.lastOffset();
        Host primary = Host.of(sandbox, before.primary());
        List<Long> standbys = before.standbys().stream()
                .map(s -> sandbox.process(s, "agent").pid())
                .toList();
        try (Workload workload = Workload.start(sandbox.ports(), before.primaryPort())) {
            workload.awaitAcknowledgements(100);
            Processes.signal("STOP", standbys);
            primary.crashPostmaster();
            await(other, offset, "FailoverOpened");
            Processes.signal(loss == Loss.KILL ? "KILL" : "STOP", List.of(ownersPid));
            long lost = System.nanoTime();
            Processes.signal("CONT", standbys);
            await(other, offset, "PrimaryChosen");
            double took = Trial.millisSince(lost);
            workload.awaitOtherThan(before.primaryPort(), lost);
            workload.awaitAcknowledgements(100);
            workload.stop();
            return new Outcome(
                    loss,
                    took,
                    workload.outage().length().toNanos() / 1e6,
                    new HeldCoordinator(owner, ownersPid),
                    offset);
        } finally {
            Processes.signal("CONT", standbys);
        }
    }

    /** The one that was lost goes on with what it had in mind, or begins anew. */
    public void comeBack(Outcome outcome) {
        if (outcome.loss() == Loss.KILL) {
            sandbox.startHost(outcome.lostCoordinator().name());
        } else {
            Processes.signal("CONT", List.of(outcome.lostCoordinator().pid()));
        }
    }

    private void await(String coordinator, long after, String event) {
        Eventually.until(
                event,
                BOUND,
                () -> sandbox.eventsAfter(coordinator, after).stream()
                        .anyMatch(e -> SandboxUnderTest.nameOf(e).equals(event)));
    }

    /** Address by name. */
    private Map<String, String> coordinators() {
        Map<String, String> all = new TreeMap<>();
        sandbox.ps().stream().filter(p -> p.kind().equals("coordinator")).forEach(p -> all.put(p.host(), p.url()));
        return all;
    }

    private String owner(Map<String, String> coordinators) {
        return Eventually.found(
                "an owner",
                BOUND,
                () -> coordinators.entrySet().stream()
                        .filter(e -> owns(sandbox.get(e.getValue(), "")))
                        .map(Map.Entry::getKey)
                        .findFirst());
    }

    private static boolean owns(JsonNode cluster) {
        return cluster.path("coordinator").path("owner").asBoolean(false);
    }
}
