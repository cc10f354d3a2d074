package io.pgprimacy.simulation;

import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.ReplicationMode;
import io.pgprimacy.core.config.TimingProfile;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.simulation.plan.FaultKind;
import io.pgprimacy.simulation.plan.PlannedFault;
import io.pgprimacy.simulation.plan.Round;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A plan for real processes, in the simulation: the same rounds, and the timing of a seed. What has the same name means the same on both
 * sides; what one side does not have is listed here, with the reason.
 */
final class Replay {
    private static final int MOST_FAILOVERS = 50;
    private static final String STANDBY = "standby-";

    /** Left out of a replay. */
    static final Map<FaultKind, String> NOT_SIMULATED = new EnumMap<>(FaultKind.class);

    /** Never in a plan for real processes. */
    static final Map<Fault.Kind, String> SIMULATED_ONLY = new EnumMap<>(Fault.Kind.class);

    static {
        String noBrokers = "the simulated log has no brokers; the loss of all of them is kafka-outage";
        NOT_SIMULATED.put(FaultKind.KILL_BROKER, noBrokers);
        NOT_SIMULATED.put(FaultKind.RESTART_BROKER, noBrokers);
        NOT_SIMULATED.put(FaultKind.FREEZE_BROKER, noBrokers);
        NOT_SIMULATED.put(FaultKind.ISOLATE_BROKER, noBrokers);
        String noGuard = "the simulated guard dies and freezes with its host alone";
        NOT_SIMULATED.put(FaultKind.KILL_GUARD, noGuard);
        NOT_SIMULATED.put(FaultKind.FREEZE_GUARD, noGuard);
        NOT_SIMULATED.put(FaultKind.CUT_FROM_CLIENTS, "simulated clients reach every node, whatever is cut");
        NOT_SIMULATED.put(FaultKind.LOSS, "simulated links have no packets; what TCP makes of their loss is latency");
        NOT_SIMULATED.put(FaultKind.DISK_FULL, "space is not modelled");
        NOT_SIMULATED.put(FaultKind.DISK_SLOW, "a simulated disk works or hangs: disk-stall");
        NOT_SIMULATED.put(FaultKind.CLOCK_JUMP, "nothing on a simulated host reads the wall clock");

        SIMULATED_ONLY.put(Fault.Kind.AGENT_DIES_AT_EFFECT, "a real process cannot be killed at a chosen effect");
        SIMULATED_ONLY.put(Fault.Kind.AGENT_RESTARTS_BEHIND, "a real reader cannot be held back by so much");
        SIMULATED_ONLY.put(
                Fault.Kind.NODE_CANNOT_APPEND, "TCP needs both directions: cut-outgoing cuts appends and reads");
        SIMULATED_ONLY.put(
                Fault.Kind.NODE_CANNOT_READ, "TCP needs both directions: cut-incoming cuts appends and reads");
        String oneByOne = "the fate of a single record cannot be chosen from outside";
        SIMULATED_ONLY.put(Fault.Kind.LOG_LOSES, oneByOne);
        SIMULATED_ONLY.put(Fault.Kind.LOG_DELAYS, oneByOne);
        SIMULATED_ONLY.put(Fault.Kind.LOG_DOUBLES, oneByOne);
        SIMULATED_ONLY.put(Fault.Kind.READ_LAG, oneByOne);
        String lostLog =
                "a person must see to it: LostLogTest among the system tests, and no campaign that has to recover by itself";
        SIMULATED_ONLY.put(Fault.Kind.LOG_CUT_BACK, lostLog);
        SIMULATED_ONLY.put(Fault.Kind.LOG_RESTORED, lostLog);
        SIMULATED_ONLY.put(Fault.Kind.LOG_MADE_ANEW, lostLog);
        String word = "an operator's word; the only operator of a campaign asks for switchovers";
        SIMULATED_ONLY.put(Fault.Kind.REPORTED_LOSS, word);
        SIMULATED_ONLY.put(Fault.Kind.FAILOVER_BY_HAND, word);
        SIMULATED_ONLY.put(Fault.Kind.FAILOVER_WITH_LOSS, word);
        SIMULATED_ONLY.put(Fault.Kind.PAUSE, word);
        SIMULATED_ONLY.put(Fault.Kind.REBUILD, word);
        SIMULATED_ONLY.put(Fault.Kind.RESTART_POSTGRES, word);
        SIMULATED_ONLY.put(Fault.Kind.RELOAD_POSTGRES, word);
        SIMULATED_ONLY.put(Fault.Kind.RESTORE, word);
        SIMULATED_ONLY.put(Fault.Kind.CHANGE_MODE, word);
        SIMULATED_ONLY.put(Fault.Kind.CHANGE_TIMING, word);
        SIMULATED_ONLY.put(Fault.Kind.REMOVE, word);
        SIMULATED_ONLY.put(Fault.Kind.ADMIT, word);
    }

    private final List<Round> plan;
    private final List<NodeId> nodes;

    Replay(List<Round> plan) {
        this.plan = plan;
        this.nodes = IntStream.range(0, Math.max(3, mostNodes(plan)))
                .mapToObj(i -> new NodeId(letter(i)))
                .toList();
    }

    /** What is left out, and why; a line for each kind. */
    List<String> leftOut() {
        return plan.stream()
                .flatMap(round -> round.faults().stream())
                .map(PlannedFault::kind)
                .distinct()
                .filter(NOT_SIMULATED::containsKey)
                .map(kind -> kind.label() + ": " + NOT_SIMULATED.get(kind))
                .toList();
    }

    /** The cluster of a campaign: three nodes or as many as the plan names, two coordinators, profile fast. */
    Scenario scenario(boolean synchronous) {
        ClusterConfig config = ClusterConfig.defaults(TimingProfile.FAST).with(c -> {
            c.replication = synchronous ? new ReplicationMode.Quorum(1, false) : new ReplicationMode.Asynchronous();
            c.automaticFailoverLimit = MOST_FAILOVERS;
        });
        List<Scenario.Round> rounds = plan.stream()
                .map(round -> new Scenario.Round(round.length().toNanos(), faults(round)))
                .toList();
        return new Scenario(nodes, 2, config, Beginning.INITIALISED, new TreeMap<>(), false, 1, rounds);
    }

    private List<Fault> faults(Round round) {
        List<Fault> faults = new ArrayList<>();
        for (PlannedFault planned : round.faults()) {
            if (!NOT_SIMULATED.containsKey(planned.kind())) {
                if (planned.whom().equals(List.of(PlannedFault.ALL))) {
                    nodes.forEach(node -> faults.add(fault(planned, node.value(), node.value())));
                } else {
                    String first = planned.whom().isEmpty()
                            ? "a"
                            : place(planned.whom().getFirst());
                    String last = planned.whom().isEmpty()
                            ? "a"
                            : place(planned.whom().getLast());
                    faults.add(fault(planned, first, last));
                }
            }
        }
        return faults;
    }

    private static Fault fault(PlannedFault planned, String whom, String other) {
        return new Fault(
                planned.at().toNanos(),
                Fault.Kind.valueOf(planned.kind().name()),
                whom,
                false,
                other,
                planned.lasts().toNanos(),
                planned.kind() == FaultKind.ISOLATE_COORDINATOR ? Faults.BOTH_WAYS : 0,
                planned.amount());
    }

    /** Roles stay what they are until the fault happens; pg2 is b, coordinator-1 is k0. */
    private static String place(String word) {
        if (word.startsWith("pg")) {
            return letter(Integer.parseInt(word.substring(2)) - 1);
        }
        return word.startsWith("coordinator-")
                ? "k" + (Integer.parseInt(word.substring("coordinator-".length())) - 1)
                : word;
    }

    private static String letter(int index) {
        return String.valueOf((char) ('a' + index));
    }

    private static int mostNodes(List<Round> plan) {
        return plan.stream()
                .flatMap(round -> round.faults().stream())
                .flatMap(fault -> fault.whom().stream())
                .mapToInt(word -> word.startsWith(STANDBY)
                        ? Integer.parseInt(word.substring(STANDBY.length())) + 1
                        : word.matches("pg\\d+") ? Integer.parseInt(word.substring(2)) : 0)
                .max()
                .orElse(0);
    }
}
