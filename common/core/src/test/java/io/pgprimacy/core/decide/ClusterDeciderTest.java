package io.pgprimacy.core.decide;

import static io.pgprimacy.core.decide.ClusterScript.ADA;
import static io.pgprimacy.core.decide.ClusterScript.cluster;
import static io.pgprimacy.core.decide.ClusterScript.node;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.cluster.SyncClaim;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.ReplicationMode;
import io.pgprimacy.core.config.TimingProfile;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.NodeTags;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.event.SyncStandbys;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.core.postgres.WalPosition;
import io.pgprimacy.core.rule.RuleId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Each rule with its near misses. Profile fast: suspect after 1.1 s, lease 3 s, certainly expired after 3.08 s. */
class ClusterDeciderTest {
    private static ClusterScript three() {
        return cluster().primary("a", 1000).standby("b", 900).standby("c", 800);
    }

    private static ClusterScript threeSynchronous() {
        return cluster()
                .synchronous(1)
                .primary("a", 1000)
                .standby("b", 900)
                .standby("c", 800)
                .enforcing(1, "b", "c");
    }

    // ---- a failover is opened

    @Test
    void f1_a_primary_that_states_its_stop_is_replaced_at_once() {
        three().stopped("a", Optional.empty()).decides(RuleId.F1);
    }

    @Test
    void n0_a_primary_that_is_heard_keeps_its_term() {
        three().stays(RuleId.N0);
    }

    @Test
    void f2_a_silent_primary_whose_wal_reaches_nobody_is_replaced() {
        three().silent("a").after(ofMillis(1200)).decides(RuleId.F2);
    }

    @Test
    void f2_not_before_it_is_suspect() {
        three().silent("a").after(ofMillis(1100)).stays(RuleId.N0);
    }

    /** A short outage of the log delays everybody's heartbeats, and the standbys' last words are of before (seed 11119). */
    @Test
    void n2_not_on_the_old_words_of_standbys_whose_heartbeats_are_overdue_as_well() {
        three().silent("a").after(ofMillis(1200)).heard("b", ofMillis(751)).stays(RuleId.N2);
        three().silent("a").after(ofMillis(1200)).heard("b", ofMillis(750)).decides(RuleId.F2);
    }

    @Test
    void n1_not_while_the_log_is_dead() {
        three().silent("a").after(ofSeconds(10)).logDead().stays(RuleId.N1);
    }

    @Test
    void n4_not_where_no_standby_could_take_over() {
        three().silent("a", "b", "c").after(ofSeconds(10)).stays(RuleId.N4);
    }

    @Test
    void n9_nothing_is_decided_over_a_log_that_lacks_what_a_member_has_read() {
        long end = three().state().sequence();
        three().hasRead("b", end + 1, 1).stopped("a", Optional.empty()).stays(RuleId.N9);
        three().hasRead("b", end, 2).stopped("a", Optional.empty()).stays(RuleId.N9);
        three().hasRead("b", end, 1).stopped("a", Optional.empty()).decides(RuleId.F1);
    }

    @Test
    void n9_a_stranger_may_have_read_whatever_it_likes() {
        three().hasRead("z", 99, 9).stopped("a", Optional.empty()).decides(RuleId.F1);
    }

    @Test
    void n9_no_cluster_is_created_in_the_place_of_one_that_a_node_remembers() {
        Request creation = new Request.ClusterCreationRequested(
                "q", ADA, ClusterConfig.defaults(TimingProfile.FAST), node("a"), false);
        cluster().announced("a").asked(creation).decides(RuleId.C1);
        cluster().announced("a").hasRead("a", 31, 4).asked(creation).stays(RuleId.N9);
    }

    @Test
    void n2_a_silent_primary_whose_wal_reaches_a_standby_keeps_its_lease() {
        three().receiving("b", 900, true).silent("a").after(ofMillis(3079)).stays(RuleId.N2);
    }

    @Test
    void f3_a_silent_primary_is_replaced_when_its_lease_has_certainly_expired() {
        three().receiving("b", 900, true).silent("a").after(ofMillis(3080)).decides(RuleId.F3);
    }

    @Test
    void f4_a_primary_that_cannot_write_is_replaced() {
        three().writeHangs(1000, ofMillis(10_001)).decides(RuleId.F4);
        three().writeHangs(1000, ofSeconds(10)).stays(RuleId.N0);
    }

    @Test
    void f5_a_person_may_fail_over() {
        three().asked(new Request.FailoverRequested("q", ADA, Optional.of(node("c")), false, false))
                .decides(RuleId.F5);
    }

    @Test
    void f5_not_to_a_node_that_is_silent() {
        three().silent("c")
                .after(ofSeconds(9))
                .asked(new Request.FailoverRequested("q", ADA, Optional.of(node("c")), false, false))
                .decides(RuleId.A5);
    }

    // ---- S8

    @Test
    void b1_the_third_automatic_failover_in_half_an_hour_asks_a_person() {
        three().automaticFailovers(1).stopped("a", Optional.empty()).stays(RuleId.N7);
        ClusterScript often = three().automaticFailovers(2);
        often.fold(new io.pgprimacy.core.event.Fact.PrimaryStopped(
                node("a"),
                often.state().term(),
                Optional.empty(),
                Optional.empty(),
                io.pgprimacy.core.event.StopCause.CRASHED,
                ""));
        assertThat(often.decides(RuleId.B1)).isInstanceOf(Decision.AutomationHalted.class);
    }

    @Test
    void b2_too_many_suspect_clusters_at_once_brake_what_rests_on_observation() {
        three().silent("a").after(ofSeconds(2)).suspectClusters(4, 10).stays(RuleId.B2);
        three().silent("a").after(ofSeconds(2)).suspectClusters(3, 10).decides(RuleId.F2);
        three().stopped("a", Optional.empty()).suspectClusters(9, 10).decides(RuleId.F1);
    }

    @Test
    void n3_nothing_is_replaced_while_automation_is_paused() {
        three().paused().stopped("a", Optional.empty()).stays(RuleId.N3);
    }

    /** Nobody would answer it otherwise: the primary will not settle any more (seeds 212667, 240699). */
    @Test
    void a5_a_switchover_from_a_primary_that_has_stopped_is_refused_where_nothing_is_automatic() {
        three().paused()
                .stopped("a", Optional.empty())
                .asked(new Request.SwitchoverRequested("q", ADA, Optional.empty()))
                .decides(RuleId.A5);
    }

    // ---- a primary is chosen

    @Test
    void p1_the_most_advanced_pledge_wins_once_the_old_primary_has_stopped() {
        three().stopped("a", Optional.empty())
                .failoverOpen(1000)
                .pledged("b", 900)
                .pledged("c", 950)
                .chooses(RuleId.P1, "c");
    }

    @Test
    void p1_priority_decides_among_equals_and_nofailover_excludes() {
        ClusterScript tagged = cluster()
                .primary("a", 1000)
                .standby("b", 900)
                .standby("c", 900, new NodeTags(false, 7))
                .standby("d", 900, new NodeTags(true, 9));
        tagged.stopped("a", Optional.empty())
                .failoverOpen(1000)
                .pledged("b", 900)
                .pledged("c", 900)
                .pledged("d", 900)
                .chooses(RuleId.P1, "c");
    }

    @Test
    void n5_pledges_of_those_alive_are_awaited_for_a_second() {
        ClusterScript waiting =
                three().stopped("a", Optional.empty()).failoverOpen(1000).pledged("c", 950);
        waiting.after(ofMillis(999)).stays(RuleId.N5);
        waiting.after(ofSeconds(1)).chooses(RuleId.P1, "c");
    }

    @Test
    void p2_asynchronous_mode_waits_for_the_lease() {
        ClusterScript open =
                three().failoverOpen(1000).pledged("b", 900).pledged("c", 950).silent("a");
        open.after(ofMillis(3079)).stays(RuleId.N6);
        open.after(ofMillis(3080)).chooses(RuleId.P2, "c");
    }

    /** Compaction drops a claim for the sake of a heartbeat that landed after the revocation. */
    @Test
    void p2_where_no_claim_was_read_the_longest_lease_runs_from_the_revocation() {
        ClusterScript open = three().failoverOpen(1000)
                .pledged("b", 900)
                .pledged("c", 950)
                .silent("a")
                .noClaimRead();
        open.after(ofMillis(30_349)).stays(RuleId.N6);
        open.after(ofMillis(30_350)).chooses(RuleId.P2, "c");
    }

    /** The primary was chosen, and died before its first claim: the drift margin is all that is left of its lease. */
    @Test
    void p2_a_lease_that_was_never_claimed_is_not_waited_for() {
        ClusterScript open =
                three().failoverOpen(1000).pledged("b", 900).pledged("c", 950).silent("a");
        open.neverClaimed(1, ofMillis(49)).stays(RuleId.N6);
        open.neverClaimed(1, ofMillis(50)).chooses(RuleId.P2, "c");
    }

    @Test
    void p3_synchronous_mode_needs_no_waiting_when_no_quorum_is_left() {
        threeSynchronous()
                .failoverOpen(1000)
                .pledged("b", 900)
                .pledged("c", 950)
                .silent("a")
                .after(ofSeconds(1))
                .chooses(RuleId.P3, "c");
    }

    @Test
    void p4_one_of_two_synchronous_standbys_is_too_few() {
        threeSynchronous()
                .stopped("a", Optional.empty())
                .failoverOpen(1000)
                .pledged("b", 900)
                .silent("c")
                .after(ofSeconds(9))
                .decides(RuleId.P4);
    }

    @Test
    void p1_the_old_primary_itself_holds_every_commit() {
        threeSynchronous()
                .stopped("a", Optional.empty())
                .failoverOpen(1000)
                .pledged("a", 1000)
                .pledged("b", 900)
                .silent("c")
                .after(ofSeconds(9))
                .chooses(RuleId.P1, "a");
    }

    @Test
    void a_set_that_is_only_claimed_counts_beside_the_one_before() {
        threeSynchronous()
                .claiming(1, "b")
                .failoverOpen(1000)
                .pledged("b", 900)
                .silent("a", "c")
                .after(ofMillis(1500))
                .stays(RuleId.N6);
    }

    @Test
    void p4_a_loss_beyond_the_limit_is_refused() {
        long far = 900 + (16L << 20);
        three().stopped("a", Optional.empty())
                .failoverOpen(far + 1)
                .pledged("b", 900)
                .pledged("c", 900)
                .decides(RuleId.P4);
        three().stopped("a", Optional.empty())
                .failoverOpen(far)
                .pledged("b", 900)
                .pledged("c", 900)
                .chooses(RuleId.P1, "b");
    }

    @Test
    void diverged_wal_is_never_chosen_however_long_it_is() {
        three().stopped("a", Optional.empty())
                .failoverOpen(1000)
                .pledged("b", new WalPosition(new TimelineId(9), new Lsn(99_999)))
                .pledged("c", 900)
                .chooses(RuleId.P1, "c");
    }

    /** A commit of before is on k nodes; a new set that claims more would let a failover choose one without it. */
    @Test
    void a_new_primary_claims_no_more_copies_than_older_commits_have() {
        Decision.PrimaryChosen chosen = (Decision.PrimaryChosen) cluster()
                .synchronous(2)
                .primary("a", 1000)
                .standby("b", 900)
                .standby("c", 800)
                .enforcing(1, "b")
                .stopped("a", Optional.empty())
                .failoverOpen(1000)
                .pledged("b", 900)
                .pledged("c", 800)
                .decides(RuleId.P1);
        assertThat(chosen.sync()).isEqualTo(ClusterScript.set(1, "a", "c"));
    }

    // ---- switchover

    @Test
    void w1_a_switchover_goes_to_the_most_advanced_standby() {
        Decision started = three().asked(new Request.SwitchoverRequested("q", ADA, Optional.empty()))
                .decides(RuleId.W1);
        assertThat(((Decision.SwitchoverStarted) started).to()).isEqualTo(node("b"));
    }

    @Test
    void w2_the_old_primary_stops_when_it_is_prepared() {
        three().switchingOver("b").stays(RuleId.N8);
        three().switchingOver("b").prepared().decides(RuleId.W2);
    }

    @Test
    void w3_the_target_must_hold_the_shutdown_checkpoint() {
        ClusterScript stopped = three().switchingOver("b").stopping("b").stopped("a", Optional.of(1000L));
        stopped.after(ofSeconds(1)).stays(RuleId.N8);
        stopped.pledged("b", 1001).chooses(RuleId.W3, "b");
    }

    @Test
    void a5_whoever_takes_over_is_neither_removed_nor_rebuilt_meanwhile() {
        ClusterScript stopping = three().switchingOver("b").stopping("b").stopped("a", Optional.of(1000L));
        for (Request ask : List.of(
                new Request.MemberRemovalRequested("q", ADA, node("b")),
                new Request.RebuildRequested("q", ADA, node("b")),
                new Request.RestartRequested("q", ADA, node("b")))) {
            Decision refused = stopping.asked(ask).after(ofSeconds(1)).decides(RuleId.A5);
            assertThat(((Decision.RequestRefused) refused).reason()).contains("b takes over from a");
        }
        stopping.asked(new Request.MemberRemovalRequested("q", ADA, node("c")))
                .after(ofSeconds(1))
                .decides(RuleId.M3);
    }

    @Test
    void a7_any_member_reads_its_configuration_again_also_while_it_takes_over_but_no_stranger() {
        for (String member : List.of("a", "b")) {
            Decision ordered = three().switchingOver("b")
                    .asked(new Request.ReloadRequested("q", ADA, node(member)))
                    .decides(RuleId.A7);
            assertThat(((Decision.ReloadOrdered) ordered).node()).isEqualTo(node(member));
        }
        Decision refused =
                three().asked(new Request.ReloadRequested("q", ADA, node("z"))).decides(RuleId.A5);
        assertThat(((Decision.RequestRefused) refused).reason()).isEqualTo("there is no member z");
    }

    @Test
    void an_order_to_reload_outlives_a_change_of_primary_and_ends_with_the_membership() {
        ClusterScript ordered = three().reloadOrdered("b");
        ordered.failoverOpen(900).pledged("b", 900).chosen("b", 0);
        assertThat(ordered.state().node(node("b")).orElseThrow().mustBeReloaded())
                .isTrue();

        ClusterState removed = three().reloadOrdered("b").removed("b").state();

        assertThat(removed.node(node("b")).orElseThrow().mustBeReloaded()).isFalse();
    }

    @Test
    void f7_a_target_without_the_shutdown_checkpoint_makes_it_a_failover() {
        three().switchingOver("b")
                .stopping("b")
                .stopped("a", Optional.of(1000L))
                .pledged("b", 1000)
                .decides(RuleId.F7);
    }

    @Test
    void f7_an_unclean_stop_makes_it_a_failover() {
        three().switchingOver("b").stopping("b").stopped("a", Optional.empty()).decides(RuleId.F7);
    }

    @Test
    void w4_a_silent_target_ends_the_switchover_before_anything_stopped() {
        three().switchingOver("b").prepared().silent("b").after(ofSeconds(2)).decides(RuleId.W4);
    }

    /** Seed 700001118, with exchanges of data that fail often: what was asked next waited behind it for ever. */
    @Test
    void w4_an_old_primary_that_stopped_by_itself_ends_it_where_no_failover_may_follow() {
        ClusterScript stopped = three().switchingOver("b").stopped("a", Optional.empty());
        stopped.decides(RuleId.F1);
        stopped.paused().decides(RuleId.W4);
    }

    // ---- synchronous sets

    @Test
    void y2_a_standby_that_streams_joins() {
        Decision changed = cluster()
                .synchronous(1)
                .primary("a", 1000)
                .standby("b", 900)
                .serves(1000, "b")
                .decides(RuleId.Y2);
        assertThat(((Decision.SyncStandbysChanged) changed).sync()).isEqualTo(ClusterScript.set(1, "b"));
    }

    @Test
    void y1_commits_wait_for_standbys_that_are_gone_no_longer_than_two_leases() {
        ClusterScript waiting = threeSynchronous().serves(1000);
        waiting.shortOfSynchronousFor(ofSeconds(6)).stays(RuleId.N0);
        waiting.shortOfSynchronousFor(ofMillis(6001)).decides(RuleId.Y1);
    }

    @Test
    void y1_a_silent_standby_leaves_where_another_one_streams() {
        threeSynchronous().serves(1000, "b").silent("c").after(ofMillis(2999)).stays(RuleId.N0);
        threeSynchronous().serves(1000, "b").silent("c").after(ofMillis(3001)).decides(RuleId.Y1);
    }

    @Test
    void a_strict_set_keeps_its_promise_when_its_last_standby_is_removed() {
        Decision changed = cluster()
                .with(strict(1))
                .primary("a", 1000)
                .standby("b", 900)
                .standby("c", 800)
                .enforcing(1, "b")
                .removed("b")
                .silent("c")
                .after(ofSeconds(9))
                .decides(RuleId.Y2);
        assertThat(((Decision.SyncStandbysChanged) changed).sync()).isEqualTo(ClusterScript.set(1, "c"));
    }

    @Test
    void a_strict_set_of_nobody_else_stays() {
        cluster()
                .with(strict(1))
                .primary("a", 1000)
                .standby("b", 900)
                .enforcing(1, "b")
                .removed("b")
                .stays(RuleId.N0);
    }

    @Test
    void y2_another_standby_joins_a_set_whose_own_never_come() {
        Decision changed = cluster()
                .with(strict(1))
                .primary("a", 1000)
                .standby("b", 900)
                .enforcing(1, "b")
                .claiming(1, "b")
                .standby("c", 1000)
                .serves(1000, "c")
                .silent("b")
                .after(ofSeconds(9))
                .decides(RuleId.Y2);
        assertThat(((Decision.SyncStandbysChanged) changed).sync()).isEqualTo(ClusterScript.set(1, "b", "c"));
    }

    @Test
    void after_a_spell_without_a_promise_the_next_one_begins_when_it_holds_what_came_before() {
        ClusterScript grantedAgain = cluster()
                .synchronous(1)
                .primary("a", 1000)
                .standby("b", 900)
                .enforcing(0)
                .failoverOpen(1000)
                .chosen("a", 1, "b");
        assertThat(grantedAgain.state().syncClaims())
                .extracting(SyncClaim::sync)
                .containsExactly(SyncStandbys.NONE, ClusterScript.set(1, "b"));
    }

    @Test
    void a_promise_that_is_being_given_up_counts_until_that_is_stated() {
        ClusterScript weakened = threeSynchronous()
                .claiming(0)
                .stopped("a", Optional.empty())
                .failoverOpen(1000)
                .pledged("b", 900)
                .silent("c");
        weakened.after(ofSeconds(9)).decides(RuleId.P4);
        weakened.pledged("c", 950).heard("c", ofMillis(100)).chooses(RuleId.P1, "c");
    }

    private static ClusterConfig strict(int acknowledgements) {
        return ClusterConfig.defaults(TimingProfile.FAST)
                .with(c -> c.replication = new ReplicationMode.Quorum(acknowledgements, true));
    }

    // ---- requests

    @Test
    void another_clusters_data_is_not_admitted_even_when_a_person_asks() {
        Request ask = new Request.MemberAdmissionRequested("q", ADA, node("b"));
        Decision refused =
                three().returnsWith("b", "7300000000000000002").asked(ask).decides(RuleId.A5);
        assertThat(((Decision.RequestRefused) refused).reason()).contains("system identifier");
        three().returnsWith("b", "7300000000000000001").asked(ask).decides(RuleId.M4);
    }

    @Test
    void a5_a_configuration_that_was_made_from_another_than_the_one_in_force_undoes_nothing() {
        ClusterConfig config = ClusterConfig.defaults(TimingProfile.FAST);
        ClusterScript script = three();
        OptionalLong inForce = OptionalLong.of(script.state().configSequence());
        script.asked(new Request.ConfigChangeRequested("q1", ADA, config, inForce))
                .asked(new Request.ConfigChangeRequested("q2", ADA, config, inForce))
                .asked(new Request.ConfigChangeRequested("q3", ADA, config));
        Decision first = script.decides(RuleId.A2);
        script.fold(first);
        Decision refused = script.decides(RuleId.A5);
        assertThat(((Decision.RequestRefused) refused).reason())
                .contains("made from the configuration of decision " + inForce.getAsLong());
        script.fold(refused).decides(RuleId.A2);
        assertThat(script.state().configSequence()).isEqualTo(first.basis().sequence());
    }

    @Test
    void a_copy_of_a_request_after_its_answer_asks_for_nothing() {
        Request pause = new Request.MaintenanceRequested("q", ADA, true);
        ClusterScript asked = three().asked(pause);
        asked.fold(asked.decides(RuleId.A1)).asked(pause);
        assertThat(asked.state().pending()).isEmpty();
    }

    @Test
    void the_settings_of_these_tests_are_those_of_profile_fast() {
        assertThat(ClusterConfig.defaults(TimingProfile.FAST).timing().lease()).isEqualTo(ofSeconds(3));
    }
}
