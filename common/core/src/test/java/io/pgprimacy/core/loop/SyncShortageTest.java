package io.pgprimacy.core.loop;

import static io.pgprimacy.core.decide.ClusterScript.cluster;
import static io.pgprimacy.core.decide.ClusterScript.node;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.event.Evidence;
import io.pgprimacy.core.event.Heartbeat.NodeHeartbeat;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Since when the primary has had fewer streaming standbys than commits wait for. */
class SyncShortageTest {
    private final ClusterState state = cluster()
            .primary("a", 1000)
            .standby("b", 900)
            .standby("c", 900)
            .enforcing(2, "b", "c")
            .state();
    private final Watch watch = new Watch("k1");

    @Test
    void two_that_stream_are_enough_for_two_acknowledgements() {
        streaming(ofSeconds(10), "b", "c");

        assertThat(shortFor(ofSeconds(13))).isEqualTo(Duration.ZERO);
    }

    @Test
    void one_that_is_listed_twice_counts_once_for_its_old_connection_may_not_have_been_noticed_as_gone() {
        streaming(ofSeconds(10), "b", "b");

        assertThat(shortFor(ofSeconds(13))).isEqualTo(ofSeconds(3));
    }

    @Test
    void a_stranger_acknowledges_nothing() {
        streaming(ofSeconds(10), "b", "pg_receivewal");

        assertThat(shortFor(ofSeconds(13))).isEqualTo(ofSeconds(3));
    }

    private void streaming(Duration now, String... standbys) {
        List<PostgresView.Downstream> downstreams = Stream.of(standbys)
                .map(s -> new PostgresView.Downstream(s, "streaming", new Lsn(1000), "quorum"))
                .toList();
        PostgresView.WriteProbe probe = new PostgresView.WriteProbe.Passed(Duration.ofMillis(1));
        PostgresView view = new PostgresView.Primary(new TimelineId(1), new Lsn(1000), probe, downstreams, 0);
        NodeHeartbeat heartbeat = new NodeHeartbeat(node("a"), "a-1", 1, new Term(1), 0, Optional.empty(), view, 1, "");
        watch.read(state, state, heartbeat, now);
    }

    private Duration shortFor(Duration now) {
        return watch.evidence(state, now, 0, Evidence.Fleet.ALONE, Optional.empty())
                .syncShortFor();
    }
}
