package io.pgprimacy.systemtests.chaos;

import io.pgprimacy.simulation.plan.FaultKind;
import io.pgprimacy.simulation.plan.PlannedFault;
import io.pgprimacy.simulation.plan.Round;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Rounds without end from one seed; the same seed, options and number give the same round. What a plan never holds: an agent and
 * a guard of one host out of action at once in asynchronous mode, for then nobody guards its PostgreSQL (hole 7 of the safety
 * argument).
 */
final class PlanMaker {
    private static final int LONGEST_DELAY_MILLIS = 6_000;
    private static final int TRIES = 20;
    private static final Set<FaultKind> AGENT_OUT = Set.of(
            FaultKind.KILL_AGENT,
            FaultKind.FREEZE_AGENT,
            FaultKind.RESTART_AGENT,
            FaultKind.CLOCK_JUMP,
            FaultKind.DISK_STALL,
            FaultKind.DISK_FULL);
    private static final Set<FaultKind> GUARD_OUT = Set.of(FaultKind.KILL_GUARD, FaultKind.FREEZE_GUARD);

    /** The cluster that the plan is for. */
    record Shape(int hosts, int brokers, int coordinators, boolean synchronous) {
        List<String> brokerNames() {
            return brokers == 1 ? List.of("kafka") : numbered("kafka", brokers);
        }

        List<String> coordinatorNames() {
            return numbered("coordinator-", coordinators);
        }

        List<String> hostNames() {
            return numbered("pg", hosts);
        }

        List<String> roles() {
            List<String> roles = new ArrayList<>(List.of(PlannedFault.PRIMARY));
            roles.addAll(numbered("standby-", hosts - 1));
            return roles;
        }

        private static List<String> numbered(String prefix, int count) {
            return IntStream.rangeClosed(1, count).mapToObj(i -> prefix + i).toList();
        }
    }

    private final long seed;
    private final Shape shape;
    private final List<FaultKind> kinds;
    private final int weights;

    PlanMaker(long seed, Shape shape, List<FaultKind> kinds) {
        if (kinds.isEmpty()) {
            throw new IllegalArgumentException("no kind of fault is left");
        }
        this.seed = seed;
        this.shape = shape;
        this.kinds = List.copyOf(kinds);
        this.weights = kinds.stream().mapToInt(FaultKind::weight).sum();
    }

    Round round(int number) {
        SplittableRandom random = new SplittableRandom(seed * 1_000_003 + number);
        int wanted = howMany(random);
        List<PlannedFault> faults = new ArrayList<>();
        for (int tries = 0; faults.size() < wanted && tries < TRIES; tries++) {
            Duration at = Duration.ofMillis(faults.isEmpty() ? 500 : tenths(random, 500, LONGEST_DELAY_MILLIS));
            PlannedFault fault = fault(random, at);
            if (faults.stream().noneMatch(other -> excludes(other, fault))) {
                faults.add(fault);
            }
        }
        return new Round(number, faults);
    }

    private static int howMany(SplittableRandom random) {
        int draw = random.nextInt(100);
        return draw < 50 ? 1 : draw < 80 ? 2 : draw < 95 ? 3 : 4;
    }

    private PlannedFault fault(SplittableRandom random, Duration at) {
        FaultKind kind = kind(random);
        List<String> whom =
                switch (kind.target()) {
                    case HOST -> List.of(role(random));
                    case TWO_HOSTS -> twoRoles(random);
                    case ANY_HOSTS -> List.of(random.nextInt(3) == 0 ? role(random) : PlannedFault.ALL);
                    case BROKER -> List.of(any(random, shape.brokerNames()));
                    case COORDINATOR -> List.of(any(random, shape.coordinatorNames()));
                    case EVERYTHING -> List.of();
                };
        return new PlannedFault(at, duration(random, kind), kind, whom, amount(random, kind));
    }

    private FaultKind kind(SplittableRandom random) {
        int draw = random.nextInt(weights);
        for (FaultKind kind : kinds) {
            draw -= kind.weight();
            if (draw < 0) {
                return kind;
            }
        }
        throw new IllegalStateException("weights do not add up");
    }

    /** The primary half of the time: there most can go wrong. */
    private String role(SplittableRandom random) {
        return random.nextBoolean() ? PlannedFault.PRIMARY : any(random, shape.roles());
    }

    private List<String> twoRoles(SplittableRandom random) {
        List<String> roles = new ArrayList<>(shape.roles());
        String first = roles.remove(random.nextInt(roles.size()));
        return List.of(first, any(random, roles));
    }

    private static String any(SplittableRandom random, List<String> names) {
        return names.get(random.nextInt(names.size()));
    }

    /** As many below the geometric middle as above it: what is shorter than a lease matters as much as what is longer. */
    private static Duration duration(SplittableRandom random, FaultKind kind) {
        double ratio = (double) kind.longest().toMillis() / kind.shortest().toMillis();
        double millis = kind.shortest().toMillis() * Math.pow(ratio, random.nextDouble());
        return Duration.ofMillis(Math.round(millis / 100) * 100);
    }

    private static int amount(SplittableRandom random, FaultKind kind) {
        return switch (kind) {
            case LATENCY -> any(random, 5, 20, 50, 150, 300);
            case LOSS -> any(random, 2, 10, 30);
            case DISK_SLOW -> any(random, 5, 20, 100);
            case CLOCK_JUMP -> any(random, -3_600, -30, 30, 3_600);
            default -> 0;
        };
    }

    private static int any(SplittableRandom random, int... values) {
        return values[random.nextInt(values.length)];
    }

    private static int tenths(SplittableRandom random, int fromMillis, int toMillis) {
        return random.nextInt(fromMillis / 100, toMillis / 100 + 1) * 100;
    }

    private boolean excludes(PlannedFault a, PlannedFault b) {
        if (shape.synchronous()) {
            return false;
        }
        // Whoever they are aimed at: who is a standby at one moment may be the primary at another.
        return (AGENT_OUT.contains(a.kind()) && GUARD_OUT.contains(b.kind()))
                || (GUARD_OUT.contains(a.kind()) && AGENT_OUT.contains(b.kind()));
    }
}
