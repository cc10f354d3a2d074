package io.pgprimacy.core.explain;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.decide.ClusterDecider;
import io.pgprimacy.core.decide.Verdict;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.rule.RuleId;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Folds a log again, record by record, and asks the rules of today about each decision in it, with the evidence that the decision
 * itself carries. A rule that has been changed since shows up as a difference.
 *
 * <p>A log that has been compacted lacks heartbeats that were superseded, and facts where they were first stated. A decision may have
 * rested on those, so a difference behind such a hole proves nothing.
 */
public final class Recomputer {
    /** More than a decision may lie behind what it had observed: the fold ignores it then. */
    private static final int STATES = 1_024;

    private final NavigableMap<Long, ClusterState> states = new TreeMap<>();
    private final NavigableMap<Long, Long> holes = new TreeMap<>();

    public Recomputer(ClusterId cluster) {
        states.put(-1L, ClusterState.initial(cluster));
    }

    /** What the rules of today say to a decision of then. */
    public sealed interface Finding {
        record Same() implements Finding {}

        /** The fold passed over it, then and now. */
        record Ignored(String why) implements Finding {}

        /**
         * @param today what would be decided, or why nothing would be
         * @param lostUpTo the last offset before what it had observed that this log does not hold any more
         */
        record Different(Verdict today, OptionalLong lostUpTo) implements Finding {
            /** Nothing that the decision can have rested on is missing. */
            public boolean isProven() {
                return lostUpTo.isEmpty();
            }
        }
    }

    /** Empty where the record is no decision. Records come in the order of the log. */
    public Optional<Finding> read(LogRecord record) {
        ClusterState before = state();
        if (record.offset() > before.offset() + 1) {
            holes.put(before.offset() + 1, record.offset() - 1);
            if (holes.size() > STATES) {
                holes.pollFirstEntry();
            }
        }
        states.put(record.offset(), before.evolve(record));
        if (states.size() > STATES) {
            states.pollFirstEntry();
        }
        return record.event() instanceof Decision decision ? Optional.of(finding(record, decision)) : Optional.empty();
    }

    /** The log folded up to the last record. */
    public ClusterState state() {
        return states.lastEntry().getValue();
    }

    private Finding finding(LogRecord record, Decision decision) {
        Optional<String> ignored = History.ignoredBy(state(), record);
        if (ignored.isPresent()) {
            return new Finding.Ignored(ignored.get());
        }
        long through = decision.basis().evidence().observedThrough();
        OptionalLong lost = lostUpTo(through);
        Verdict today = today(decision, states.floorEntry(through).getValue(), lost);
        if (today instanceof Verdict.Append append && append.decision().equals(decision)) {
            return new Finding.Same();
        }
        return new Finding.Different(today, lost);
    }

    /** The rules may rely on what the evidence implies, a heartbeat of each node that was heard for one, and a log with holes may lack that. */
    private static Verdict today(Decision decision, ClusterState then, OptionalLong lost) {
        try {
            return ClusterDecider.decide(
                    then, decision.basis().evidence(), decision.basis().coordinator());
        } catch (NoSuchElementException e) {
            if (lost.isEmpty()) {
                throw e;
            }
            return new Verdict.Stay(RuleId.N0, "this log lacks what the decision rested on");
        }
    }

    private OptionalLong lostUpTo(long through) {
        Map.Entry<Long, Long> hole = holes.floorEntry(through);
        return hole == null ? OptionalLong.empty() : OptionalLong.of(Math.min(hole.getValue(), through));
    }
}
