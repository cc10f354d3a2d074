package io.pgprimacy.core.loop;

import static io.pgprimacy.core.decide.ClusterScript.cluster;
import static io.pgprimacy.core.decide.ClusterScript.node;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.decide.ClusterScript;
import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Evidence;
import io.pgprimacy.core.event.Heartbeat.CoordinatorPulse;
import io.pgprimacy.core.event.Heartbeat.LeaseClaim;
import io.pgprimacy.core.event.Heartbeat.NodeHeartbeat;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.id.Term;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A node that was chosen and whose term was revoked before it claimed the lease: who may know that, and who may not (S2). */
class UnclaimedLeaseTest {
    private static final Term SECOND = new Term(2);

    private final ClusterScript script = cluster()
            .primary("a", 1000)
            .standby("b", 900)
            .standby("c", 900)
            .failoverOpen(1000)
            .pledged("b", 900)
            .pledged("c", 900);
    private final ClusterState open = script.state();
    private final ClusterState granted = script.chosen("b", 0).state();
    private final ClusterState revoked = script.failoverReopened().state();
    private final Watch watch = new Watch("k1");

    @Test
    void whoever_has_followed_the_log_since_the_grant_knows_that_no_lease_runs() {
        liveAt(ofSeconds(10));
        grant(ofMillis(10_100));
        watch.read(granted, revoked, someEvent(), ofMillis(10_200));

        assertThat(leaseOfB(revoked, ofSeconds(11)).orElseThrow().wasClaimed()).isFalse();
    }

    @Test
    void while_the_term_is_not_revoked_a_claim_may_still_come() {
        liveAt(ofSeconds(10));
        grant(ofMillis(10_100));

        assertThat(leaseOfB(granted, ofSeconds(11))).isEmpty();
    }

    @Test
    void a_claim_that_came_before_the_revocation_counts() {
        liveAt(ofSeconds(10));
        grant(ofMillis(10_100));
        watch.read(granted, granted.evolve(at(granted.offset() + 1, claimOfB())), claimOfB(), ofMillis(10_150));
        watch.read(granted, revoked, someEvent(), ofMillis(10_200));

        assertThat(leaseOfB(revoked, ofSeconds(11)).orElseThrow().longest()).isEqualTo(ofSeconds(3));
    }

    @Test
    void a_claim_that_lands_after_the_revocation_changes_nothing() {
        liveAt(ofSeconds(10));
        grant(ofMillis(10_100));
        watch.read(granted, revoked, someEvent(), ofMillis(10_200));
        watch.read(revoked, revoked.evolve(at(revoked.offset() + 1, claimOfB())), claimOfB(), ofMillis(10_300));

        assertThat(leaseOfB(revoked, ofSeconds(11)).orElseThrow().wasClaimed()).isFalse();
    }

    @Test
    void a_reader_that_reads_the_grant_of_a_log_that_is_not_live_does_not_know() {
        grant(ofMillis(10_100));
        watch.read(granted, revoked, someEvent(), ofMillis(10_200));

        assertThat(leaseOfB(revoked, ofSeconds(11))).isEmpty();
    }

    @Test
    void where_an_offset_is_missing_compaction_may_have_taken_the_claim() {
        liveAt(ofSeconds(10));
        grant(ofMillis(10_100));
        ClusterState afterTheGap = granted.evolve(at(granted.offset() + 2, someEvent()));
        watch.read(granted, afterTheGap, someEvent(), ofMillis(10_150));
        watch.read(granted, revoked, someEvent(), ofMillis(10_200));

        assertThat(leaseOfB(revoked, ofSeconds(11))).isEmpty();
    }

    private void grant(Duration now) {
        watch.read(open, granted, someEvent(), now);
        watch.read(open, granted, heartbeatOfB(Optional.empty()), now);
    }

    private void liveAt(Duration sent) {
        watch.pulseDue(open, sent);
        watch.read(open, open, new CoordinatorPulse("k1", 1), sent.plusMillis(10));
        assertThat(watch.isLogLive(open, sent.plusMillis(20))).isTrue();
    }

    private Optional<Evidence.LeaseHeard> leaseOfB(ClusterState state, Duration now) {
        return watch.evidence(state, now, 0, Evidence.Fleet.ALONE, Optional.empty())
                .heard()
                .get(node("b"))
                .lease();
    }

    private static ClusterEvent someEvent() {
        return new CoordinatorPulse("k2", 1);
    }

    private static NodeHeartbeat claimOfB() {
        return heartbeatOfB(Optional.of(new LeaseClaim(SECOND, ofSeconds(3))));
    }

    private static NodeHeartbeat heartbeatOfB(Optional<LeaseClaim> claim) {
        return new NodeHeartbeat(node("b"), "b-1", 1, SECOND, 0, claim, new PostgresView.Empty(), 1, "");
    }

    private static LogRecord at(long offset, ClusterEvent event) {
        return new LogRecord(offset, "id-" + offset, "test", 0, event);
    }
}
