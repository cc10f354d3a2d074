package io.pgprimacy.simulation;

import io.pgprimacy.core.id.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One thing that goes wrong, or that a person asks for.
 *
 * @param at after the first healthy state, nanoseconds
 * @param node whom it hits: a name, or a role at that time ({@code primary}, {@code standby-1}); {@code onPrimary}: whoever is primary then
 *     instead
 * @param other a second place, for what has two ends
 * @param lasts nanoseconds
 * @param number a number whose meaning depends on the kind
 * @param amount milliseconds of latency; 0: as chance has it
 */
record Fault(long at, Kind kind, String node, boolean onPrimary, String other, long lasts, int number, int amount) {
    Fault(long at, Kind kind, String node, boolean onPrimary, String other, long lasts, int number) {
        this(at, kind, node, onPrimary, other, lasts, number, 0);
    }

    enum Kind {
        KILL_POSTGRES(10),
        FREEZE_POSTGRES(4),
        DISK_STALL(2),
        KILL_AGENT(6),
        AGENT_DIES_AT_EFFECT(8),
        FREEZE_AGENT(5),
        RESTART_AGENT(6),
        AGENT_RESTARTS_BEHIND(4),
        LOSE_HOST(10),
        FREEZE_HOST(8),
        KILL_COORDINATOR(6),
        FREEZE_COORDINATOR(6),
        ISOLATE_HOST(6),
        CUT_FROM_KAFKA(6),
        NODE_CANNOT_APPEND(3),
        NODE_CANNOT_READ(4),
        CUT_LINK(5),
        CUT_LINK_ONE_WAY(3),
        ISOLATE_COORDINATOR(4),
        LATENCY(4),
        KAFKA_OUTAGE(4),
        LOG_LOSES(3),
        LOG_DELAYS(5),
        LOG_DOUBLES(5),
        READ_LAG(4),
        /** An election loses the records that were acknowledged last. */
        LOG_CUT_BACK(0),
        /** Kafka comes back with an old copy of the topic. */
        LOG_RESTORED(0),
        /** The topic is deleted and made anew, empty. */
        LOG_MADE_ANEW(0),
        /** Only where they are planned. */
        CUT_INCOMING(0),
        CUT_OUTGOING(0),
        CUT_FROM_PEERS(0),
        NO_COORDINATORS(0),
        /** The primary's host is gone for a while, and meanwhile a person says that it is down. */
        REPORTED_LOSS(0),
        SWITCHOVER(10),
        FAILOVER_BY_HAND(4),
        FAILOVER_WITH_LOSS(2),
        PAUSE(3),
        REBUILD(4),
        /** Drawn apart. */
        RESTART_POSTGRES(0),
        RELOAD_POSTGRES(0),
        RESTORE(0),
        CHANGE_MODE(4),
        CHANGE_TIMING(3),
        REMOVE(2),
        /** Only where it is planned. */
        ADMIT(0);

        final int weight;

        Kind(int weight) {
            this.weight = weight;
        }

        boolean isOfTheLogAlone() {
            return this == KAFKA_OUTAGE || this == LOG_CUT_BACK || this == LOG_RESTORED || this == LOG_MADE_ANEW;
        }

        boolean isRequest() {
            return compareTo(SWITCHOVER) >= 0;
        }
    }

    /** By whatever looks after the agent. */
    private static final long STARTED_AGAIN_WITHIN = 8 * World.SECOND;

    static List<Fault> draw(
            SplittableRandom random, List<NodeId> nodes, int coordinators, long within, List<Kind> among) {
        int count = 1 + random.nextInt(7);
        List<Fault> faults = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Kind kind = among.isEmpty() ? kind(random) : among.get(random.nextInt(among.size()));
            String node = nodes.get(random.nextInt(nodes.size())).value();
            String other = nodes.get(random.nextInt(nodes.size())).value();
            if (kind == Kind.KILL_COORDINATOR || kind == Kind.FREEZE_COORDINATOR || kind == Kind.ISOLATE_COORDINATOR) {
                node = "k" + random.nextInt(coordinators);
            }
            boolean shortly = random.nextBoolean();
            long lasts = shortly
                    ? 100 * World.MS + (long) (random.nextDouble() * 2000 * World.MS)
                    : 2 * World.SECOND + (long) (random.nextDouble() * 13 * World.SECOND);
            if (kind == Kind.KILL_AGENT) {
                lasts = Math.min(lasts, STARTED_AGAIN_WITHIN);
            }
            // Faults come in bursts: what is interesting is one in the middle of the handling of another.
            long at = i > 0 && random.nextInt(3) > 0
                    ? faults.getLast().at() + (long) (random.nextDouble() * 5000 * World.MS)
                    : (long) (random.nextDouble() * within);
            faults.add(new Fault(
                    Math.min(at, within), kind, node, random.nextInt(10) < 6, other, lasts, random.nextInt(1000)));
        }
        faults.sort(java.util.Comparator.comparingLong(Fault::at));
        return faults;
    }

    /** Drawn apart, and in some seeds only: a kind that is added here leaves every other seed as it was. */
    static List<Fault> drawRare(SplittableRandom random, List<NodeId> nodes, int coordinators, long within) {
        return switch (random.nextInt(8)) {
            case 0 -> lostLog(random, nodes, coordinators, within);
            case 1 ->
                List.of(new Fault(
                        at(random, within),
                        Kind.REPORTED_LOSS,
                        any(random, nodes),
                        true,
                        any(random, nodes),
                        (4 + random.nextInt(12)) * World.SECOND,
                        random.nextInt(1000)));
            case 2 ->
                List.of(new Fault(
                        at(random, within),
                        Kind.RESTORE,
                        any(random, nodes),
                        random.nextBoolean(),
                        any(random, nodes),
                        World.SECOND,
                        random.nextInt(1000)));
            case 3 -> oneByOne(Kind.RESTART_POSTGRES, random, nodes, within);
            case 4 -> oneByOne(Kind.RELOAD_POSTGRES, random, nodes, within);
            default -> List.of();
        };
    }

    /** One member after the other, as for a parameter that needs it, or one of them twice. */
    private static List<Fault> oneByOne(Kind kind, SplittableRandom random, List<NodeId> nodes, long within) {
        long at = at(random, within);
        List<Fault> faults = new ArrayList<>();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            String node = any(random, nodes);
            faults.add(new Fault(at, kind, node, false, node, World.SECOND, 0));
            at = Math.min(within, at + random.nextLong(50 * World.MS, 5 * World.SECOND));
        }
        return faults;
    }

    /** And some that begin to read anew while the topic is another one. */
    private static List<Fault> lostLog(SplittableRandom random, List<NodeId> nodes, int coordinators, long within) {
        Kind kind = Scenario.pick(random, Kind.LOG_CUT_BACK, Kind.LOG_RESTORED, Kind.LOG_MADE_ANEW);
        long at = at(random, within);
        long lasts = random.nextLong(50 * World.MS, 4 * World.SECOND);
        List<Fault> faults = new ArrayList<>();
        faults.add(new Fault(at, kind, any(random, nodes), false, "a", lasts, random.nextInt(1000)));
        for (int i = 0; i < coordinators; i++) {
            if (random.nextBoolean()) {
                faults.add(restart(random, Kind.KILL_COORDINATOR, "k" + i, at, lasts));
            }
        }
        for (NodeId node : nodes) {
            if (random.nextInt(3) == 0) {
                faults.add(restart(random, Kind.KILL_AGENT, node.value(), at, lasts));
            }
        }
        return faults;
    }

    private static Fault restart(SplittableRandom random, Kind kind, String who, long at, long within) {
        long after = random.nextLong(2 * within);
        return new Fault(at + after, kind, who, false, who, random.nextLong(50 * World.MS, 3 * World.SECOND), 0);
    }

    private static long at(SplittableRandom random, long within) {
        return (long) (random.nextDouble() * within);
    }

    private static String any(SplittableRandom random, List<NodeId> nodes) {
        return nodes.get(random.nextInt(nodes.size())).value();
    }

    private static Kind kind(SplittableRandom random) {
        int total = 0;
        for (Kind k : Kind.values()) {
            total += k.weight;
        }
        int at = random.nextInt(total);
        for (Kind k : Kind.values()) {
            at -= k.weight;
            if (at < 0) {
                return k;
            }
        }
        throw new IllegalStateException();
    }

    @Override
    public String toString() {
        return "%8.3f s  %s %s for %d ms%s"
                .formatted(
                        at / (double) World.SECOND,
                        kind,
                        (onPrimary ? "the primary, else " : "")
                                + node
                                + (kind == Kind.CUT_LINK
                                                || kind == Kind.CUT_LINK_ONE_WAY
                                                || kind == Kind.SWITCHOVER
                                                || kind == Kind.FAILOVER_BY_HAND
                                                || kind == Kind.FAILOVER_WITH_LOSS
                                        ? " and " + other
                                        : ""),
                        lasts / World.MS,
                        "");
    }
}
