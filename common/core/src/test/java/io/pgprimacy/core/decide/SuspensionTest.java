package io.pgprimacy.core.decide;

import static io.pgprimacy.core.decide.ClusterScript.ADA;
import static io.pgprimacy.core.decide.ClusterScript.cluster;
import static io.pgprimacy.core.decide.ClusterScript.node;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.TimingProfile;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.rule.RuleId;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Members that are down for long, so that the primary's lease does not hang on their promises (S11, ADR 0014). */
class SuspensionTest {
    private static ClusterScript three() {
        return cluster().primary("a", 1000).standby("b", 900).standby("c", 800);
    }

    private static ClusterScript two() {
        return cluster().primary("a", 1000).standby("b", 900);
    }

    @Test
    void m5_a_member_that_has_been_silent_for_a_minute_is_suspended() {
        assertThat(three().silent("c").after(ofMillis(60_001)).decides(RuleId.M5))
                .isInstanceOfSatisfying(
                        Decision.MemberSuspended.class,
                        d -> assertThat(d.node()).isEqualTo(node("c")));
        three().silent("c").after(ofSeconds(60)).stays(RuleId.N0);
    }

    @Test
    void m5_not_where_the_configuration_says_never() {
        ClusterConfig never = ClusterConfig.defaults(TimingProfile.FAST).with(c -> c.suspendAfter = Duration.ZERO);
        cluster()
                .with(never)
                .primary("a", 1000)
                .standby("b", 900)
                .silent("b")
                .after(ofHours(1))
                .stays(RuleId.N0);
    }

    @Test
    void m5_not_while_the_primary_or_the_log_is_silent_too() {
        three().silent("a", "c").after(ofSeconds(61)).heard("b", ofMillis(100)).decides(RuleId.F3);
        three().silent("c").after(ofSeconds(61)).logDead().stays(RuleId.N0);
    }

    @Test
    void m6_a_suspended_member_that_is_heard_is_admitted_again() {
        assertThat(three().suspended("c").receiving("c", 800, true).decides(RuleId.M6))
                .isInstanceOf(Decision.MemberAdmitted.class);
        three().suspended("c")
                .receiving("c", 800, true)
                .silent("c")
                .after(ofSeconds(61))
                .stays(RuleId.N0);
    }

    /** After a pause of the log, and to a coordinator that has just read it, whoever was heard before seems to be heard just now. */
    @Test
    void m6_not_for_a_heartbeat_from_before_the_suspension() {
        three().suspended("c").stays(RuleId.N0);
    }

    @Test
    void a_suspended_member_is_not_chosen() {
        three().suspended("b")
                .failoverOpen(1000)
                .pledged("b", 1000)
                .pledged("c", 800)
                .silent("a")
                .after(ofSeconds(5))
                .chooses(RuleId.P2, "c");
    }

    @Test
    void nor_is_one_that_came_back_before_the_silent_primary_says_that_it_has_read_that() {
        ClusterScript back = two().suspended("b").admitted("b");
        back.silent("a").after(ofSeconds(5)).stays(RuleId.N4);
        back.failoverOpen(1000).pledged("b", 900).after(ofSeconds(5)).decides(RuleId.P4);
        two().suspended("b")
                .admitted("b")
                .primaryHasReadAll()
                .failoverOpen(1000)
                .pledged("b", 900)
                .silent("a")
                .after(ofSeconds(5))
                .chooses(RuleId.P2, "b");
    }

    /** Seed 902202618: the one that was chosen in between was waiting for the end of the lease that the first still had. */
    @Test
    void nor_after_another_was_chosen_that_never_came_to_serve() {
        ClusterScript again = three().suspended("b")
                .admitted("b")
                .failoverOpen(1000)
                .chosen("c", 0)
                .hasReadAll("c")
                .failoverReopened()
                .pledged("b", 900)
                .silent("a", "c")
                .after(ofSeconds(5))
                .neverClaimed(2, ofSeconds(5));
        again.decides(RuleId.P4);
        again.stopped("a", Optional.empty()).chooses(RuleId.P2, "b");
    }

    @Test
    void a_persons_word_about_the_last_primary_says_nothing_of_the_one_before() {
        Request down = new Request.FailoverRequested("q", ADA, Optional.of(node("b")), false, true);
        ClusterScript again = three().suspended("b")
                .admitted("b")
                .failoverOpen(1000)
                .chosen("c", 0)
                .hasReadAll("c")
                .silent("a", "c")
                .after(ofSeconds(5))
                .neverClaimed(2, ofSeconds(5))
                .asked(down);
        assertThat(again.decides(RuleId.A5))
                .isInstanceOfSatisfying(
                        Decision.RequestRefused.class,
                        d -> assertThat(d.reason()).contains("after a, which may still be primary", "remove it"));
        again.removed("a").decides(RuleId.F5);
    }

    @Test
    void it_is_chosen_when_the_primary_states_that_it_has_stopped() {
        two().suspended("b")
                .admitted("b")
                .failoverOpen(1000)
                .stopped("a", Optional.empty())
                .pledged("b", 900)
                .chooses(RuleId.P1, "b");
    }

    @Test
    void or_when_a_person_has_made_sure_that_the_primary_is_down() {
        Request down = new Request.FailoverRequested("q", ADA, Optional.empty(), false, true);
        two().suspended("b")
                .admitted("b")
                .silent("a")
                .after(ofSeconds(5))
                .asked(down)
                .decides(RuleId.F5);
        two().suspended("b")
                .admitted("b")
                .failoverOpenByOneWhoSaysThatTheOldPrimaryIsDown(1000)
                .pledged("b", 900)
                .silent("a")
                .after(ofSeconds(5))
                .chooses(RuleId.P2, "b");
    }

    @Test
    void a_person_who_says_so_of_a_primary_that_is_heard_is_refused() {
        assertThat(two().asked(new Request.FailoverRequested("q", ADA, Optional.empty(), false, true))
                        .decides(RuleId.A5))
                .isInstanceOfSatisfying(
                        Decision.RequestRefused.class,
                        d -> assertThat(d.reason()).contains("a is not down"));
    }

    @Test
    void a_persons_word_does_not_shorten_the_lease_that_the_log_knows_of() {
        two().failoverOpenByOneWhoSaysThatTheOldPrimaryIsDown(1000)
                .pledged("b", 900)
                .silent("a")
                .after(ofSeconds(3))
                .stays(RuleId.N6);
    }
}
