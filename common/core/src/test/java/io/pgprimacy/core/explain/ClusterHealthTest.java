package io.pgprimacy.core.explain;

import static io.pgprimacy.core.explain.ScriptedCluster.cutOff;
import static io.pgprimacy.core.explain.ScriptedCluster.node;
import static io.pgprimacy.core.explain.ScriptedCluster.standby;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.decide.Outlook;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClusterHealthTest {

    @Test
    void one_confirmed_primary_with_every_member_streaming_is_healthy() {
        ScriptedCluster s = ScriptedCluster.ofThree();
        assertThat(health(s).problems()).isEmpty();
        assertThat(health(s).isHealthy()).isTrue();
    }

    @Test
    void a_standby_that_does_not_stream_is_named() {
        ScriptedCluster s = ScriptedCluster.ofThree();
        s.sees("b", cutOff("0/5000000", 1));
        assertThat(health(s).problems()).containsExactly("standby b does not stream from a");
    }

    @Test
    void a_standby_on_another_timeline_is_named() {
        ScriptedCluster s = ScriptedCluster.ofThree();
        s.sees("b", standby("0/5000000", 3, "a"));
        assertThat(health(s).problems()).containsExactly("standby b is on timeline 3, the primary on 1");
    }

    @Test
    void a_silent_member_is_named_with_its_age() {
        ScriptedCluster s = ScriptedCluster.ofThree();
        s.dies("c");
        s.pass(2000);
        assertThat(health(s).problems()).singleElement().asString().matches("member c was last heard \\d+ ms ago");
    }

    @Test
    void wal_on_one_disk_alone_is_a_note_until_it_is_stored() {
        ScriptedCluster s = ScriptedCluster.ofThree();
        s.fact(saved(1, Optional.empty(), Optional.of("the store is away")));
        s.fact(saved(2, Optional.of("there"), Optional.empty()));
        assertThat(health(s).isHealthy()).isTrue();
        assertThat(health(s).notes())
                .containsExactly(
                        "256 bytes of WAL of timeline 1 that did not become history lie on the disk of b alone,"
                                + " and are not in the repository yet: the store is away");

        s.fact(saved(1, Optional.of("here"), Optional.empty()));
        assertThat(health(s).notes()).isEmpty();
    }

    private static Fact saved(long term, Optional<String> stored, Optional<String> waiting) {
        return new Fact.DiscardedWalSaved(
                new NodeId("b"),
                new Term(term),
                new TimelineId(1),
                new Lsn(0x100),
                new Lsn(0x200),
                1,
                "file:/there",
                stored,
                waiting);
    }

    @Test
    void a_pause_is_a_note_and_holds_failovers_back() {
        ScriptedCluster s = ScriptedCluster.ofThree();
        s.request(new Request.MaintenanceRequested("req-9", new Request.Origin("ada", "night shift"), true));
        s.pass(60);
        assertThat(health(s).isHealthy()).isTrue();
        assertThat(health(s).notes()).containsExactly("automation is paused");
        Outlook outlook = Outlook.of(s.state(), s.evidence());
        assertThat(outlook.heldBackBy()).containsExactly("automation is paused; resume it, or fail over by hand");
        assertThat(outlook.wouldBeChosen()).isEqualTo(Optional.of(node("b")));
    }

    @Test
    void the_outlook_has_a_verdict_for_every_member() {
        ScriptedCluster s = ScriptedCluster.ofThree();
        s.sees("c", standby("0/5000200", 1, "a"));
        Outlook outlook = Outlook.of(s.state(), s.evidence());
        assertThat(outlook.heldBackBy()).isEmpty();
        assertThat(outlook.candidates())
                .extracting(c -> c.node() + " " + Sentences.ofVerdict(c.verdict()))
                .containsExactly(
                        "c is the most advanced eligible member",
                        "b lacks 512 bytes of WAL that c has",
                        "a is the primary");
    }

    private static ClusterHealth health(ScriptedCluster s) {
        return ClusterHealth.of(s.state(), s.evidence());
    }
}
