package io.pgprimacy.simulation;

import io.pgprimacy.core.cluster.Grant;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.simulation.plan.PlannedFault;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Carries out the plan of faults, and heals everything in the end. */
final class Faults {
    /** The number of a {@code LOG_CUT_BACK} that loses the last decision. */
    static final int TO_THE_LAST_DECISION = 1;

    /** The number of an {@code ISOLATE_COORDINATOR} that neither reads nor appends. */
    static final int BOTH_WAYS = 2;

    private static final String STANDBY = "standby-";

    private final World world;
    private final Cluster cluster;
    private final Operator operator;
    private final LostLog lostLog;
    private final Map<Fault.Kind, Integer> counts = new EnumMap<>(Fault.Kind.class);
    private boolean healed;
    private int round;
    private long lastOnNodes = -1;

    Faults(World world, Cluster cluster, Operator operator, LostLog lostLog) {
        this.lostLog = lostLog;
        this.world = world;
        this.cluster = cluster;
        this.operator = operator;
    }

    void begin(List<Fault> plan) {
        healed = false;
        int mine = ++round;
        for (Fault fault : plan) {
            world.after(fault.at(), () -> {
                if (isRound(mine)) {
                    strike(fault);
                }
            });
        }
    }

    private boolean isRound(int number) {
        return !healed && number == round;
    }

    private void strike(Fault fault) {
        counts.merge(fault.kind(), 1, Integer::sum);
        String target = target(fault);
        world.trace("FAULT", () -> fault.kind() + " " + target + " for " + fault.lasts() / World.MS + " ms");
        if (fault.kind().isRequest()) {
            operator.ask(fault, target);
        } else if (fault.kind() == Fault.Kind.NO_COORDINATORS) {
            cluster.coordinators().forEach(k -> {
                k.crash();
                end(fault, k::start);
            });
        } else if (target.startsWith("k")) {
            onCoordinator(fault, cluster.coordinator(target));
        } else {
            onNode(fault, cluster.host(new NodeId(target)));
        }
    }

    private String target(Fault fault) {
        return fault.onPrimary() && !fault.node().startsWith("k") ? primary(fault.node()) : named(fault.node());
    }

    private String primary(String otherwise) {
        return cluster.auditor()
                .state()
                .lastGrant()
                .map(Grant::node)
                .map(NodeId::value)
                .orElse(otherwise);
    }

    /** Who has that role now, by name; standbys are counted by their names. */
    private String named(String word) {
        String first = cluster.hosts().getFirst().name();
        if (word.equals(PlannedFault.PRIMARY)) {
            return primary(first);
        }
        return word.startsWith(STANDBY)
                ? others(primary(first)).get(Integer.parseInt(word.substring(STANDBY.length())) - 1)
                : word;
    }

    private void end(Fault fault, Runnable ending) {
        int mine = round;
        world.after(fault.lasts(), () -> {
            if (isRound(mine)) {
                world.trace("FAULT", () -> fault.kind() + " ends");
                ending.run();
                cluster.log().wakeReaders();
            }
        });
    }

    private void onCoordinator(Fault fault, SimCoordinator coordinator) {
        Network network = cluster.network();
        switch (fault.kind()) {
            case KILL_COORDINATOR -> {
                coordinator.crash();
                end(fault, coordinator::start);
            }
            case FREEZE_COORDINATOR -> {
                coordinator.process().freeze();
                end(fault, () -> coordinator.process().thaw(20));
            }
            default -> {
                boolean in = fault.number() % 3 != 0;
                boolean out = fault.number() % 3 != 1;
                cut(fault, network, coordinator.name(), Network.LOG, out, in);
            }
        }
    }

    private void cut(Fault fault, Network network, String a, String b, boolean there, boolean back) {
        if (there) {
            network.block(a, b);
        }
        if (back) {
            network.block(b, a);
        }
        end(fault, () -> {
            network.clear(a, b);
            network.clear(b, a);
        });
    }

    private void onNode(Fault fault, SimHost host) {
        if (!fault.kind().isOfTheLogAlone()) {
            lastOnNodes = world.now();
        }
        switch (fault.kind()) {
            case KILL_POSTGRES -> host.postgres().kill("the postmaster is killed");
            case FREEZE_POSTGRES -> {
                host.postgres().process().freeze();
                end(fault, () -> host.thaw(host.postgres().process()));
            }
            case DISK_STALL -> {
                host.postgres().hangDisk(true);
                end(fault, () -> host.postgres().hangDisk(false));
            }
            case KILL_AGENT -> {
                host.agent().crash("killed");
                host.agent().startAfter(fault.lasts());
            }
            case AGENT_DIES_AT_EFFECT -> {
                host.agent().dieAfterEffects(fault.number() % 8);
                world.after(fault.lasts(), () -> host.agent().start());
                world.after(fault.lasts() + 8 * World.SECOND, () -> host.agent().start());
            }
            case FREEZE_AGENT -> {
                host.agent().process().freeze();
                end(fault, () -> host.thaw(host.agent().process()));
            }
            case RESTART_AGENT -> host.agent().restart();
            case AGENT_RESTARTS_BEHIND -> {
                long behind = 500 * World.MS + (long) fault.number() * 6 * World.MS;
                host.agent().crash("killed");
                cluster.network().slow(Network.LOG, host.name(), behind);
                host.agent().startAfter(world.msBetween(20, 300));
                end(fault, () -> cluster.network().clear(Network.LOG, host.name()));
            }
            case LOSE_HOST -> {
                if (host.isUp()) {
                    host.crash();
                    end(fault, host::boot);
                }
            }
            case REPORTED_LOSS -> {
                if (host.isUp()) {
                    host.crash();
                    end(fault, host::boot);
                    world.after(
                            (long) (fault.lasts() * (0.2 + fault.number() % 7 * 0.1)),
                            () -> operator.saysIsDown(host, fault));
                }
            }
            case FREEZE_HOST -> {
                host.freeze();
                end(fault, host::thaw);
            }
            default -> onLinks(fault, host.name());
        }
    }

    private void onLinks(Fault fault, String name) {
        Network network = cluster.network();
        switch (fault.kind()) {
            case ISOLATE_HOST -> allLinks(fault, name, true, true);
            case CUT_INCOMING -> allLinks(fault, name, true, false);
            case CUT_OUTGOING -> allLinks(fault, name, false, true);
            case CUT_FROM_PEERS -> others(name).forEach(other -> cut(fault, network, name, other, true, true));
            case CUT_FROM_KAFKA -> cut(fault, network, name, Network.LOG, true, true);
            case NODE_CANNOT_APPEND -> cut(fault, network, name, Network.LOG, true, false);
            case NODE_CANNOT_READ -> cut(fault, network, name, Network.LOG, false, true);
            case CUT_LINK -> cut(fault, network, name, named(fault.other()), true, true);
            case CUT_LINK_ONE_WAY -> cut(fault, network, name, named(fault.other()), true, false);
            case LATENCY -> {
                long delay = fault.amount() > 0 ? fault.amount() * World.MS : world.msBetween(50, 900);
                for (SimHost other : cluster.hosts()) {
                    network.slow(name, other.name(), delay);
                    network.slow(other.name(), name, delay);
                }
                network.slow(name, Network.LOG, delay);
                end(fault, () -> {
                    for (SimHost other : cluster.hosts()) {
                        network.clear(name, other.name());
                        network.clear(other.name(), name);
                    }
                    network.clear(name, Network.LOG);
                });
            }
            case READ_LAG -> {
                network.slow(Network.LOG, name, world.msBetween(200, 3000));
                end(fault, () -> network.clear(Network.LOG, name));
            }
            default -> onLog(fault);
        }
    }

    private void allLinks(Fault fault, String name, boolean in, boolean out) {
        Network network = cluster.network();
        others(name).forEach(other -> cut(fault, network, name, other, out, in));
        cut(fault, network, name, Network.LOG, out, in);
    }

    private List<String> others(String name) {
        return cluster.hosts().stream()
                .map(SimHost::name)
                .filter(other -> !other.equals(name))
                .toList();
    }

    private void onLog(Fault fault) {
        SimLog log = cluster.log();
        switch (fault.kind()) {
            case KAFKA_OUTAGE -> {
                log.goDown();
                end(fault, log::comeUp);
            }
            case LOG_LOSES -> {
                log.misbehave(0.3, 0, 0);
                end(fault, () -> log.misbehave(0, 0, 0));
            }
            case LOG_DELAYS -> {
                log.misbehave(0.02, 0.2, 0);
                end(fault, () -> log.misbehave(0, 0, 0));
            }
            case LOG_DOUBLES -> {
                log.misbehave(0, 0.05, 0.4);
                end(fault, () -> log.misbehave(0, 0, 0));
            }
            case LOG_CUT_BACK -> {
                log.goDown();
                end(fault, () -> {
                    lostLog.cutBack(1 + fault.number() % 50);
                    log.comeUp();
                });
            }
            case LOG_RESTORED -> {
                log.goDown();
                end(fault, () -> {
                    lostLog.restore(fault.number());
                    log.comeUp();
                });
            }
            case LOG_MADE_ANEW -> lostLog.makeAnew();
            default -> throw new IllegalStateException("not a fault of the log: " + fault.kind());
        }
    }

    /** Everything that runs on hardware runs again; what is wrong inside is left to the code under test. */
    void healAll() {
        healed = true;
        world.trace("FAULT", () -> "everything HEALS");
        cluster.network().clearAll();
        cluster.log().misbehave(0, 0, 0);
        cluster.log().comeUp();
        for (SimHost host : cluster.hosts()) {
            host.agent().dieAfterEffects(-1);
            host.postgres().hangDisk(false);
            host.boot();
            if (host.isFrozen()) {
                host.thaw();
            }
            host.agent().process().thaw(20);
            host.postgres().process().thaw(20);
            host.guard().process().thaw(20);
            host.agent().startAfter(world.msBetween(100, 1000));
        }
        for (SimCoordinator coordinator : cluster.coordinators()) {
            coordinator.process().thaw(20);
            coordinator.startAfter(world.msBetween(10, 500));
        }
    }

    Map<Fault.Kind, Integer> counts() {
        return counts;
    }

    long lastOnNodes() {
        return lastOnNodes;
    }
}
