package io.pgprimacy.core.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.TimingProfile;
import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Endpoint;
import io.pgprimacy.core.event.Evidence;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Heartbeat.NodeHeartbeat;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.event.NodeTags;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.rule.RuleId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The log ends with a request that a coordinator would answer at once. */
class CoordinatorLoopTest {
    private static final NodeId A = new NodeId("a");

    private final CoordinatorLoop loop = new CoordinatorLoop(new ClusterId("main"), "k1");
    private long offset;
    private Duration now = Duration.ZERO;

    @BeforeEach
    void a_request_that_was_never_answered() {
        Endpoint endpoint = new Endpoint("10.0.0.1", 5432, 8008);
        read(new Fact.NodeJoined(A, endpoint, NodeTags.DEFAULT, Optional.empty(), "15.14", false, Optional.empty()));
        read(new Request.ClusterCreationRequested(
                "q1",
                new Request.Origin("ada", "a new cluster"),
                ClusterConfig.defaults(TimingProfile.NORMAL),
                A,
                false));
    }

    @Test
    void it_decides_once_it_has_listened_for_two_heartbeats() {
        Duration heartbeat = TimingProfile.NORMAL.timing().heartbeat();

        while (loop.state().config().isEmpty() && now.compareTo(Duration.ofSeconds(10)) < 0) {
            pass();
        }

        assertThat(now).isBetween(heartbeat.multipliedBy(2), heartbeat.multipliedBy(4));
    }

    @Test
    void whoever_has_read_more_is_heard_before_it_decides_anything() {
        pass();
        read(new NodeHeartbeat(
                A, "a-1", 7, new Term(4), 31, Optional.empty(), new PostgresView.Empty(), NodeLoop.PROTOCOL, ""));

        for (int i = 0; i < 100; i++) {
            pass();
        }

        assertThat(loop.state().config()).isEmpty();
        assertThat(loop.verdict().rule()).isEqualTo(RuleId.N9);
    }

    @Test
    void a_slow_log_is_listened_to_no_longer() {
        Duration roundTrip = Duration.ofSeconds(4);
        loop.step(now, 0, true, Evidence.Fleet.ALONE);
        now = Duration.ofSeconds(1);
        List<ClusterEvent> second = loop.step(now, 0, true, Evidence.Fleet.ALONE);
        now = now.plus(roundTrip);
        second.forEach(this::read);

        assertThat(loop.step(now, 0, true, Evidence.Fleet.ALONE)).anyMatch(Decision.class::isInstance);
    }

    private void pass() {
        for (ClusterEvent event : loop.step(now, 0, true, Evidence.Fleet.ALONE)) {
            read(event);
        }
        now = now.plusMillis(50);
    }

    private void read(ClusterEvent event) {
        loop.read(new LogRecord(offset, "r" + offset, "somebody", 0, event), now);
        offset++;
    }
}
