package io.pgprimacy.core.explain;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.TimingProfile;
import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Endpoint;
import io.pgprimacy.core.event.Evidence;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Heartbeat;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.event.NodeTags;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.event.StopCause;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.loop.CoordinatorLoop;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.TimelineHistory;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.core.postgres.WalPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A coordinator's real loop over a log into which a test says what the nodes say. */
final class ScriptedCluster {
    static final ClusterId MAIN = new ClusterId("main");
    private static final long EPOCH = 1_790_000_000_000L;
    private static final SystemIdentifier SYSTEM = new SystemIdentifier("7300000000000000001");

    private final CoordinatorLoop loop = new CoordinatorLoop(MAIN, "k1");
    private final List<LogRecord> records = new ArrayList<>();
    private final SortedMap<NodeId, PostgresView> alive = new TreeMap<>();
    private long millis;
    private long beat;

    static NodeId node(String name) {
        return new NodeId(name);
    }

    static WalPosition at(String lsn, long timeline) {
        return new WalPosition(new TimelineId(timeline), Lsn.parse(lsn));
    }

    /** Three nodes, a is the primary of term 1, b and c stream from it. */
    static ScriptedCluster ofThree() {
        ScriptedCluster s = new ScriptedCluster();
        s.listen();
        s.say(
                "coordinator/k1",
                new Request.ClusterCreationRequested(
                        "req-create",
                        new Request.Origin("ada", "a new cluster"),
                        ClusterConfig.defaults(TimingProfile.FAST),
                        node("a"),
                        false));
        s.join("a", Optional.empty());
        s.pass(100);
        s.fact(new Fact.ClusterInitialized(node("a"), SYSTEM));
        s.sees("a", primary("0/5000000", 1));
        s.fact(new Fact.Promoted(node("a"), new Term(1), new TimelineId(1), Optional.empty()));
        for (String standby : List.of("b", "c")) {
            s.join(standby, Optional.of(SYSTEM));
            s.pass(40);
            s.sees(standby, standby("0/5000000", 1, "a"));
            s.fact(new Fact.StandbyFollowing(node(standby), new Term(1), new TimelineId(1)));
        }
        s.pass(2000);
        return s;
    }

    /** Where c, which has more than b, took over from a. */
    static ScriptedCluster crashed() {
        ScriptedCluster s = ofThree();
        s.fact(stoppedAt("0/5000100"));
        s.dies("a");
        s.pass(20);
        s.pledge("b", 2, "0/5000040", 1);
        s.pledge("c", 2, "0/5000060", 1);
        s.pass(120);
        s.sees("c", primary("0/5000200", 2));
        s.promoted("c", 2, 2, "0/5000060");
        s.pass(20);
        s.sees("b", standby("0/5000200", 2, "c"));
        s.follows("b", 2, 2);
        return s;
    }

    /** By request req-1, from a to b. */
    static ScriptedCluster switchedOver() {
        ScriptedCluster s = ofThree();
        s.request(new Request.SwitchoverRequested(
                "req-1", new Request.Origin("ada", "kernel update on a"), Optional.of(node("b"))));
        s.pass(40);
        s.fact(new Fact.SwitchoverPrepared(node("a"), new Term(2)));
        s.pass(40);
        s.fact(new Fact.PrimaryStopped(
                node("a"), new Term(1), Optional.of(at("0/5000000", 1)), Optional.empty(), StopCause.SWITCHOVER, ""));
        s.pledge("b", 2, "0/5000078", 1);
        s.pass(100);
        s.sees("b", primary("0/5000100", 2));
        s.promoted("b", 2, 2, "0/5000078");
        s.follows("a", 2, 2);
        s.follows("c", 2, 2);
        return s;
    }

    static Fact.PrimaryStopped stoppedAt(String lsn) {
        return new Fact.PrimaryStopped(
                node("a"),
                new Term(1),
                Optional.empty(),
                Optional.of(at(lsn, 1)),
                StopCause.CRASHED,
                "postmaster 4711 ended with signal 9");
    }

    private void join(String name, Optional<SystemIdentifier> data) {
        fact(new Fact.NodeJoined(
                node(name),
                new Endpoint("10.0.0.1", 5432, 8008),
                NodeTags.DEFAULT,
                data,
                "15.14",
                false,
                Optional.empty()));
        sees(name, new PostgresView.Empty());
    }

    static PostgresView primary(String lsn, long timeline) {
        return new PostgresView.Primary(
                new TimelineId(timeline),
                Lsn.parse(lsn),
                new PostgresView.WriteProbe.Passed(Duration.ofMillis(2)),
                List.of(),
                0);
    }

    static PostgresView standby(String lsn, long timeline, String upstream) {
        return new PostgresView.Standby(
                new TimelineId(timeline),
                Lsn.parse(lsn),
                Lsn.parse(lsn),
                true,
                new PostgresView.Upstream(Optional.of(node(upstream)), true, Optional.of(Duration.ofMillis(100))));
    }

    static PostgresView cutOff(String lsn, long timeline) {
        return new PostgresView.Standby(
                new TimelineId(timeline), Lsn.parse(lsn), Lsn.parse(lsn), true, PostgresView.Upstream.CUT);
    }

    /** From now on the node's heartbeats say this. */
    void sees(String name, PostgresView view) {
        alive.put(node(name), view);
        beat(node(name), view);
    }

    void dies(String name) {
        alive.remove(node(name));
    }

    void fact(Fact fact) {
        say("agent/" + fact.node(), fact);
    }

    void request(Request request) {
        say("coordinator/k1", request);
    }

    void pledge(String name, long term, String lsn, long timeline) {
        fact(new Fact.StandbyPledged(node(name), new Term(term), Optional.of(at(lsn, timeline)), List.of()));
    }

    void promoted(String name, long term, long timeline, String switchPoint) {
        fact(new Fact.Promoted(
                node(name),
                new Term(term),
                new TimelineId(timeline),
                Optional.of(new TimelineHistory.Switch(
                        new TimelineId(timeline - 1), new TimelineId(timeline), Lsn.parse(switchPoint)))));
    }

    void follows(String name, long term, long timeline) {
        fact(new Fact.StandbyFollowing(node(name), new Term(term), new TimelineId(timeline)));
    }

    /** A coordinator listens before it decides anything; the log begins when it has. */
    private void listen() {
        for (millis = -1500; millis < 0; millis += 20) {
            for (ClusterEvent event : loop.step(now(), EPOCH + millis, true, Evidence.Fleet.ALONE)) {
                loop.read(new LogRecord(0, "before", "coordinator/k1", EPOCH + millis, event), now());
            }
        }
    }

    /** Lets that many milliseconds pass: heartbeats twice a second, the coordinator every 20 ms. */
    void pass(long howLong) {
        long end = millis + howLong;
        while (millis < end) {
            millis += 20;
            if (millis % 500 == 0) {
                alive.forEach(this::beat);
            }
            for (ClusterEvent event : loop.step(now(), EPOCH + millis, true, Evidence.Fleet.ALONE)) {
                say("coordinator/k1", event);
            }
        }
    }

    private void beat(NodeId node, PostgresView view) {
        Optional<Heartbeat.LeaseClaim> lease = view instanceof PostgresView.Primary
                ? Optional.of(new Heartbeat.LeaseClaim(loop.state().term(), Duration.ofSeconds(3)))
                : Optional.empty();
        beat++;
        say(
                "agent/" + node,
                new Heartbeat.NodeHeartbeat(
                        node, "i1", beat, loop.state().term(), loop.state().sequence(), lease, view, 1, ""));
    }

    void say(String writer, ClusterEvent event) {
        long offset = records.size();
        LogRecord record = new LogRecord(offset, "r" + offset, writer, EPOCH + millis, event);
        records.add(record);
        loop.read(record, now());
    }

    private Duration now() {
        return Duration.ofMillis(millis);
    }

    ClusterState state() {
        return loop.state();
    }

    Evidence evidence() {
        return loop.evidence(now(), EPOCH + millis, Evidence.Fleet.ALONE);
    }

    List<LogRecord> records() {
        return List.copyOf(records);
    }

    History history() {
        return History.of(MAIN, records);
    }

    /** The last decision of that type. */
    <D extends Decision> D last(Class<D> type) {
        return records.reversed().stream()
                .map(LogRecord::event)
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElseThrow();
    }
}
