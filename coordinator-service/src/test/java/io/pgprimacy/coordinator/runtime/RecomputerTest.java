package io.pgprimacy.coordinator.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.explain.Recomputer;
import io.pgprimacy.core.explain.Recomputer.Finding;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Over a log that a real coordinator has written, with a failover in it. */
class RecomputerTest {
    private static List<LogRecord> log = List.of();

    @BeforeAll
    static void aFailover() {
        FakeFleet fleet = new FakeFleet().withMain();
        fleet.failOverToC();
        log = fleet.logs.records(FakeFleet.MAIN);
    }

    @Test
    void every_decision_of_this_version_is_the_same_again() {
        List<Finding> findings = findings(log);

        assertThat(findings).hasSizeGreaterThan(4).allMatch(Finding.Same.class::isInstance);
    }

    @Test
    void a_decision_that_the_rules_would_not_take_is_found_with_what_they_say() {
        List<LogRecord> other = log.stream()
                .map(r -> r.event() instanceof Decision.PrimaryChosen d ? with(r, grantedTo(d)) : r)
                .toList();

        assertThat(findings(other))
                .filteredOn(Finding.Different.class::isInstance)
                .first()
                .isInstanceOfSatisfying(Finding.Different.class, d -> {
                    assertThat(d.isProven()).isTrue();
                    assertThat(d.today().because()).contains("c");
                });
    }

    /** As when a fact is stated again later: only that one is left. */
    @Test
    void what_compaction_has_taken_proves_nothing() {
        List<LogRecord> compacted = log.stream()
                .filter(r -> !(r.event() instanceof Fact.StandbyPledged))
                .toList();

        assertThat(findings(compacted))
                .filteredOn(Finding.Different.class::isInstance)
                .isNotEmpty()
                .noneMatch(f -> ((Finding.Different) f).isProven());
    }

    @Test
    void a_request_that_was_never_made_makes_its_answer_another() {
        List<LogRecord> other = log.stream()
                .map(r -> r.event() instanceof Request.ClusterCreationRequested c
                        ? with(
                                r,
                                new Request.ClusterCreationRequested(
                                        "another", c.origin(), c.config(), c.first(), c.adopt()))
                        : r)
                .toList();

        assertThat(findings(other).getFirst()).isInstanceOf(Finding.Different.class);
    }

    private static Decision grantedTo(Decision.PrimaryChosen d) {
        return new Decision.PrimaryChosen(
                d.basis(),
                d.term(),
                d.candidates().stream()
                        .map(c -> c.node())
                        .filter(n -> !n.equals(d.node()))
                        .findFirst()
                        .orElseThrow(),
                d.candidates(),
                d.sync(),
                d.possibleLossBytes());
    }

    private static LogRecord with(LogRecord record, ClusterEvent event) {
        return new LogRecord(record.offset(), record.id(), record.writer(), record.writtenAtMillis(), event);
    }

    private static List<Finding> findings(List<LogRecord> records) {
        Recomputer recomputer = new Recomputer(FakeFleet.MAIN);
        return records.stream().map(recomputer::read).flatMap(Optional::stream).toList();
    }
}
