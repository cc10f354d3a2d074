package io.pgprimacy.simulation;

import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.plan.LocalMemory;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Another topic takes the log's name, and what people do about it in the end, as docs/how-to/lost-log.md has it: whoever reads on by a
 * position that the topic does not have is halted, and whoever begins to read has the other topic.
 */
final class LostLog {
    private static final long RESTARTS_EVERY = 2 * World.SECOND;

    private final World world;
    private final Cluster cluster;
    private final Operator operator;
    /** The last one that lacked no decision; null while the log is the one it has always been. */
    private @Nullable SimTopic right;

    LostLog(World world, Cluster cluster, Operator operator) {
        this.world = world;
        this.cluster = cluster;
        this.operator = operator;
    }

    /** By an election that made a replica the leader which lacked what had been acknowledged last: so many records, or the last decision too. */
    void cutBack(int records) {
        SimTopic topic = cluster.log().topic();
        List<Integer> decisions = topic.decisions();
        exchange(topic.copy(
                records % 2 == 0 && !decisions.isEmpty() ? decisions.getLast() : Math.max(0, topic.size() - records)));
    }

    /** From a copy that was made when the log had that share of what it has now, or just before one of the decisions. */
    void restore(int thousandths) {
        SimTopic topic = cluster.log().topic();
        List<Integer> decisions = topic.decisions();
        exchange(topic.copy(
                thousandths % 2 == 0 && !decisions.isEmpty()
                        ? decisions.get(thousandths / 2 % decisions.size())
                        : topic.size() * thousandths / 1000));
    }

    void makeAnew() {
        exchange(new SimTopic());
    }

    boolean isLost() {
        return right != null;
    }

    private void exchange(SimTopic next) {
        SimTopic before = cluster.log().topic();
        if (right == null || !cluster.auditor().lacksDecisions()) {
            right = before;
        }
        cluster.auditor().exchanged(before, next);
        int common = next.commonWith(before);
        cluster.truth().lostClaims().add(before.slice(0, common), before.slice(common, before.size()));
        cluster.log().exchange(next);
        world.trace(
                "log",
                () -> "EXCHANGED: " + next.size() + " of " + before.size() + " records, decisions up to "
                        + cluster.auditor().state().sequence() + " of "
                        + cluster.auditor().mostSequence());
    }

    /** Nobody decides by the log as it is, or half of the readers do not read it: a person sees to it. */
    void remedy() {
        if (cluster.auditor().lacksDecisions()) {
            if (world.chance(0.5)) {
                world.trace("person", () -> "brings the right topic back");
                exchange(java.util.Objects.requireNonNull(right));
                restartAll();
            } else {
                beginAnew();
            }
        } else {
            world.trace("person", () -> "takes the topic for the right one: it lacks no decision");
            restartAll();
        }
        right = null;
    }

    /** One after the other, the primary's agent last. */
    private void restartAll() {
        Optional<SimHost> primary = primaryByWhatRuns();
        for (SimCoordinator coordinator : cluster.coordinators()) {
            coordinator.crash();
            coordinator.startAfter(world.msBetween(10, 500));
        }
        long at = 0;
        for (SimHost host : cluster.hosts()) {
            if (primary.isEmpty() || host != primary.get()) {
                at += RESTARTS_EVERY;
                world.after(at, () -> restart(host));
            }
        }
        long last = at + RESTARTS_EVERY;
        primary.ifPresent(host -> world.after(last, () -> restart(host)));
    }

    private void restart(SimHost host) {
        host.agent().crash("restarted by a person");
        host.agent().startAfter(world.msBetween(100, 1000));
    }

    /** The cluster's log begins anew, over the data as it is. */
    private void beginAnew() {
        SimHost primary = primaryByWhatRuns().orElseGet(this::primaryByMemory);
        world.trace("person", () -> "begins the log anew, over the data of " + primary.id());
        operator.savesConfig();
        Term chosenFor = primary.memory().primaryOf();
        for (SimHost host : cluster.hosts()) {
            host.agent().crash("stopped by a person");
            host.postgres().kill("stopped by a person");
            host.guard().disarm();
            if (host.memory().unusable().isPresent()) {
                host.postgres().delete();
            }
            host.remember(LocalMemory.NEW);
        }
        cluster.coordinators().forEach(SimCoordinator::crash);
        SimTopic fresh = new SimTopic();
        cluster.auditor().exchanged(cluster.log().topic(), fresh);
        cluster.auditor().beginsAnew();
        cluster.log().beginAnew(fresh);
        cluster.truth().beginsAnew(primary.postgres(), chosenFor);
        primary.postgres().startByHand(cluster.truth().unusedTimeline());
        for (SimHost host : cluster.hosts()) {
            host.agent().startAfter(world.msBetween(100, 1000));
        }
        for (SimCoordinator coordinator : cluster.coordinators()) {
            coordinator.startAfter(world.msBetween(10, 500));
        }
        operator.create(primary.id(), Beginning.ADOPTED);
    }

    private Optional<SimHost> primaryByWhatRuns() {
        return cluster.hosts().stream()
                .filter(host -> host.postgres().acceptsWrites())
                .findFirst();
    }

    /** Nobody serves: whoever was let be primary last, by what the agents have made durable. */
    private SimHost primaryByMemory() {
        return cluster.hosts().stream()
                .filter(host -> host.postgres().hasData() && host.postgres().isUsable())
                .max(Comparator.comparing((SimHost host) -> host.memory().primaryOf())
                        .thenComparingLong(host -> host.postgres().flushed()))
                .orElseThrow();
    }
}
