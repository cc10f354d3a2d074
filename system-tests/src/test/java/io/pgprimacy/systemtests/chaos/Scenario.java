package io.pgprimacy.systemtests.chaos;

import io.pgprimacy.simulation.plan.FaultKind;
import io.pgprimacy.simulation.plan.PlannedFault;
import io.pgprimacy.simulation.plan.Round;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** Plans with a name and, all but one, with the expectation that no primary is replaced or stopped. */
enum Scenario {
    KAFKA_OUTAGE("all brokers are killed, and come back at the end"),
    ROLLING_BROKERS("one broker after the other is stopped for a while, again and again"),
    NO_COORDINATORS("all coordinators are killed, and come back at the end"),
    LOSS("10 % of all packets are lost on all links"),
    LATENCY("every packet takes 300 ms longer on all links; meant for --profile normal"),
    AGENT_FREEZES("agents are frozen for 2 s, one after the other, at random"),
    ISOLATED_PRIMARY("the primary is cut off from everything for 15 s, again and again: when does it stop?");

    private static final Duration START = Duration.ofSeconds(1);
    private static final Duration RECOVERY = Duration.ofSeconds(12);
    private static final Duration ISOLATION = Duration.ofSeconds(15);

    private final String description;

    Scenario(String description) {
        this.description = description;
    }

    String description() {
        return description;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    boolean movesNoPrimary() {
        return this != ISOLATED_PRIMARY;
    }

    List<Round> plan(Duration length, PlanMaker.Shape shape, long seed) {
        return switch (this) {
            case KAFKA_OUTAGE -> one(new PlannedFault(START, length, FaultKind.KAFKA_OUTAGE, List.of(), 0));
            case NO_COORDINATORS -> one(new PlannedFault(START, length, FaultKind.NO_COORDINATORS, List.of(), 0));
            case LOSS -> one(new PlannedFault(START, length, FaultKind.LOSS, List.of(PlannedFault.ALL), 10));
            case LATENCY -> one(new PlannedFault(START, length, FaultKind.LATENCY, List.of(PlannedFault.ALL), 300));
            case ROLLING_BROKERS -> List.of(new Round(1, rolling(length, shape)));
            case AGENT_FREEZES -> List.of(new Round(1, freezes(length, shape, seed)));
            case ISOLATED_PRIMARY -> isolations(length);
        };
    }

    private static List<Round> one(PlannedFault fault) {
        return List.of(new Round(1, List.of(fault)));
    }

    private static List<PlannedFault> rolling(Duration length, PlanMaker.Shape shape) {
        Duration down = Duration.ofSeconds(8);
        List<PlannedFault> faults = new ArrayList<>();
        int next = 0;
        for (Duration at = START; at.compareTo(length) < 0; at = at.plus(down).plus(RECOVERY)) {
            String broker = shape.brokerNames().get(next++ % shape.brokers());
            faults.add(new PlannedFault(at, down, FaultKind.RESTART_BROKER, List.of(broker), 0));
        }
        return faults;
    }

    private static List<PlannedFault> freezes(Duration length, PlanMaker.Shape shape, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Duration frozen = Duration.ofSeconds(2);
        List<PlannedFault> faults = new ArrayList<>();
        for (Duration at = START;
                at.compareTo(length) < 0;
                at = at.plus(frozen).plusMillis(random.nextInt(20, 80) * 100L)) {
            String host = shape.roles().get(random.nextInt(shape.hosts()));
            faults.add(new PlannedFault(at, frozen, FaultKind.FREEZE_AGENT, List.of(host), 0));
        }
        return faults;
    }

    private static List<Round> isolations(Duration length) {
        List<Round> rounds = new ArrayList<>();
        long number = length.dividedBy(ISOLATION.plus(RECOVERY));
        for (int i = 1; i <= Math.max(1, number); i++) {
            rounds.add(new Round(
                    i,
                    List.of(new PlannedFault(
                            START, ISOLATION, FaultKind.ISOLATE_HOST, List.of(PlannedFault.PRIMARY), 0))));
        }
        return rounds;
    }
}
