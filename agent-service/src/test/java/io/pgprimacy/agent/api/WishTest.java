package io.pgprimacy.agent.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.agent.runtime.Snapshot;
import io.pgprimacy.core.event.Request;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class WishTest {
    private static final Request.Origin ORIGIN = new Request.Origin("jane", "maintenance");
    private static final Snapshot ON_PG2 = Stage.serving().seenFrom(Stage.PG2, Stage.standby(0, true));

    @Test
    void a_switchover_names_the_leader_and_may_name_a_candidate() {
        assertThat(wish("/switchover", "{'leader':'pg1'}", ON_PG2))
                .isEqualTo(new Wish.Ask(
                        new Request.SwitchoverRequested("id", ORIGIN, Optional.empty()), Optional.empty()));
        assertThat(wish("/switchover", "{'leader':'pg1','candidate':'pg2','scheduled_at':null}", ON_PG2))
                .isEqualTo(new Wish.Ask(
                        new Request.SwitchoverRequested("id", ORIGIN, Optional.of(Stage.PG2)), Optional.of("pg2")));
    }

    @Test
    void a_failover_accepts_no_loss_and_with_a_leader_it_is_a_switchover() {
        assertThat(wish("/failover", "{'candidate':'pg2'}", ON_PG2))
                .isEqualTo(new Wish.Ask(
                        new Request.FailoverRequested("id", ORIGIN, Optional.of(Stage.PG2), false, false),
                        Optional.of("pg2")));
        assertThat(wish("/failover", "{'leader':'pg1','member':'pg2'}", ON_PG2))
                .isEqualTo(new Wish.Ask(
                        new Request.SwitchoverRequested("id", ORIGIN, Optional.of(Stage.PG2)), Optional.of("pg2")));
    }

    @Test
    void a_node_asks_for_its_own_rebuilding_and_a_primary_does_not() {
        assertThat(wish("/reinitialize", "{}", ON_PG2))
                .isEqualTo(new Wish.Ask(new Request.RebuildRequested("id", ORIGIN, Stage.PG2), Optional.empty()));
        assertThat(wish("/reinitialize", "{'force':true}", Stage.serving().seenFromPrimary()))
                .isEqualTo(new Wish.Refuse(503, "I am the leader, can not reinitialize"));
    }

    @Test
    void a_standby_asks_for_its_own_restart_and_a_primary_is_told_to_hand_over() {
        assertThat(wish("/restart", "{'role':'replica'}", ON_PG2))
                .isEqualTo(new Wish.Ask(new Request.RestartRequested("id", ORIGIN, Stage.PG2), Optional.empty()));
        assertThat(wish("/restart", "{}", Stage.serving().seenFromPrimary()))
                .isInstanceOfSatisfying(
                        Wish.Refuse.class,
                        refuse -> assertThat(refuse.because()).contains("I am the leader", "switchover"));
    }

    @Test
    void any_member_asks_for_its_own_reload() {
        assertThat(wish("/reload", "{}", ON_PG2))
                .isEqualTo(new Wish.Ask(new Request.ReloadRequested("id", ORIGIN, Stage.PG2), Optional.empty()));
        assertThat(wish("/reload", "{}", Stage.serving().seenFromPrimary()))
                .isEqualTo(new Wish.Ask(new Request.ReloadRequested("id", ORIGIN, Stage.PG1), Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/switchover   | {}                                             | 400 | specific leader",
                "/switchover   | {'leader':'pg2'}                               | 412 | leader name does not match",
                "/switchover   | {'leader':'pg1','candidate':'pg1'}             | 400 | are the same",
                "/switchover   | {'leader':'pg1','candidate':'pg9'}             | 412 | does not exist",
                "/switchover   | {'leader':'pg1','canditate':'pg2'}             | 400 | canditate",
                "/switchover   | {'leader':1}                                   | 400 | leader must be text",
                "/switchover   | {'leader':'pg1','scheduled_at':'2030-01-01'}   | 501 | nothing was done",
                "/failover     | {}                                             | 400 | specific candidate",
                "/failover     | {'candidate':'Not A Node'}                     | 412 | does not exist",
                "/restart      | {'role':'primary'}                             | 503 | not satisfied",
                "/restart      | {'restart_pending':true}                       | 503 | no parameter waits",
                "/restart      | {'schedule':'2030-01-01T00:00Z'}               | 501 | nothing was done",
                "/reinitialize | {'from_leader':true}                           | 501 | cannot be chosen",
                "/reinitialize | {'force':'yes'}                                | 400 | true or false",
            })
    void what_cannot_be_is_refused_before_anything_is_asked(String path, String body, int status, String because) {
        assertThat(wish(path, body, ON_PG2)).isInstanceOfSatisfying(Wish.Refuse.class, refuse -> {
            assertThat(refuse.status()).isEqualTo(status);
            assertThat(refuse.because()).contains(because);
        });
    }

    @Test
    void before_there_is_a_cluster_nothing_can_be_asked() {
        assertThat(wish("/switchover", "{'leader':'pg1'}", Stage.empty().seenFrom(Stage.PG1, Stage.primary())))
                .isEqualTo(new Wish.Refuse(503, "cluster main has not been created yet"));
    }

    private static Wish wish(String path, String body, Snapshot snapshot) {
        return Wish.of(path, JsonMapper.shared().readTree(body.replace('\'', '"')), snapshot, ORIGIN, () -> "id");
    }
}
