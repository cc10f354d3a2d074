package io.pgprimacy.simulation.plan;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What can be done to a cluster. In plans they are written in lower case with hyphens: {@code freeze-agent}. */
public enum FaultKind {
    KILL_AGENT(
            Target.HOST,
            Needs.NOTHING,
            3,
            300,
            15_000,
            "SIGKILL to the agent; it is started again when the time is over"),
    KILL_GUARD(Target.HOST, Needs.NOTHING, 2, 300, 1_000, "SIGKILL to the guard; the agent starts another"),
    KILL_POSTGRES(Target.HOST, Needs.NOTHING, 4, 300, 1_000, "SIGKILL to the postmaster; the agent sees to it"),
    KILL_BROKER(Target.BROKER, Needs.NOTHING, 3, 500, 15_000, "SIGKILL to a broker; started again"),
    RESTART_BROKER(
            Target.BROKER, Needs.NOTHING, 2, 500, 10_000, "SIGTERM to a broker, as for an upgrade; started again"),
    KILL_COORDINATOR(Target.COORDINATOR, Needs.NOTHING, 2, 500, 15_000, "SIGKILL to a coordinator; started again"),
    FREEZE_AGENT(Target.HOST, Needs.NOTHING, 4, 200, 20_000, "SIGSTOP to the agent, later SIGCONT"),
    FREEZE_GUARD(Target.HOST, Needs.NOTHING, 2, 200, 20_000, "SIGSTOP to the guard, later SIGCONT"),
    FREEZE_POSTGRES(
            Target.HOST,
            Needs.NOTHING,
            3,
            200,
            20_000,
            "SIGSTOP to the postmaster and all its children, later SIGCONT"),
    FREEZE_BROKER(Target.BROKER, Needs.NOTHING, 3, 200, 15_000, "SIGSTOP to a broker, later SIGCONT"),
    FREEZE_COORDINATOR(Target.COORDINATOR, Needs.NOTHING, 2, 500, 25_000, "SIGSTOP to a coordinator, later SIGCONT"),
    FREEZE_HOST(
            Target.HOST,
            Needs.NOTHING,
            5,
            300,
            25_000,
            "SIGSTOP to agent, guard and PostgreSQL of a host, later SIGCONT"),
    LOSE_HOST(
            Target.HOST,
            Needs.NOTHING,
            5,
            1_000,
            20_000,
            "a host loses power: all is killed, its network is gone; started again"),
    RESTART_AGENT(Target.HOST, Needs.NOTHING, 3, 300, 3_000, "SIGTERM to the agent, as for an upgrade; started again"),
    KAFKA_OUTAGE(Target.EVERYTHING, Needs.NOTHING, 3, 2_000, 20_000, "SIGKILL to all brokers; started again"),
    NO_COORDINATORS(Target.EVERYTHING, Needs.NOTHING, 2, 2_000, 20_000, "SIGKILL to all coordinators; started again"),
    SWITCHOVER(
            Target.EVERYTHING,
            Needs.NOTHING,
            4,
            100,
            500,
            "an operator asks for a switchover over REST, whatever else goes on"),
    ISOLATE_HOST(Target.HOST, Needs.NETWORK, 5, 300, 20_000, "a host is cut off from everything but the observer"),
    CUT_INCOMING(Target.HOST, Needs.NETWORK, 3, 300, 20_000, "a host sends, and receives nothing"),
    CUT_OUTGOING(Target.HOST, Needs.NETWORK, 3, 300, 20_000, "a host receives, and nothing that it sends arrives"),
    CUT_FROM_KAFKA(Target.HOST, Needs.NETWORK, 3, 300, 20_000, "a host is cut off from all brokers"),
    CUT_FROM_PEERS(Target.HOST, Needs.NETWORK, 3, 300, 20_000, "a host is cut off from the other database hosts"),
    CUT_FROM_CLIENTS(
            Target.HOST, Needs.NETWORK, 1, 300, 10_000, "a host is cut off from the clients, and from nobody else"),
    CUT_LINK(Target.TWO_HOSTS, Needs.NETWORK, 3, 300, 20_000, "two database hosts are cut off from each other"),
    CUT_LINK_ONE_WAY(
            Target.TWO_HOSTS,
            Needs.NETWORK,
            2,
            300,
            20_000,
            "the first database host's packets do not reach the second"),
    ISOLATE_BROKER(Target.BROKER, Needs.NETWORK, 3, 300, 15_000, "a broker is cut off from everything"),
    ISOLATE_COORDINATOR(Target.COORDINATOR, Needs.NETWORK, 2, 300, 20_000, "a coordinator is cut off from everything"),
    LATENCY(
            Target.ANY_HOSTS,
            Needs.NETWORK,
            3,
            1_000,
            20_000,
            "each packet takes that many ms longer each way, on all links or on those of a host"),
    LOSS(
            Target.ANY_HOSTS,
            Needs.NETWORK,
            3,
            1_000,
            20_000,
            "that share of all packets is lost, on all links or on those of a host"),
    DISK_FULL(
            Target.HOST,
            Needs.DISK,
            2,
            1_000,
            15_000,
            "the disk of a host, with data and agent's state, has no byte left"),
    DISK_STALL(Target.HOST, Needs.DISK, 2, 200, 15_000, "every write to the disk of a host waits (fsfreeze)"),
    DISK_SLOW(Target.HOST, Needs.DISK, 2, 2_000, 20_000, "the disk of a host takes that many writes a second"),
    CLOCK_JUMP(
            Target.HOST,
            Needs.CLOCK,
            2,
            1_000,
            10_000,
            "the wall clock of a host jumps by that many seconds, and back");

    /** Whom it is done to. */
    public enum Target {
        HOST,
        TWO_HOSTS,
        /** One host, or all endpoints. */
        ANY_HOSTS,
        BROKER,
        COORDINATOR,
        EVERYTHING
    }

    /** What the machine must offer. */
    public enum Needs {
        NOTHING,
        NETWORK,
        DISK,
        CLOCK
    }

    private final Target target;
    private final Needs needs;
    private final int weight;
    private final Duration shortest;
    private final Duration longest;
    private final String description;

    FaultKind(Target target, Needs needs, int weight, long shortestMillis, long longestMillis, String description) {
        this.target = target;
        this.needs = needs;
        this.weight = weight;
        this.shortest = Duration.ofMillis(shortestMillis);
        this.longest = Duration.ofMillis(longestMillis);
        this.description = description;
    }

    public Target target() {
        return target;
    }

    public Needs needs() {
        return needs;
    }

    public int weight() {
        return weight;
    }

    public Duration shortest() {
        return shortest;
    }

    public Duration longest() {
        return longest;
    }

    public String description() {
        return description;
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static FaultKind of(String label) {
        return Arrays.stream(values())
                .filter(kind -> kind.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no fault is called " + label + "; there are "
                        + Arrays.stream(values()).map(FaultKind::label).collect(Collectors.joining(", "))));
    }
}
