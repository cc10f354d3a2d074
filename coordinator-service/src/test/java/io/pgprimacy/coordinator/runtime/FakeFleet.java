package io.pgprimacy.coordinator.runtime;

import io.pgprimacy.coordinator.schedule.CronCalendar;
import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.TimingProfile;
import io.pgprimacy.core.event.Endpoint;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Heartbeat;
import io.pgprimacy.core.event.NodeTags;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.event.StopCause;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.loop.RetentionWork;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.TimelineHistory;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.core.postgres.WalPosition;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A real {@link FleetRuntime} over logs in memory, with a clock that the test turns, and nodes that say what the test says. */
public final class FakeFleet {
    public static final ClusterId MAIN = new ClusterId("main");
    private static final long EPOCH = 1_790_000_000_000L;
    private static final SystemIdentifier SYSTEM = new SystemIdentifier("7300000000000000001");

    public final MemoryLogs logs = new MemoryLogs();
    public final FleetRuntime runtime;
    private final SortedMap<NodeId, PostgresView> alive = new TreeMap<>();
    private volatile long millis;
    private long beat;

    public FakeFleet() {
        this(RuntimeListener.NONE, RetentionWork.NONE);
    }

    public FakeFleet(RuntimeListener listener) {
        this(listener, RetentionWork.NONE);
    }

    public FakeFleet(RuntimeListener listener, RetentionWork retention) {
        this.runtime = new FleetRuntime(
                logs,
                cluster -> true,
                new Clocks(() -> Duration.ofMillis(millis), () -> EPOCH + millis),
                listener,
                "k1",
                new CronCalendar(),
                retention);
    }

    /** Three nodes, a is the primary of term 1, b and c stream from it. */
    public synchronized FakeFleet withMain() {
        logs.make(MAIN);
        logs.append(
                MAIN,
                "coordinator/k1",
                new Request.ClusterCreationRequested(
                        "req-create",
                        new Request.Origin("ada", "a new cluster"),
                        ClusterConfig.defaults(TimingProfile.FAST),
                        new NodeId("a"),
                        false));
        join("a", 15401, Optional.empty());
        // A coordinator listens before it decides anything.
        pass(1600);
        fact(new Fact.ClusterInitialized(new NodeId("a"), SYSTEM));
        sees("a", primary("0/5000000", 1));
        fact(new Fact.Promoted(new NodeId("a"), new Term(1), new TimelineId(1), Optional.empty()));
        int port = 15402;
        for (String standby : List.of("b", "c")) {
            join(standby, port++, Optional.of(SYSTEM));
            pass(40);
            sees(standby, standby("0/4FFFF00", 1, "a"));
            fact(new Fact.StandbyFollowing(new NodeId(standby), new Term(1), new TimelineId(1)));
        }
        pass(2000);
        return this;
    }

    /** The postmaster of a dies; c, which has more WAL, becomes primary and b follows it. */
    public synchronized void failOverToC() {
        alive.remove(new NodeId("a"));
        fact(new Fact.PrimaryStopped(
                new NodeId("a"),
                new Term(1),
                Optional.empty(),
                Optional.of(at("0/5000100", 1)),
                StopCause.CRASHED,
                "signal 9"));
        pass(40);
        pledge("b", "0/5000000");
        pledge("c", "0/5000060");
        pass(100);
        sees("c", primary("0/5000200", 2));
        fact(new Fact.Promoted(
                new NodeId("c"),
                new Term(2),
                new TimelineId(2),
                Optional.of(new TimelineHistory.Switch(new TimelineId(1), new TimelineId(2), Lsn.parse("0/5000060")))));
        sees("b", standby("0/5000200", 2, "c"));
        fact(new Fact.StandbyFollowing(new NodeId("b"), new Term(2), new TimelineId(2)));
        pass(100);
    }

    private void pledge(String name, String lsn) {
        fact(new Fact.StandbyPledged(new NodeId(name), new Term(2), Optional.of(at(lsn, 1)), List.of()));
    }

    private void join(String name, int port, Optional<SystemIdentifier> data) {
        fact(new Fact.NodeJoined(
                new NodeId(name),
                new Endpoint("127.0.0.1", port, port + 100),
                NodeTags.DEFAULT,
                data,
                "15.14",
                false,
                Optional.empty()));
        sees(name, new PostgresView.Empty());
    }

    public static WalPosition at(String lsn, long timeline) {
        return new WalPosition(new TimelineId(timeline), Lsn.parse(lsn));
    }

    public static PostgresView primary(String lsn, long timeline) {
        return new PostgresView.Primary(
                new TimelineId(timeline),
                Lsn.parse(lsn),
                new PostgresView.WriteProbe.Passed(Duration.ofMillis(2)),
                List.of(
                        new PostgresView.Downstream("b", "streaming", Lsn.parse(lsn), "async"),
                        new PostgresView.Downstream("c", "streaming", Lsn.parse(lsn), "async")),
                0);
    }

    public static PostgresView standby(String lsn, long timeline, String upstream) {
        return new PostgresView.Standby(
                new TimelineId(timeline),
                Lsn.parse(lsn),
                Lsn.parse(lsn),
                true,
                new PostgresView.Upstream(
                        Optional.of(new NodeId(upstream)), true, Optional.of(Duration.ofMillis(100))));
    }

    public synchronized void sees(String name, PostgresView view) {
        alive.put(new NodeId(name), view);
        beat(new NodeId(name), view);
    }

    public synchronized void dies(String name) {
        alive.remove(new NodeId(name));
    }

    public synchronized void fact(Fact fact) {
        logs.append(MAIN, "agent/" + fact.node(), fact);
        runtime.turn();
    }

    /** Lets that many milliseconds pass: heartbeats twice a second, the coordinator every 20 ms. */
    public synchronized void pass(long howLong) {
        long end = millis + howLong;
        while (millis < end) {
            millis += 20;
            logs.wallIs(EPOCH + millis);
            if (millis % 500 == 0) {
                alive.forEach(this::beat);
            }
            runtime.turn();
        }
    }

    /** Since the beginning, by the clock that the test turns. */
    public Duration now() {
        return Duration.ofMillis(millis);
    }

    /** For a thread that stands in for the fleet's. */
    public synchronized void turn() {
        runtime.turn();
    }

    private void beat(NodeId node, PostgresView view) {
        Optional<ClusterState> read = runtime.snapshot(MAIN).map(Snapshot::state);
        Term term = read.map(ClusterState::term).orElse(Term.NONE);
        long sequence = read.map(ClusterState::sequence).orElse(0L);
        Optional<Heartbeat.LeaseClaim> lease = view instanceof PostgresView.Primary
                ? Optional.of(new Heartbeat.LeaseClaim(term, Duration.ofSeconds(3)))
                : Optional.empty();
        beat++;
        logs.append(
                MAIN,
                "agent/" + node,
                new Heartbeat.NodeHeartbeat(node, "i1", beat, term, sequence, lease, view, 1, ""));
    }
}
