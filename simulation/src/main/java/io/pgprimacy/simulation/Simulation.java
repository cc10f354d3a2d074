package io.pgprimacy.simulation;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.rule.RuleId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** One seed from the creation of a cluster through its faults to its healing. */
final class Simulation {
    static final ClusterId CLUSTER = new ClusterId("simulated");

    private static final long FORMS_WITHIN = 60 * World.SECOND;
    private static final long HEALS_WITHIN = 150 * World.SECOND;
    private static final long NODES_SETTLE_WITHIN = 30 * World.SECOND;
    private static final long LOSS_IS_SEEN_TO_AFTER = 8 * World.SECOND;
    private static final long LOOKS_EVERY = 250 * World.MS;

    private final long seed;
    private final World world;
    private final Scenario scenario;
    private final Seams seams;
    private final Cluster cluster;
    private final Operator operator;
    private final LostLog lostLog;
    private final Faults faults;
    private Stage stage = Stage.FORMING;
    private long stageSince;
    private int round;
    private int looks;

    private enum Stage {
        FORMING,
        FAULTS,
        HEALING,
        DONE
    }

    /**
     * @param violation empty when all invariants held
     * @param unrecognised the run ended there: see {@link UnrecognisedLoss}
     */
    record Outcome(
            long seed,
            Scenario scenario,
            Optional<Throwable> violation,
            boolean unrecognised,
            List<String> trace,
            long simulatedNanos,
            long healedAfter,
            int records,
            long events,
            Truth.Counters counters,
            Map<Fault.Kind, Integer> faults,
            Map<RuleId, Integer> decisions) {}

    private Simulation(long seed, boolean tracing, Seams seams, Scenario scenario) {
        this.seed = seed;
        this.world = new World(seed, tracing);
        this.seams = seams;
        this.scenario = scenario;
        this.cluster = new Cluster(world, scenario, seed, seams);
        this.operator = new Operator(world, cluster, scenario);
        this.lostLog = new LostLog(world, cluster, operator);
        this.faults = new Faults(world, cluster, operator, lostLog);
        cluster.auditor().listen((decision, before) -> checkNeeded(decision));
        cluster.auditor().listen((decision, before) -> giveUpCommits(decision));
    }

    static Outcome run(long seed, boolean tracing) {
        return run(seed, tracing, new Seams(), Scenario.Focus.ANYWHERE);
    }

    static Outcome run(long seed, boolean tracing, Seams seams, Scenario.Focus focus) {
        return run(seed, tracing, seams, Scenario.draw(seed, focus));
    }

    static Outcome run(long seed, boolean tracing, Seams seams, Scenario scenario) {
        Simulation simulation = new Simulation(seed, tracing, seams, scenario);
        Optional<Throwable> violation = Optional.empty();
        boolean unrecognised = false;
        try {
            simulation.run();
        } catch (UnrecognisedLoss e) {
            simulation.world.trace("END", () -> String.valueOf(e.getMessage()));
            unrecognised = true;
        } catch (RuntimeException e) {
            simulation.world.trace("END", () -> String.valueOf(e.getMessage()));
            violation = Optional.of(e);
        }
        return simulation.outcome(violation, unrecognised);
    }

    private void run() {
        SimHost first = cluster.hosts().getFirst();
        if (scenario.beginning() == Beginning.ADOPTED) {
            first.postgres().runAsPrimary(cluster.truth().newSystemIdentifier());
        }
        for (SimHost host : cluster.hosts()) {
            host.agent().startAfter(world.msBetween(0, 300));
        }
        for (SimCoordinator coordinator : cluster.coordinators()) {
            coordinator.startAfter(world.msBetween(0, 300));
        }
        world.after(
                world.msBetween(0, 1000), () -> operator.create(scenario.nodes().getFirst(), scenario.beginning()));
        world.after(LOOKS_EVERY, this::look);
        world.after(World.MS, this::clients);
        while (stage != Stage.DONE && world.step()) {
            // The queue is all there is.
        }
    }

    /** Clients try every node, so that whoever accepts a write is found out. */
    private void clients() {
        for (SimHost host : cluster.hosts()) {
            if (host.postgres().acceptsWrites()) {
                host.postgres().write(64 + world.pick(world.chance(0.05) ? 200_000 : 4000));
            }
        }
        world.after(world.msBetween(20, 180), this::clients);
    }

    private void look() {
        looks++;
        long since = world.now() - stageSince;
        switch (stage) {
            case FORMING -> {
                boolean late = since > FORMS_WITHIN / 2;
                if (late) {
                    // Else the dice could let every restore fail that the cluster is to begin with.
                    seams.calm();
                }
                Optional<String> ill = late ? cluster.unwell() : cluster.ill();
                if (ill.isEmpty()) {
                    world.trace("SIM", () -> "the cluster is formed; the faults begin");
                    begin(0);
                } else if (since > FORMS_WITHIN) {
                    throw new Violation(Invariant.LIVENESS, "the cluster does not form: " + ill.get());
                }
            }
            case FAULTS -> {
                if (since > scenario.rounds().get(round).faultTime() + 5 * World.SECOND) {
                    seams.calm();
                    faults.healAll();
                    next(Stage.HEALING);
                }
            }
            case HEALING -> {
                Optional<String> ill = cluster.ill();
                boolean calm = since > 3 * World.SECOND;
                if (lostLog.isLost()) {
                    if (since > LOSS_IS_SEEN_TO_AFTER) {
                        lostLog.remedy();
                        next(Stage.HEALING);
                    }
                } else if (ill.isEmpty()
                        && calm
                        && round + 1 < scenario.rounds().size()) {
                    world.trace("SIM", () -> "healed; the next round begins");
                    begin(round + 1);
                } else if (ill.isEmpty() && calm) {
                    finish();
                } else if (since > HEALS_WITHIN) {
                    throw new Violation(Invariant.LIVENESS, ill.orElse("?"));
                } else if (looks % 12 == 0) {
                    operator.tend();
                }
            }
            case DONE -> {}
        }
        if (looks % 20 == 0) {
            checkFolds();
        }
        world.after(LOOKS_EVERY, this::look);
    }

    private void begin(int number) {
        round = number;
        seams.unsettle(scenario.trouble());
        next(Stage.FAULTS);
        faults.begin(scenario.rounds().get(round).faults());
        if (scenario.backups()) {
            // Draws of its own, so that the other schedules of a seed stay as they are.
            operator.backUp(new SplittableRandom(seed + number), () -> stage == Stage.FAULTS && round == number);
        }
    }

    private void next(Stage next) {
        stage = next;
        stageSince = world.now();
    }

    private void finish() {
        cluster.truth().checkOwed(cluster.primary().orElseThrow().postgres());
        checkFolds();
        checkCompacted();
        world.trace("SIM", () -> "healed");
        healedAfter = world.now() - stageSince;
        stage = Stage.DONE;
    }

    private long healedAfter;

    /** I5, for those who read everything. */
    private void checkFolds() {
        if (!seams.isRecomputed()) {
            return;
        }
        for (SimHost host : cluster.hosts()) {
            host.agent().loop().filter(l -> l.state().offset() >= 0).ifPresent(l -> {
                boolean readsThis = !host.agent().isHalted();
                if (readsThis && (stage == Stage.DONE || host.agent().readsWhole())) {
                    cluster.auditor().checkFold(l.state(), host.name());
                }
            });
        }
    }

    /** I5: an auditor with a compacted log comes to the same state. */
    private void checkCompacted() {
        for (double share : new double[] {1, 0.5, world.fraction()}) {
            ClusterState state = ClusterState.initial(CLUSTER);
            for (var record : compacted(share)) {
                state = state.evolve(record);
            }
            cluster.auditor().checkFold(state, "a reader of the log compacted up to " + share);
        }
    }

    /** What the node that is granted the term lacks, and nobody promised, is given up from then on, whether or not it comes to serve. */
    private void giveUpCommits(Decision decision) {
        if (decision instanceof Decision.PrimaryChosen chosen) {
            SimPostgres node = cluster.host(chosen.node()).postgres();
            if (chosen.basis().rule() == RuleId.R2) {
                cluster.truth().takenBackTo(node);
            } else {
                cluster.truth().givesUpWhatIsNotOn(node, cluster.auditor().promiseOf(chosen.term()));
            }
        }
    }

    /** I9: what strikes the log or a coordinator alone is no reason to replace a primary that serves. */
    private void checkNeeded(Decision decision) {
        boolean onSilence = decision instanceof Decision.FailoverOpened f
                && f.automatic()
                && (f.basis().rule() == RuleId.F2 || f.basis().rule() == RuleId.F3);
        boolean nodesLeftAlone = faults.lastOnNodes() < 0 || world.now() - faults.lastOnNodes() > NODES_SETTLE_WITHIN;
        if (onSilence && nodesLeftAlone && stage == Stage.FAULTS) {
            SimHost primary = cluster.host(((Decision.FailoverOpened) decision).oldPrimary());
            if (primary.postgres().acceptsWrites() && primary.agent().process().runs()) {
                throw new Violation(
                        Invariant.I9_NEEDED,
                        primary.id() + " serves and nothing has struck a node, but "
                                + decision.basis().because());
            }
        }
    }

    private List<LogRecord> compacted(double share) {
        SimTopic topic = cluster.log().topic();
        return topic.compacted((int) (topic.size() * share), topic.size());
    }

    private Outcome outcome(Optional<Throwable> violation, boolean unrecognised) {
        return new Outcome(
                seed,
                scenario,
                violation,
                unrecognised,
                world.traced(),
                world.now(),
                healedAfter,
                cluster.log().topic().size(),
                world.scheduled(),
                cluster.truth().counters(),
                faults.counts(),
                cluster.auditor().decisions());
    }
}
