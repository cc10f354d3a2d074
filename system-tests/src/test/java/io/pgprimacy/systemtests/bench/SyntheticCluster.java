package io.pgprimacy.systemtests.bench;

import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.TimingProfile;
import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Endpoint;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Heartbeat.LeaseClaim;
import io.pgprimacy.core.event.Heartbeat.NodeHeartbeat;
import io.pgprimacy.core.event.NodeTags;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.SystemIdentifier;
import io.pgprimacy.core.postgres.TimelineId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** What the agents of a healthy cluster write that has no PostgreSQL: one primary, streaming standbys, WAL that grows. */
record SyntheticCluster(ClusterId id, List<NodeId> nodes) {
    private static final Term TERM = new Term(1);
    private static final TimelineId TIMELINE = new TimelineId(1);
    private static final ClusterConfig CONFIG = ClusterConfig.defaults(TimingProfile.FAST);

    static SyntheticCluster of(int number, int nodes) {
        return new SyntheticCluster(
                new ClusterId("synthetic-" + number),
                IntStream.range(0, nodes).mapToObj(i -> new NodeId("db-" + i)).toList());
    }

    /** Before the coordinator has created it. */
    List<ClusterEvent> announcement() {
        List<ClusterEvent> events = new ArrayList<>();
        for (NodeId node : nodes) {
            events.add(new Fact.NodeJoined(
                    node,
                    new Endpoint("192.0.2.1", 5432, 8008),
                    NodeTags.DEFAULT,
                    Optional.empty(),
                    "15.18",
                    false,
                    Optional.empty()));
        }
        Request.Origin origin = new Request.Origin("bench", "a synthetic cluster");
        events.add(
                new Request.ClusterCreationRequested("create-" + id.value(), origin, CONFIG, nodes.getFirst(), false));
        return events;
    }

    /** The first node has done what the decision to create the cluster asks of it. */
    List<ClusterEvent> birth() {
        NodeId first = nodes.getFirst();
        return List.of(
                new Fact.ClusterInitialized(first, new SystemIdentifier("7300000000000000001")),
                new Fact.Promoted(first, TERM, TIMELINE, Optional.empty()));
    }

    NodeHeartbeat heartbeat(int node, long beat) {
        Lsn lsn = new Lsn(0x500_0000L + beat * 8_192);
        return new NodeHeartbeat(
                nodes.get(node),
                "77ab01cd",
                beat,
                TERM,
                nodes.size(),
                node == 0 ? Optional.of(new LeaseClaim(TERM, CONFIG.timing().lease())) : Optional.empty(),
                node == 0 ? primary(lsn) : standby(lsn),
                1,
                "");
    }

    private PostgresView primary(Lsn lsn) {
        List<PostgresView.Downstream> downstreams = nodes.stream()
                .skip(1)
                .map(n -> new PostgresView.Downstream(n.value(), "streaming", lsn, "async"))
                .toList();
        return new PostgresView.Primary(
                TIMELINE, lsn, new PostgresView.WriteProbe.Passed(Duration.ofMillis(3)), downstreams, 0);
    }

    private PostgresView standby(Lsn lsn) {
        return new PostgresView.Standby(
                TIMELINE,
                lsn,
                lsn,
                true,
                new PostgresView.Upstream(Optional.of(nodes.getFirst()), true, Optional.of(Duration.ofMillis(120))));
    }
}
