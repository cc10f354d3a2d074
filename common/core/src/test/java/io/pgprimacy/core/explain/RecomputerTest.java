package io.pgprimacy.core.explain;

import static io.pgprimacy.core.explain.ScriptedCluster.cutOff;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Heartbeat;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.explain.Recomputer.Finding;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RecomputerTest {
    @Test
    void the_whole_log_gives_each_decision_again() {
        assertThat(findings(failedOver().stream())).hasOnlyElementsOfType(Finding.Same.class);
    }

    @Test
    void without_heartbeats_what_rested_on_them_is_unproven_and_nothing_is_called_different() {
        List<LogRecord> whole = failedOver();

        List<Finding> findings = findings(whole.stream().filter(r -> !(r.event() instanceof Heartbeat)));

        assertThat(findings).hasSize((int)
                whole.stream().filter(r -> r.event() instanceof Decision).count());
        assertThat(findings)
                .filteredOn(Finding.Different.class::isInstance)
                .isNotEmpty()
                .noneMatch(f -> ((Finding.Different) f).isProven());
    }

    private static List<LogRecord> failedOver() {
        ScriptedCluster s = ScriptedCluster.ofThree();
        s.pass(500);
        s.dies("a");
        s.sees("b", cutOff("0/5000060", 1));
        s.sees("c", cutOff("0/5000100", 1));
        s.pass(8000);
        return s.records();
    }

    private static List<Finding> findings(Stream<LogRecord> log) {
        Recomputer recomputer = new Recomputer(ScriptedCluster.MAIN);
        return log.map(recomputer::read).flatMap(Optional::stream).toList();
    }
}
