package io.pgprimacy.core.loop;

import static io.pgprimacy.core.decide.ClusterScript.cluster;
import static io.pgprimacy.core.decide.ClusterScript.node;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.cluster.Ignored;
import io.pgprimacy.core.event.Basis;
import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Evidence;
import io.pgprimacy.core.event.Heartbeat.CoordinatorPulse;
import io.pgprimacy.core.event.Heartbeat.LeaseClaim;
import io.pgprimacy.core.event.Heartbeat.NodeHeartbeat;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.lease.LeaseKeeper;
import io.pgprimacy.core.rule.RuleId;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What lands late, twice, or in another order than it was appended in. */
class LateRecordsTest {
    private static final Term FIRST = new Term(1);
    private static final Duration LEASE = ofSeconds(3);

    private final ClusterState serving =
            cluster().primary("a", 1000).standby("b", 900).state();

    @Test
    void a_decision_that_lands_twice_counts_once() {
        Decision pause = pause(serving.sequence() + 1, serving.offset());

        ClusterState once = after(serving, pause, serving.offset() + 1);
        ClusterState twice = after(once, pause, serving.offset() + 2);

        assertThat(once.paused()).isTrue();
        assertThat(twice.sequence()).isEqualTo(once.sequence());
        assertThat(twice.ignored().map(Ignored::reason).orElse("")).contains("another coordinator was first");
    }

    @Test
    void of_two_decisions_that_swapped_places_the_one_that_came_too_early_is_lost() {
        Decision second = pause(serving.sequence() + 2, serving.offset());

        ClusterState state = after(serving, second, serving.offset() + 1);

        assertThat(state.sequence()).isEqualTo(serving.sequence());
        assertThat(state.paused()).isFalse();
    }

    @Test
    void a_decision_that_the_broker_held_back_for_256_records_is_void() {
        Decision pause = pause(serving.sequence() + 1, serving.offset());

        assertThat(after(serving, pause, serving.offset() + 256).paused()).isTrue();
        assertThat(after(serving, pause, serving.offset() + 257).paused()).isFalse();
    }

    @Test
    void a_heartbeat_that_was_overtaken_or_lands_twice_renews_nothing() {
        LeaseClaim claim = new LeaseClaim(FIRST, LEASE);
        LeaseKeeper sent = LeaseKeeper.NONE.sent(1, claim, ofSeconds(1)).sent(2, claim, ofSeconds(2));

        LeaseKeeper second = sent.readBack(2, true);

        assertThat(second.heldFor(FIRST).orElseThrow().sentAt()).isEqualTo(ofSeconds(2));
        assertThat(second.readBack(1, true)).isEqualTo(second);
        assertThat(second.readBack(2, true)).isEqualTo(second);
    }

    @Test
    void a_late_heartbeat_of_a_dead_incarnation_does_not_shorten_its_successors_lease() {
        Watch watch = new Watch("k1");
        watch.read(serving, serving, beat("a-2", ofSeconds(30)), ofSeconds(10));
        watch.read(serving, serving, beat("a-1", LEASE), ofSeconds(11));

        assertThat(leaseOfA(watch, ofSeconds(20)).longest()).isEqualTo(ofSeconds(30));
    }

    @Test
    void a_claim_that_lands_after_the_revocation_of_its_term_is_no_renewal() {
        Watch watch = new Watch("k1");
        ClusterState revoked = cluster()
                .primary("a", 1000)
                .standby("b", 900)
                .failoverOpen(1000)
                .state();
        watch.read(serving, serving, beat("a-1", LEASE), ofSeconds(10));
        watch.read(revoked, revoked, beat("a-1", LEASE), ofSeconds(12));

        assertThat(leaseOfA(watch, ofSeconds(13)).ago()).isEqualTo(ofSeconds(3));
    }

    @Test
    void silence_counts_from_the_return_of_a_log_that_gave_a_pulse_back_late() {
        Watch watch = new Watch("k1");
        watch.read(serving, serving, beat("a-1", LEASE), ofSeconds(10));
        assertThat(watch.pulseDue(serving, ofSeconds(10))).isPresent();
        watch.read(serving, serving, new CoordinatorPulse("k1", 1), ofSeconds(18));

        assertThat(watch.isLogLive(serving, ofSeconds(18))).isFalse();
        assertThat(evidence(watch, ofMillis(18_100)).heard().get(node("a")).ago())
                .isEqualTo(ofMillis(100));
    }

    /** What held the pulse up for most of a heartbeat may have held up a heartbeat until its sender's next one. */
    @Test
    void silence_counts_from_the_sending_of_a_pulse_that_came_back_slowly() {
        Watch watch = new Watch("k1");
        assertThat(watch.pulseDue(serving, ofSeconds(10))).isPresent();
        watch.read(serving, serving, new CoordinatorPulse("k1", 1), ofMillis(10_010));
        watch.read(serving, serving, beat("a-1", LEASE), ofMillis(10_020));
        assertThat(watch.pulseDue(serving, ofMillis(10_500))).isPresent();
        watch.read(serving, serving, new CoordinatorPulse("k1", 2), ofMillis(10_900));

        assertThat(watch.isLogLive(serving, ofSeconds(11))).isTrue();
        assertThat(evidence(watch, ofSeconds(11)).heard().get(node("a")).ago()).isEqualTo(ofMillis(500));
        assertThat(leaseOfA(watch, ofSeconds(11)).ago()).isEqualTo(ofMillis(980));
    }

    /** It does not matter whose append the brokers take first when they are back. */
    @Test
    void silence_counts_from_the_sending_of_a_pulse_that_should_be_back() {
        Watch watch = new Watch("k1");
        assertThat(watch.pulseDue(serving, ofSeconds(10))).isPresent();
        watch.read(serving, serving, new CoordinatorPulse("k1", 1), ofMillis(10_010));
        watch.read(serving, serving, beat("a-1", LEASE), ofMillis(10_020));
        assertThat(watch.pulseDue(serving, ofMillis(10_500))).isPresent();

        assertThat(evidence(watch, ofMillis(10_600)).heard().get(node("a")).ago())
                .isEqualTo(ofMillis(580));
        assertThat(watch.isLogLive(serving, ofSeconds(11))).isTrue();
        assertThat(evidence(watch, ofSeconds(11)).heard().get(node("a")).ago()).isEqualTo(ofMillis(500));
    }

    private Evidence.LeaseHeard leaseOfA(Watch watch, Duration now) {
        return evidence(watch, now).heard().get(node("a")).lease().orElseThrow();
    }

    private Evidence evidence(Watch watch, Duration now) {
        return watch.evidence(serving, now, 0, Evidence.Fleet.ALONE, Optional.empty());
    }

    private static NodeHeartbeat beat(String incarnation, Duration lease) {
        return new NodeHeartbeat(
                node("a"),
                incarnation,
                1,
                FIRST,
                0,
                Optional.of(new LeaseClaim(FIRST, lease)),
                new PostgresView.Empty(),
                1,
                "");
    }

    private static Decision pause(long sequence, long observed) {
        Evidence evidence = new Evidence(
                observed,
                0,
                true,
                Duration.ZERO,
                new TreeMap<>(),
                Duration.ZERO,
                Evidence.Fleet.ALONE,
                Optional.empty(),
                Optional.empty());
        Basis basis = new Basis(sequence, "k1", RuleId.A1, "a test", Optional.empty(), evidence);
        return new Decision.MaintenanceChanged(basis, true);
    }

    private static ClusterState after(ClusterState state, ClusterEvent event, long offset) {
        return state.evolve(new LogRecord(offset, "late", "test", 0, event));
    }
}
