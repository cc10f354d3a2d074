package io.pgprimacy.agent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.TimingProfile;
import io.pgprimacy.core.event.Basis;
import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Evidence;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.event.SyncStandbys;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineHistory;
import io.pgprimacy.core.postgres.TimelineId;
import io.pgprimacy.core.rule.RuleId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChronicleTest {
    private static final NodeId PG1 = new NodeId("pg1");
    private static final NodeId PG2 = new NodeId("pg2");
    private static final TimelineHistory.Switch BORN =
            new TimelineHistory.Switch(new TimelineId(1), new TimelineId(2), Lsn.parse("0/3000000"));

    private final Chronicle chronicle = new Chronicle();
    private ClusterState state = ClusterState.initial(new ClusterId("main"));
    private long offset;

    @BeforeEach
    void createCluster() {
        read(new Decision.ClusterCreated(basis(1, "created"), ClusterConfig.defaults(TimingProfile.FAST), PG1, false));
        read(new Fact.Promoted(PG1, new Term(1), new TimelineId(1), Optional.empty()));
    }

    @Test
    void a_failover_is_entered_with_the_reason_for_which_it_was_opened() {
        failOver();
        read(new Fact.Promoted(PG2, new Term(2), new TimelineId(2), Optional.of(BORN)));

        assertThat(chronicle.entries())
                .containsExactly(new Chronicle.Entry(
                        new TimelineId(1), Lsn.parse("0/3000000"), "pg1 is gone", Instant.ofEpochSecond(1003), PG2));
    }

    @Test
    void a_fact_that_is_stated_again_is_one_change() {
        failOver();
        read(new Fact.Promoted(PG2, new Term(2), new TimelineId(2), Optional.of(BORN)));
        read(new Fact.Promoted(PG2, new Term(2), new TimelineId(2), Optional.of(BORN)));

        assertThat(chronicle.entries()).hasSize(1);
    }

    @Test
    void the_first_primary_and_one_that_was_granted_nothing_are_no_change() {
        read(new Fact.Promoted(PG2, new Term(2), new TimelineId(2), Optional.of(BORN)));

        assertThat(chronicle.entries()).isEmpty();
    }

    @Test
    void the_word_of_a_coordinator_that_came_second_is_not_the_reason() {
        failOver();
        read(opened(2, "the word of another"));
        read(new Fact.Promoted(PG2, new Term(2), new TimelineId(2), Optional.of(BORN)));

        assertThat(chronicle.entries()).extracting(Chronicle.Entry::reason).containsExactly("pg1 is gone");
    }

    private void failOver() {
        read(opened(2, "pg1 is gone"));
        read(new Decision.PrimaryChosen(
                basis(3, "chosen"), new Term(2), PG2, List.of(), SyncStandbys.NONE, OptionalLong.empty()));
    }

    private Decision opened(long sequence, String because) {
        return new Decision.FailoverOpened(
                basis(sequence, because), new Term(2), PG1, Optional.empty(), true, Optional.empty(), false, false);
    }

    private void read(ClusterEvent event) {
        LogRecord record = new LogRecord(offset, "r" + offset, "test", 1_000_000 + offset * 1000, event);
        offset++;
        state = state.evolve(record);
        chronicle.read(record, state);
    }

    private Basis basis(long sequence, String because) {
        return new Basis(
                sequence,
                "c1",
                RuleId.N0,
                because,
                Optional.empty(),
                new Evidence(
                        offset - 1,
                        0,
                        true,
                        Duration.ZERO,
                        new TreeMap<>(),
                        Duration.ZERO,
                        Evidence.Fleet.ALONE,
                        Optional.empty(),
                        Optional.empty()));
    }
}
