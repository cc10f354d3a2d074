package io.pgprimacy.core.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.event.RecordKey;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Whoever reads a log after compaction must decide as those who have read all of it: else two coordinators, or an agent before
 * and after its restart, would differ about who is primary.
 */
class CompactionLawTest {
    private static final int SEEDS = 200;
    private static final int LENGTH = 120;

    @Test
    void aCompactedLogFoldsToTheSameState() {
        for (long seed = 0; seed < SEEDS; seed++) {
            List<LogRecord> whole = RandomHistory.of(seed, LENGTH);
            assertThat(differences(folded(compacted(whole)), folded(whole)))
                    .as("seed " + seed)
                    .isEmpty();
        }
    }

    /** Compaction stops anywhere: the tail is never compacted, and a reader may be in the middle of it. */
    @Test
    void aLogThatIsCompactedUpToAnyPointFoldsToTheSameState() {
        for (long seed = 0; seed < SEEDS; seed++) {
            List<LogRecord> whole = RandomHistory.of(seed, LENGTH);
            ClusterState expected = folded(whole);
            for (int cut = 0; cut <= whole.size(); cut += 17) {
                List<LogRecord> mixed = new ArrayList<>(compacted(whole.subList(0, cut)));
                mixed.addAll(whole.subList(cut, whole.size()));
                assertThat(differences(folded(mixed), expected))
                        .as("seed " + seed + ", compacted up to " + cut)
                        .isEmpty();
            }
        }
    }

    /** The audit trail: what was decided is never thrown away, whether it counted or not. */
    @Test
    void everyDecisionSurvives() {
        for (long seed = 0; seed < SEEDS; seed++) {
            List<LogRecord> whole = RandomHistory.of(seed, LENGTH);
            assertThat(decisions(compacted(whole))).as("seed " + seed).isEqualTo(decisions(whole));
        }
    }

    private static List<LogRecord> decisions(List<LogRecord> records) {
        return records.stream().filter(r -> r.event() instanceof Decision).toList();
    }

    /** The last record of each key, at its own offset, as Kafka does it. */
    private static List<LogRecord> compacted(List<LogRecord> records) {
        Map<String, LogRecord> last = new LinkedHashMap<>();
        records.forEach(r -> last.put(RecordKey.of(r.id(), r.event()), r));
        return last.values().stream()
                .sorted(Comparator.comparingLong(LogRecord::offset))
                .toList();
    }

    private static ClusterState folded(List<LogRecord> records) {
        ClusterState state = ClusterState.initial(RandomHistory.CLUSTER);
        for (LogRecord record : records) {
            state = state.evolve(record);
        }
        return state;
    }

    /** What differs, and nothing else: a state is too long to read twice. */
    private static List<String> differences(ClusterState actual, ClusterState expected) {
        List<String> found = new ArrayList<>();
        for (RecordComponent part : ClusterState.class.getRecordComponents()) {
            // For people; which record was ignored last may have been compacted away.
            if (part.getName().equals("ignored")) {
                continue;
            }
            Object is = read(part, actual);
            Object shouldBe = read(part, expected);
            if (!is.equals(shouldBe)) {
                found.add(part.getName() + " is " + is + "\n instead of " + shouldBe);
            }
        }
        return found;
    }

    private static Object read(RecordComponent part, ClusterState state) {
        try {
            return part.getAccessor().invoke(state);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
