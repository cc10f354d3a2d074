package io.pgprimacy.agent.runtime;

import io.pgprimacy.agent.logging.AgentLogging;
import io.pgprimacy.agent.process.UptimeClock;
import io.pgprimacy.core.cluster.Phase;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.loop.NodeLoop;
import io.pgprimacy.core.plan.NodeAction;
import io.pgprimacy.core.plan.Observation;
import io.pgprimacy.log.KafkaClusterLog;
import io.pgprimacy.log.LogHalt;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agent's one thread that decides: reads the log, steps the loop, publishes a snapshot. */
public final class AgentRuntime {
    private static final Logger LOG = LoggerFactory.getLogger(AgentRuntime.class);

    /** A failover that nobody can take part in may last for days; hurrying is for its beginning. */
    private static final Duration HURRY_LASTS = Duration.ofSeconds(15);

    private static final Duration LEAVE_BOUND = Duration.ofSeconds(5);

    /**
     * How long the loop waits for records and the eyes for their next look. Records, jobs that end and whatever the eyes call news
     * cut it short. Not in a hurry for nothing: on a small machine that takes the processor from the one that all wait for.
     */
    private record Pace(Duration pass, Duration look) {
        static final Pace AT_REST = new Pace(Duration.ofSeconds(1), Duration.ofMillis(500));
        /** Where the log ends is learnt on another thread, and while the brokers are away not at all. */
        static final Pace BEFORE_THE_LOG_IS_READ = new Pace(Duration.ofMillis(50), Duration.ofMillis(500));

        static final Pace WATCHFUL = new Pace(Duration.ofMillis(50), Duration.ofMillis(50));
        /** Replay of the old primary's last WAL is waited for. */
        static final Pace LOOKING = new Pace(Duration.ofMillis(50), Duration.ofMillis(10));
        /** The guard's acknowledgement wakes nobody. */
        static final Pace ARMING = new Pace(Duration.ofMillis(3), Duration.ofMillis(50));
    }

    private final NodeId node;
    private final NodeLoop loop;
    private final PostgresHands hands;
    private final KafkaClusterLog log;
    private final Eyes eyes;
    private final Probe probe;
    private final UptimeClock clock;
    private final Mailbox mailbox;
    private final Chronicle chronicle = new Chronicle();
    private final List<LogFollower> followers;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile Snapshot snapshot;
    private volatile boolean leaving;
    private volatile boolean stopped;
    private String lastBecause = "";
    private String lastPromises = "";
    private long lastSequence = -1;
    private Duration lastDecisionAt = Duration.ZERO;
    private Optional<Duration> logReadAt = Optional.empty();

    AgentRuntime(
            NodeId node,
            NodeLoop loop,
            PostgresHands hands,
            KafkaClusterLog log,
            Eyes eyes,
            Probe probe,
            UptimeClock clock,
            Mailbox mailbox,
            List<LogFollower> followers) {
        this.node = node;
        this.loop = loop;
        this.hands = hands;
        this.log = log;
        this.eyes = eyes;
        this.probe = probe;
        this.clock = clock;
        this.mailbox = mailbox;
        this.followers = Stream.concat(Stream.of(chronicle), followers.stream()).toList();
        this.snapshot = snapshot(hands.observe());
    }

    public Snapshot snapshot() {
        return snapshot;
    }

    /** Returns when {@link #leave} was called and PostgreSQL may do without the agent for a while. */
    public void run() {
        try {
            while (!stopped) {
                pass();
            }
        } finally {
            ended.countDown();
        }
    }

    private void pass() {
        Pace pace = pace(clock.now());
        eyes.every(pace.look());
        List<LogRecord> records = log.poll(untilSomethingIsDue(pace));
        Duration now = clock.now();
        if (!records.isEmpty()) {
            logReadAt = Optional.of(now);
        }
        records.forEach(record -> read(record, now));
        mailbox.deliver(loop);
        // A poll that was cut short for something that the hands have seen brings no records.
        if (pace.equals(Pace.AT_REST) && !records.isEmpty() && loop.mayWait(now)) {
            return;
        }
        AgentLogging.at(loop.state().term(), loop.state().offset());
        if (log.isCaughtUp()) {
            try {
                loop.step(now);
            } catch (RuntimeException e) {
                // Nothing was promised that is not durable. The next pass tries again; the guard keeps its deadline.
                LOG.error("a pass of the loop failed", e);
            }
        }
        Observation seen = hands.lastSeen();
        snapshot = snapshot(seen);
        probe.enable(seen.isRunningPrimary() && !(seen.job().orElse(null) instanceof NodeAction.Stop));
        if (!loop.because().equals(lastBecause)) {
            lastBecause = loop.because();
            LOG.info("term {} offset {}: {}", loop.state().term(), loop.state().offset(), lastBecause);
        }
        sayWhatKeepsTheLease();
        if (leaving && loop.mayLeave(seen)) {
            stopped = true;
        }
    }

    private void read(LogRecord record, Duration now) {
        loop.read(record, now);
        followers.forEach(follower -> follower.read(record, loop.state()));
    }

    private void sayWhatKeepsTheLease() {
        String promises = loop.promises();
        if (!promises.equals(lastPromises)) {
            lastPromises = promises;
            if (promises.isEmpty()) {
                LOG.info("the log renews the lease again");
            } else {
                LOG.warn("the log does not give heartbeats back, so the others are asked to stand back: {}", promises);
            }
        }
    }

    private Duration untilSomethingIsDue(Pace pace) {
        if (pace.equals(Pace.BEFORE_THE_LOG_IS_READ)) {
            // No step is made yet, so whatever is due stays due: waiting until then would be waiting not at all.
            return pace.pass();
        }
        Duration due = loop.untilDue(clock.now());
        return due.compareTo(pace.pass()) < 0 ? due : pace.pass();
    }

    private Pace pace(Duration now) {
        if (!log.isCaughtUp()) {
            return Pace.BEFORE_THE_LOG_IS_READ;
        }
        if (loop.state().sequence() != lastSequence) {
            lastSequence = loop.state().sequence();
            lastDecisionAt = now;
        }
        boolean settled = loop.state().phase() instanceof Phase.Forming
                || (loop.state().phase() instanceof Phase.Serving
                        && loop.state().isPromotionConfirmed());
        if (settled || now.minus(lastDecisionAt).compareTo(HURRY_LASTS) >= 0) {
            return Pace.AT_REST;
        }
        if (hands.isWaitingForGuard()) {
            return Pace.ARMING;
        }
        return takesInTheLastWal() ? Pace.LOOKING : Pace.WATCHFUL;
    }

    private boolean takesInTheLastWal() {
        return loop.state().phase() instanceof Phase.SwitchingOver s
                && s.to().equals(node)
                && loop.state()
                        .lastGrant()
                        .flatMap(g -> loop.state().node(s.from()).map(n -> n.hasStoppedAsPrimaryOf(g.term())))
                        .orElse(false);
    }

    private Snapshot snapshot(Observation seen) {
        return new Snapshot(
                node,
                loop.state(),
                loop.memory(),
                loop.lease(),
                seen,
                loop.because(),
                clock.now(),
                log.isCaughtUp(),
                log.halted().map(LogHalt::sentence),
                logReadAt,
                eyes.told(),
                chronicle.entries());
    }

    /** Takes leave so that PostgreSQL goes on: the last heartbeat claims the long lease, the guard holds it. */
    public void leave() {
        loop.leave();
        leaving = true;
        try {
            if (!ended.await(LEAVE_BOUND.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("the log did not give the long lease back within {} s", LEAVE_BOUND.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        stopped = true;
    }
}
