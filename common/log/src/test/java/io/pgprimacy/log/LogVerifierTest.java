package io.pgprimacy.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.id.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LogVerifierTest {
    private static final List<String> SOUND = ExportScript.ordinary().lines();

    @Test
    void an_export_that_nobody_has_touched_is_sound() {
        LogVerifier.Report report = verify(SOUND);

        assertThat(report.findings()).isEmpty();
        assertThat(report.cluster()).isEqualTo("main");
        assertThat(report.records()).isEqualTo(5);
        assertThat(report.lastOffset()).isEqualTo(4);
        assertThat(report.requests()).isEqualTo(2);
        assertThat(report.sequence()).isEqualTo(2);
        assertThat(report.head()).isEqualTo(ExportScript.ordinary().head());
    }

    @Test
    void a_line_is_a_cloud_event_that_is_read_back_as_it_was() {
        ExportLine line = ExportLine.parse(SOUND.get(1));

        assertThat(line.type()).isEqualTo("io.pgprimacy.request.cluster-creation-requested.v1");
        assertThat(line.key()).isEqualTo("request/r1");
        assertThat(line.write()).isEqualTo(SOUND.get(1));
    }

    @Test
    void who_changes_a_reason_breaks_the_chain_there() {
        List<String> changed = new ArrayList<>(SOUND);
        changed.set(1, changed.get(1).replace("a new cluster", "an old cluster"));

        assertThat(verify(changed).findings()).singleElement().satisfies(f -> {
            assertThat(f.line()).isEqualTo(2);
            assertThat(f.sentence()).startsWith("the chain is broken at offset 1");
        });
        LogVerifier verifier = new LogVerifier();
        changed.forEach(verifier::read);
        assertThat(verifier.holds(ExportScript.ordinary().head())).isFalse();
    }

    @Test
    void who_leaves_a_decision_out_leaves_a_hole() {
        List<String> cut = new ArrayList<>(SOUND);
        cut.remove(2);

        assertThat(sentences(cut))
                .anyMatch(s -> s.contains("the chain is broken at offset 3"))
                .anyMatch(s -> s.contains("is decision 2, but decision 1 is missing"));
    }

    @Test
    void who_makes_a_new_chain_over_what_was_changed_cannot_have_the_old_head() {
        LogVerifier verifier = new LogVerifier();
        ExportScript other = new ExportScript();
        other.write("agent/pg1", ExportScript.joined("pg1"));
        other.lines().forEach(verifier::read);

        assertThat(verifier.report().isSound()).isTrue();
        assertThat(verifier.holds(ExportScript.ordinary().head())).isFalse();
    }

    @Test
    void a_head_that_was_kept_is_a_link_of_what_came_later() {
        ExportScript script = ExportScript.ordinary();
        String kept = script.head();
        script.write("coordinator/c1", new Decision.MaintenanceChanged(script.basis(Optional.empty()), false));
        LogVerifier verifier = new LogVerifier();
        script.lines().forEach(verifier::read);

        assertThat(verifier.holds(kept)).isTrue();
        assertThat(verifier.report().head()).isNotEqualTo(kept);
    }

    @Test
    void what_ends_early_says_so() {
        assertThat(sentences(SOUND.subList(0, 4))).containsExactly("the export has no end: the rest of it is missing");
        assertThat(sentences(List.of())).containsExactly("the export has no end: the rest of it is missing");
    }

    @Test
    void a_trailer_of_another_export_does_not_fit() {
        List<String> mixed = new ArrayList<>(SOUND.subList(0, 4));
        mixed.add(SOUND.getLast());

        assertThat(sentences(mixed))
                .anyMatch(s -> s.startsWith("the export ends with 4 records of main up to offset 3 "));
    }

    @Test
    void an_agent_states_facts_of_its_own_node_alone_and_decides_nothing() {
        ExportScript script = ExportScript.ordinary();
        script.write("agent/pg2", ExportScript.joined("pg1"));
        script.write("agent/pg1", new Decision.MemberRemoved(script.basis(Optional.empty()), new NodeId("pg2")));

        assertThat(sentences(script.lines()))
                .containsExactly(
                        "offset 5, a io.pgprimacy.fact.node-joined.v1, was written by agent/pg2",
                        "offset 6, a io.pgprimacy.decision.member-removed.v1, was written by agent/pg1");
    }

    @Test
    void a_decision_answers_a_request_that_is_there() {
        ExportScript script = ExportScript.ordinary();
        script.write("coordinator/c1", new Decision.MaintenanceChanged(script.basis(Optional.of("r9")), false));

        assertThat(sentences(script.lines())).containsExactly("offset 5 answers request r9, which is not there");
    }

    @Test
    void lines_in_another_order_and_lines_that_are_none_are_found() {
        List<String> swapped = new ArrayList<>(SOUND);
        swapped.set(0, SOUND.get(1));
        swapped.set(1, SOUND.get(0));
        List<String> garbage = new ArrayList<>(SOUND);
        garbage.set(0, "not json");

        assertThat(sentences(swapped)).contains("offset 0 comes after 1");
        assertThat(sentences(garbage)).anyMatch(s -> s.startsWith("it is no JSON"));
    }

    @Test
    void a_record_under_the_key_of_another_is_found() {
        List<String> changed = new ArrayList<>(SOUND);
        changed.set(0, changed.get(0).replace("fact/pg1/NodeJoined/self", "fact/pg1/NodeJoined/other"));

        assertThat(sentences(changed)).singleElement().asString().contains("instead of fact/pg1/NodeJoined/self");
    }

    private static List<String> sentences(List<String> lines) {
        return verify(lines).findings().stream()
                .map(LogVerifier.Finding::sentence)
                .toList();
    }

    private static LogVerifier.Report verify(List<String> lines) {
        LogVerifier verifier = new LogVerifier();
        lines.forEach(verifier::read);
        return verifier.report();
    }
}
