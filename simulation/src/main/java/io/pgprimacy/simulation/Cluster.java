package io.pgprimacy.simulation;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.cluster.Phase;
import io.pgprimacy.core.event.NodeTags;
import io.pgprimacy.core.id.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Everything that stands in one simulated world, wired together. */
final class Cluster {
    private final World world;
    private final Network network;
    private final Auditor auditor;
    private final Truth truth;
    private final SimLog log;
    private final List<SimHost> hosts = new ArrayList<>();
    private final List<SimCoordinator> coordinators = new ArrayList<>();

    Cluster(World world, Scenario scenario, long seed, Seams seams) {
        this.world = world;
        this.network = new Network(world);
        this.auditor = new Auditor(world, seams);
        this.truth = new Truth(world, network, auditor);
        this.log = new SimLog(world, network, auditor::landed, seams);
        SplittableRandom random = new SplittableRandom(seed ^ 0x5DEECE66DL);
        for (NodeId id : scenario.nodes()) {
            SimHost host = new SimHost(world, truth, network, id, drift(random), seams);
            SimAgent agent = new SimAgent(world, log, host, seams, truth);
            agent.readCompacted(random.nextInt(3) == 0 ? random.nextDouble() : random.nextInt(2));
            host.own(agent);
            host.tags(scenario.tags().getOrDefault(id, NodeTags.DEFAULT));
            truth.add(host);
            hosts.add(host);
        }
        for (int i = 0; i < scenario.coordinators(); i++) {
            SimCoordinator coordinator =
                    new SimCoordinator(world, log, "k" + i, drift(random), random.nextInt(3000), seams, this);
            coordinator.readCompacted(random.nextInt(3) == 0 ? random.nextDouble() : random.nextInt(2));
            // Assignment spreads work and is no lock: now and then nobody or everybody believes to own the cluster.
            coordinator.own(i == 0 || random.nextInt(4) == 0);
            coordinators.add(coordinator);
        }
    }

    private static double drift(SplittableRandom random) {
        return 1 + (random.nextDouble() - 0.5) * 0.0095;
    }

    Optional<SimHost> primary() {
        return auditor.state().primary().map(g -> truth.host(g.node()));
    }

    /** Empty when all is well and nothing is under way, else the first thing that is not. */
    Optional<String> ill() {
        return unwell().or(this::underWay);
    }

    private Optional<String> underWay() {
        ClusterState state = auditor.state();
        if (state.runningBackup().isPresent()) {
            return Optional.of("a backup is still being taken: " + state.runningBackup());
        }
        if (state.runningDrill().isPresent()) {
            return Optional.of("a drill is still under way: " + state.runningDrill());
        }
        return Optional.empty();
    }

    /** Empty when all is well, else the first thing that is not; schedules as dense as some are have a backup under way at any time. */
    Optional<String> unwell() {
        ClusterState state = auditor.state();
        if (!(state.phase() instanceof Phase.Serving)) {
            return Optional.of("the phase is " + state.phase());
        }
        if (!state.isPromotionConfirmed()) {
            return Optional.of("the promotion of " + state.primary() + " is not confirmed");
        }
        SimPostgres primary = primary().orElseThrow().postgres();
        if (!primary.acceptsWrites()) {
            return Optional.of(primary.id() + " does not accept writes");
        }
        for (Node node : state.members()) {
            Optional<String> ill = illMember(node, primary);
            if (ill.isPresent()) {
                return ill;
            }
        }
        if (!state.pending().isEmpty()) {
            return Optional.of("not answered: " + state.pending());
        }
        if (state.nodes().size() < hosts.size()) {
            return Optional.of("not every node has been heard");
        }
        return world.now() - truth.lastAcknowledgedAt() > World.SECOND
                ? Optional.of("no write is acknowledged")
                : Optional.empty();
    }

    private Optional<String> illMember(Node node, SimPostgres primary) {
        SimHost host = truth.host(node.id());
        if (!host.agent().process().runs()) {
            return Optional.of("the agent of " + node.id() + " does not run");
        }
        if (host.agent().isHalted()) {
            return Optional.of("the agent of " + node.id() + " has read another log");
        }
        if (node.standingQuarantine().isPresent()) {
            return Optional.empty();
        }
        if (node.mustBeReloaded()) {
            return Optional.of(node.id() + " must read its configuration again");
        }
        if (host.postgres() == primary) {
            return Optional.empty();
        }
        Stream stream = host.postgres().replication().receiver();
        boolean streams = host.postgres().isStandby() && stream != null && stream.sender == primary;
        if (!streams) {
            return Optional.of(node.id() + " does not stream from " + primary.id() + ": "
                    + host.agent().loop().map(l -> l.because()).orElse("no agent"));
        }
        if (node.mustBeRestarted()) {
            return Optional.of(node.id() + " must be restarted");
        }
        return node.mustBeRebuilt() ? Optional.of(node.id() + " must be rebuilt") : Optional.empty();
    }

    Network network() {
        return network;
    }

    Auditor auditor() {
        return auditor;
    }

    Truth truth() {
        return truth;
    }

    SimLog log() {
        return log;
    }

    List<SimHost> hosts() {
        return hosts;
    }

    SimHost host(NodeId id) {
        return truth.host(id);
    }

    List<SimCoordinator> coordinators() {
        return coordinators;
    }

    SimCoordinator coordinator(String name) {
        return coordinators.stream()
                .filter(c -> c.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
