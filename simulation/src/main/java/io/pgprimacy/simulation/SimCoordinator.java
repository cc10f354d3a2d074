package io.pgprimacy.simulation;

import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Heartbeat;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.loop.CoordinatorLoop;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** One coordinator process: the shell around {@link CoordinatorLoop}. */
final class SimCoordinator {
    private static final long WALL = 1_800_000_000_000L;

    private final World world;
    private final SimLog log;
    private final String name;
    private final double rate;
    private final long wallOffset;
    private final Seams seams;
    private final SimProcess process;
    private final Cluster cluster;
    private Optional<CoordinatorLoop> loop = Optional.empty();
    private Optional<SimLog.Reader> reader = Optional.empty();
    private boolean owner;
    private double compacted;
    private long starting;
    private String lastVerdict = "";

    SimCoordinator(World world, SimLog log, String name, double rate, long wallOffset, Seams seams, Cluster cluster) {
        this.cluster = cluster;
        this.world = world;
        this.log = log;
        this.name = name;
        this.rate = rate;
        this.wallOffset = wallOffset;
        this.seams = seams;
        this.process = new SimProcess(world);
    }

    void start() {
        if (process.isAlive()) {
            return;
        }
        process.start();
        reader = Optional.empty();
        loop = Optional.of(new CoordinatorLoop(
                Simulation.CLUSTER, name, SimCoordinator::everySoManySeconds, new SimRetention(process)));
        world.trace(name, () -> "coordinator starts");
        awaitLog();
    }

    /** The simulation's cron expressions are numbers. */
    private static Optional<Instant> everySoManySeconds(String cron, Instant after) {
        long period = Long.parseLong(cron);
        return Optional.of(Instant.ofEpochSecond((after.getEpochSecond() / period + 1) * period));
    }

    private void awaitLog() {
        if (log.isReachable(name)) {
            reader = Optional.of(log.open(name, process, compacted, this::read));
            tick();
        } else {
            process.after(world.msBetween(100, 400), this::awaitLog);
        }
    }

    void startAfter(long nanos) {
        long mine = ++starting;
        world.after(nanos, () -> {
            if (mine == starting) {
                start();
            }
        });
    }

    void crash() {
        world.trace(name, () -> "coordinator dies");
        process.kill();
        loop = Optional.empty();
    }

    private Duration clock() {
        return Duration.ofNanos((long) (world.now() * rate) + World.SECOND);
    }

    private void read(List<LogRecord> records) {
        CoordinatorLoop mind = loop.orElseThrow();
        for (LogRecord record : records) {
            mind.read(seams.readByCoordinator(record, name, clock()), clock());
        }
        if (records.stream().anyMatch(r -> !(r.event() instanceof Heartbeat))) {
            step();
        }
    }

    private void tick() {
        step();
        process.after(world.msBetween(50, 200), this::tick);
    }

    /** A coordinator that knows its log to be another one does nothing; an agent goes on by what it has read. */
    private void step() {
        if (reader.map(SimLog.Reader::hasNoticed).orElse(false)) {
            return;
        }
        CoordinatorLoop mind = loop.orElseThrow();
        long wall = WALL + world.now() / World.MS + wallOffset;
        for (ClusterEvent event : seams.step(mind, name, clock(), wall, owner)) {
            log.append(name, "coordinator/" + name, seams.appendedByCoordinator(event));
            if (event instanceof Decision decision) {
                seams.decided(decision, cluster);
            }
        }
        if (world.isTracing()) {
            traceVerdict(mind);
        }
    }

    private void traceVerdict(CoordinatorLoop mind) {
        String verdict = mind.verdict().rule() + ": " + mind.verdict().because();
        if (!verdict.equals(lastVerdict)) {
            lastVerdict = verdict;
            world.trace(name, () -> "thinks " + verdict);
        }
    }

    boolean isHalted() {
        return reader.map(SimLog.Reader::isHalted).orElse(false);
    }

    void own(boolean owns) {
        owner = owns;
    }

    void readCompacted(double share) {
        compacted = share;
    }

    SimProcess process() {
        return process;
    }

    Optional<CoordinatorLoop> loop() {
        return loop;
    }

    String name() {
        return name;
    }
}
