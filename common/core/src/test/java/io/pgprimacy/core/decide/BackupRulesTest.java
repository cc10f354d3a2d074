package io.pgprimacy.core.decide;

import static io.pgprimacy.core.decide.ClusterScript.ADA;
import static io.pgprimacy.core.decide.ClusterScript.cluster;
import static io.pgprimacy.core.decide.ClusterScript.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.event.BackupType;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.rule.RuleId;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BackupRulesTest {
    @Test
    void it_is_taken_of_the_streaming_standby_that_has_replayed_most() {
        Decision decision = three().asked(backup("q", Optional.empty())).decides(RuleId.K1);

        assertThat(((Decision.BackupOrdered) decision).node()).isEqualTo(node("c"));
        assertThat(decision.basis().because()).contains("ada: a test", "c is the standby that has replayed most");
    }

    @Test
    void where_no_standby_streams_it_is_taken_of_the_primary() {
        Decision decision = three().receiving("b", 900, false)
                .receiving("c", 950, false)
                .asked(backup("q", Optional.empty()))
                .decides(RuleId.K1);

        assertThat(((Decision.BackupOrdered) decision).node()).isEqualTo(node("a"));
    }

    @Test
    void the_node_that_was_named_takes_it() {
        Decision decision = three().asked(backup("q", Optional.of("a"))).decides(RuleId.K1);

        assertThat(((Decision.BackupOrdered) decision).node()).isEqualTo(node("a"));
    }

    @Test
    void it_is_refused_with_a_reason_where_the_node_cannot_take_it() {
        assertThat(refusal(three().asked(backup("q", Optional.of("x"))))).isEqualTo("there is no member x");
        assertThat(refusal(three().silent("b").after(Duration.ofSeconds(30)).asked(backup("q", Optional.of("b")))))
                .isEqualTo("b is not heard");
        assertThat(refusal(three().rebuildOrdered("b").asked(backup("q", Optional.of("b")))))
                .isEqualTo("b is being rebuilt");
        assertThat(refusal(cluster().primary("a", 1000).asked(backup("q", Optional.empty()))))
                .startsWith("no member can take a backup: a has no storage configured");
    }

    @Test
    void one_is_taken_at_a_time() {
        assertThat(refusal(taking().asked(backup("q2", Optional.empty())))).startsWith("a backup of c is being taken");
    }

    @Test
    void when_it_has_ended_the_next_one_may_begin() {
        ClusterScript ended = taking();
        long ordered = ended.state().runningBackup().orElseThrow().ordered();

        ended.fold(new Fact.BackupFailed(node("c"), ordered, "the disk is gone"))
                .asked(backup("q2", Optional.empty()))
                .decides(RuleId.K1);
    }

    @Test
    void what_is_said_of_an_older_one_ends_nothing() {
        ClusterScript taking = taking();
        long ordered = taking.state().runningBackup().orElseThrow().ordered();

        taking.fold(new Fact.BackupFailed(node("c"), ordered - 1, "late"))
                .fold(new Fact.BackupFailed(node("b"), ordered, "another node"));

        assertThat(taking.state().runningBackup()).isPresent();
    }

    @Test
    void a_person_may_end_it() {
        ClusterScript taking = taking();
        Decision decision =
                taking.asked(new Request.BackupCancelRequested("q2", ADA)).decides(RuleId.K2);

        taking.fold(decision);
        assertThat(taking.state().runningBackup()).isEmpty();
        assertThat(refusal(taking.asked(new Request.BackupCancelRequested("q3", ADA))))
                .isEqualTo("no backup is being taken");
    }

    @Test
    void it_is_given_up_when_its_node_is_gone_for_a_minute_of_a_live_log() {
        taking().silent("c").after(Duration.ofSeconds(59)).staysWithoutBackup();
        taking().silent("c").after(Duration.ofSeconds(61)).logDead().staysWithoutBackup();

        ClusterScript gone = taking().silent("c").after(Duration.ofSeconds(61)).suspended("c");
        gone.fold(gone.decides(RuleId.K3));
        assertThat(gone.state().runningBackup()).isEmpty();
    }

    @Test
    void a_failover_goes_first() {
        three().asked(backup("q", Optional.empty()))
                .stopped("a", Optional.of(900L))
                .decides(RuleId.F1);
        three().asked(backup("q", Optional.empty()))
                .receiving("b", 900, false)
                .receiving("c", 950, false)
                .silent("a")
                .after(Duration.ofSeconds(2))
                .decides(RuleId.F2);
    }

    @Test
    void while_the_primary_is_in_doubt_nothing_is_decided_about_backups() {
        ClusterScript doubtful = three().receiving("b", 900, true)
                .receiving("c", 950, true)
                .asked(backup("q", Optional.empty()))
                .silent("a")
                .after(Duration.ofSeconds(2));

        doubtful.stays(RuleId.N2);
    }

    private static ClusterScript three() {
        return cluster()
                .primary("a", 1000)
                .standby("b", 900)
                .standby("c", 950)
                .storing("a", "b", "c")
                .receiving("b", 900, true)
                .receiving("c", 950, true)
                .serves(1000, "b", "c");
    }

    private static ClusterScript taking() {
        ClusterScript script = three().asked(backup("q", Optional.empty()));
        return script.fold(script.decides(RuleId.K1));
    }

    private static Request backup(String id, Optional<String> from) {
        return new Request.BackupRequested(id, ADA, BackupType.FULL, from.map(ClusterScript::node));
    }

    private static String refusal(ClusterScript script) {
        return ((Decision.RequestRefused) script.decides(RuleId.A5)).reason();
    }
}
