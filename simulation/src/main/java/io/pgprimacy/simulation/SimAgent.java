package io.pgprimacy.simulation;

import io.pgprimacy.core.event.Endpoint;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.loop.ClusterLog;
import io.pgprimacy.core.loop.NodeLoop;
import io.pgprimacy.core.promise.PromiseAnswer;
import io.pgprimacy.core.promise.PromiseRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** One agent process: the shell around {@link NodeLoop}, and its deaths. */
final class SimAgent {
    private final World world;
    private final SimLog log;
    private final SimHost host;
    private final Seams seams;
    private final Truth truth;
    private final SimProcess process;
    private int starts;
    private Optional<NodeLoop> loop = Optional.empty();
    private Optional<SimHands> hands = Optional.empty();
    private Optional<SimLog.Reader> reader = Optional.empty();
    private boolean stepDue;
    private long starting;
    private double compacted;
    /** The agent dies after so many further effects; -1: it does not. */
    private int diesAfter = -1;

    /** Thrown out of an effect at which this agent dies. */
    static final class Died extends RuntimeException {}

    SimAgent(World world, SimLog log, SimHost host, Seams seams, Truth truth) {
        this.world = world;
        this.log = log;
        this.host = host;
        this.seams = seams;
        this.truth = truth;
        this.process = new SimProcess(world);
    }

    void start() {
        if (process.isAlive() || !host.isUp()) {
            return;
        }
        starts++;
        process.start();
        stepDue = false;
        diesAfter = -1;
        reader = Optional.empty();
        SimHands mine = new SimHands(world, truth, host, this, seams);
        NodeLoop node = new NodeLoop(
                Simulation.CLUSTER,
                host.id(),
                host.name() + "-" + starts,
                host.memory(),
                seams.hands(host, mine),
                new Log(),
                this::ask);
        hands = Optional.of(mine);
        loop = Optional.of(node);
        world.trace(
                host.name(),
                () -> "agent starts, incarnation " + starts + ", remembers " + Describe.memory(host.memory()));
        awaitLog();
    }

    /** Without the log an agent knows nothing and does nothing. */
    private void awaitLog() {
        if (log.isReachable(host.name())) {
            reader = Optional.of(log.open(host.name(), process, compacted, this::read));
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

    private void read(List<LogRecord> records) {
        NodeLoop node = loop.orElseThrow();
        act(() -> records.forEach(record -> node.read(seams.readByAgent(record), host.uptime())));
        if (process.isAlive() && node.hasNews()) {
            step();
        }
    }

    /** To another member's agent and back, over their own links. */
    private void ask(NodeId member, Endpoint endpoint, PromiseRequest request) {
        effect();
        SimAgent other = truth.host(member).agent();
        int mine = process.life();
        send(
                host,
                other.host,
                () -> other.process.in(
                        other.process.life(),
                        () -> other.asked(seams.asked(request))
                                .ifPresent(answer ->
                                        send(other.host, host, () -> process.in(mine, () -> answered(answer))))));
    }

    private void send(SimHost from, SimHost to, Runnable delivery) {
        Network network = truth.network();
        if (network.passes(from.name(), to.name())) {
            world.after(network.delay(from.name(), to.name()), () -> {
                if (network.passes(from.name(), to.name())) {
                    delivery.run();
                }
            });
        }
    }

    private Optional<PromiseAnswer> asked(PromiseRequest request) {
        try {
            PromiseAnswer answer = loop.orElseThrow().asked(request, host.uptime());
            world.trace(
                    host.name(),
                    () -> "is asked for " + request + ": " + answer.refusal().orElse("promised"));
            return Optional.of(answer);
        } catch (Died d) {
            crash("at an effect");
        } catch (DiskFull d) {
            world.trace(host.name(), () -> "agent cannot make a promise durable");
        }
        return Optional.empty();
    }

    private void answered(PromiseAnswer answer) {
        NodeLoop node = loop.orElseThrow();
        act(() -> seams.answered(answer, truth.nodes()).forEach(a -> node.answered(a, host.uptime())));
        wake();
    }

    private void tick() {
        step();
        process.after(world.msBetween(50, 300), this::tick);
    }

    /** Something changed that the agent sees at once. */
    void wake() {
        if (process.isAlive() && !stepDue) {
            stepDue = true;
            process.after(world.msBetween(0.2, 5), () -> {
                stepDue = false;
                step();
            });
        }
    }

    private void step() {
        if (!process.runs()) {
            return;
        }
        act(() -> loop.orElseThrow().step(host.uptime()));
    }

    private void act(Runnable work) {
        try {
            work.run();
        } catch (Died d) {
            crash("at an effect");
        } catch (DiskFull d) {
            world.trace(host.name(), () -> "agent cannot make its memory durable");
        }
    }

    static final class DiskFull extends RuntimeException {}

    /** To be called before and after each effect. */
    void effect() {
        if (diesAfter == 0) {
            throw new Died();
        }
        if (diesAfter > 0) {
            diesAfter--;
        }
    }

    void dieAfterEffects(int effects) {
        diesAfter = effects;
    }

    void crash(String why) {
        if (!process.isAlive()) {
            return;
        }
        world.trace(host.name(), () -> "agent dies: " + why);
        process.kill();
        hands.ifPresent(SimHands::died);
        loop = Optional.empty();
        hands = Optional.empty();
        stepDue = false;
    }

    /** A restart on purpose: the lease is made longer first. */
    void restart() {
        if (!process.runs()) {
            return;
        }
        world.trace(host.name(), () -> "agent is asked to restart");
        loop.orElseThrow().leave();
        leaveWhenReady(world.now() + 5 * World.SECOND);
    }

    private void leaveWhenReady(long until) {
        boolean ready = loop.orElseThrow().mayLeave(hands.orElseThrow().observe());
        if (ready || world.now() > until) {
            boolean kept = ready;
            crash(kept ? "restart on purpose" : "restart on purpose, without a longer lease");
            startAfter(world.msBetween(500, 3000));
        } else {
            process.after(50 * World.MS, () -> leaveWhenReady(until));
        }
    }

    void readCompacted(double share) {
        compacted = share;
    }

    private final class Log implements ClusterLog {
        @Override
        public void append(io.pgprimacy.core.event.ClusterEvent event) {
            effect();
            log.append(host.name(), "agent/" + host.name(), seams.appendedByAgent(host, event));
        }

        @Override
        public List<LogRecord> poll(Duration atMost) {
            return List.of();
        }

        @Override
        public boolean isCaughtUp() {
            return true;
        }
    }

    SimProcess process() {
        return process;
    }

    Optional<NodeLoop> loop() {
        return loop;
    }

    /** The log is another one than what this process has read. */
    boolean isHalted() {
        return reader.map(SimLog.Reader::isHalted).orElse(false);
    }

    boolean readsWhole() {
        return compacted == 0;
    }
}
