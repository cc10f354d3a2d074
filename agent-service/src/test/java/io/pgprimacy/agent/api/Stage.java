package io.pgprimacy.agent.api;

import io.pgprimacy.agent.runtime.Snapshot;
import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.TimingProfile;
import io.pgprimacy.core.event.Basis;
import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Endpoint;
import io.pgprimacy.core.event.Evidence;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Heartbeat;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.event.NodeTags;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.event.SyncStandbys;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.lease.LeaseKeeper;
import io.pgprimacy.core.plan.LocalMemory;
import io.pgprimacy.core.plan.Observation;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.core.rule.RuleId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** A cluster whose primary of term 1 is pg1 and whose log is folded for real, seen from one of its nodes. */
final class Stage {
    static final NodeId PG1 = new NodeId("pg1");
    static final NodeId PG2 = new NodeId("pg2");
    static final Duration NOW = Duration.ofSeconds(100);
    static final Duration LEASE_ENDS = NOW.plusSeconds(3);
    static final Lsn AHEAD = Lsn.parse("0/3000000");

    private ClusterState state = ClusterState.initial(new ClusterId("main"));
    private long offset;
    private long sequence;

    static Stage empty() {
        return new Stage();
    }

    static Stage serving() {
        Stage stage = new Stage();
        stage.read(joined(PG1));
        stage.read(joined(PG2));
        stage.read(new Decision.ClusterCreated(
                stage.basis("created"), ClusterConfig.defaults(TimingProfile.FAST), PG1, false));
        stage.read(new Fact.ClusterInitialized(PG1, new SystemIdentifier("7000000000000000001")));
        stage.read(new Decision.MemberAdmitted(stage.basis("admitted"), PG2));
        stage.heartbeat(PG1, primary());
        return stage;
    }

    static PostgresView.Primary primary() {
        return new PostgresView.Primary(new TimelineId(2), AHEAD, new PostgresView.WriteProbe.NotYet(), List.of(), 0);
    }

    /** @param behind bytes that it has not replayed; half of them it has received */
    static PostgresView.Standby standby(long behind, boolean streaming) {
        return new PostgresView.Standby(
                new TimelineId(2),
                AHEAD.plus(-behind / 2),
                AHEAD.plus(-behind),
                true,
                new PostgresView.Upstream(Optional.of(PG1), streaming, Optional.empty()));
    }

    Stage synchronous(NodeId... standbys) {
        read(new Decision.SyncStandbysChanged(basis("sync"), new SyncStandbys(new TreeSet<>(List.of(standbys)), 1)));
        return this;
    }

    Stage heartbeat(NodeId node, PostgresView view) {
        read(new Heartbeat.NodeHeartbeat(node, "i", 1, new Term(1), sequence, Optional.empty(), view, 1, ""));
        return this;
    }

    void read(ClusterEvent event) {
        state = state.evolve(new LogRecord(offset++, "r" + offset, "test", 1_700_000_000_000L, event));
    }

    ClusterState state() {
        return state;
    }

    Basis basis(String because) {
        return new Basis(
                ++sequence,
                "c1",
                RuleId.N0,
                because,
                Optional.empty(),
                new Evidence(
                        offset - 1,
                        1_700_000_000_000L,
                        true,
                        Duration.ZERO,
                        new TreeMap<>(),
                        Duration.ZERO,
                        Evidence.Fleet.ALONE,
                        Optional.empty(),
                        Optional.empty()));
    }

    static Fact.NodeJoined joined(NodeId node) {
        return new Fact.NodeJoined(
                node,
                new Endpoint("127.0.0.1", 5432, 8008),
                NodeTags.DEFAULT,
                Optional.empty(),
                "15",
                false,
                Optional.empty());
    }

    /** pg1, which holds the lease of term 1 until {@link #LEASE_ENDS}. */
    Snapshot seenFromPrimary() {
        LeaseKeeper lease = LeaseKeeper.NONE
                .sent(1, new Heartbeat.LeaseClaim(new Term(1), LEASE_ENDS.minus(NOW)), NOW)
                .readBack(1, true);
        return seenFrom(PG1, primary(), LocalMemory.NEW.withPrimaryOf(new Term(1)), lease);
    }

    Snapshot seenFrom(NodeId node, PostgresView view) {
        return seenFrom(node, view, LocalMemory.NEW, LeaseKeeper.NONE);
    }

    private Snapshot seenFrom(NodeId node, PostgresView view, LocalMemory memory, LeaseKeeper lease) {
        Observation seen = new Observation(
                view,
                true,
                joined(node),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                new TreeSet<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        return new Snapshot(
                node,
                state,
                memory,
                lease,
                seen,
                "",
                NOW,
                true,
                Optional.empty(),
                Optional.of(NOW),
                Optional.empty(),
                List.of());
    }
}
