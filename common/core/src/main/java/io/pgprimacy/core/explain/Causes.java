package io.pgprimacy.core.explain;

import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which record brought about which, told while a log is read: a decision follows from the request that it answers, or from the decision whose work it
 * goes on with; a fact from the decision that it carries out. Every reader of a log finds the same, and holds no more than the newest of it.
 */
public final class Causes {
    private static final int KEPT = 256;

    private final Map<String, Step> requests = bounded();
    /** Newest first. */
    private final Deque<Step> decisions = new ArrayDeque<>();

    private final Map<String, Boolean> statements = bounded();
    /** The newest decision of the change of primary that is under way, if one is. */
    private final List<Step> change = new ArrayList<>(1);

    /**
     * @param readAtMillis by the reader's clock
     * @param operation id of the request that it serves; where nobody asked, "decision" and the sequence of the first one
     * @param root the record that the operation began with
     * @param cause empty for the root
     */
    public record Step(LogRecord record, long readAtMillis, String operation, LogRecord root, Optional<Cause> cause) {
        static Step first(LogRecord record, long readAtMillis, String operation) {
            return new Step(record, readAtMillis, operation, record, Optional.empty());
        }

        Step next(LogRecord then, long thenMillis) {
            return new Step(then, thenMillis, operation, root, Optional.of(new Cause(record, readAtMillis)));
        }

        Decision decision() {
            return (Decision) record.event();
        }
    }

    public record Cause(LogRecord record, long readAtMillis) {}

    /**
     * @param record one that counted; in the order of the log
     * @return empty for what follows from nothing: heartbeats, what is stated of a node without having been ordered, and what was stated before
     */
    public Optional<Step> read(LogRecord record, long nowMillis) {
        return switch (record.event()) {
            case Request r when requests.containsKey(r.id()) -> Optional.empty();
            case Request r -> {
                Step step = Step.first(record, nowMillis, r.id());
                requests.put(r.id(), step);
                yield Optional.of(step);
            }
            case Decision d -> Optional.of(decided(record, d, nowMillis));
            case Fact f -> stated(record, f, nowMillis);
            default -> Optional.empty();
        };
    }

    /** The order of that sequence, if it is not too long ago. */
    public Optional<Step> order(long sequence) {
        return newest(d -> d.basis().sequence() == sequence);
    }

    /** For which that node's data is replaced now, if it is: by order, or because the primary has changed. */
    public Optional<Step> filling(NodeId node) {
        return newest(d -> switch (d) {
            case Decision.RebuildOrdered order -> order.node().equals(node);
            case Decision.MemberAdmitted admitted -> admitted.node().equals(node);
            default -> Story.termOf(d).isPresent();
        });
    }

    private Optional<Step> newest(Predicate<Decision> wanted) {
        return decisions.stream().filter(s -> wanted.test(s.decision())).findFirst();
    }

    private Step decided(LogRecord record, Decision decision, long nowMillis) {
        Optional<Step> before = goesOnWith(decision);
        Optional<Step> asked = decision.basis().answers().map(requests::get);
        boolean sameWork = asked.isEmpty() || before.map(Step::operation).equals(asked.map(Step::operation));
        Step step = (sameWork ? before : asked)
                .map(cause -> cause.next(record, nowMillis))
                .orElseGet(() -> Step.first(
                        record, nowMillis, "decision " + decision.basis().sequence()));
        decisions.addFirst(step);
        if (decisions.size() > KEPT) {
            decisions.removeLast();
        }
        if (Story.opens(decision) || isWithinChange(decision)) {
            change.clear();
            if (!Story.closes(decision)) {
                change.add(step);
            }
        }
        return step;
    }

    private Optional<Step> goesOnWith(Decision decision) {
        return switch (decision) {
            case Decision.RetentionApplied d -> order(d.ordered());
            case Decision.RetentionFailed d -> order(d.ordered());
            case Decision.BackupCancelled d -> order(d.ordered());
            case Decision.BackupGivenUp d -> order(d.ordered());
            case Decision.DrillCancelled d -> order(d.ordered());
            case Decision.DrillGivenUp d -> order(d.ordered());
            default ->
                Story.opens(decision) || isWithinChange(decision)
                        ? change.stream().findFirst()
                        : Optional.empty();
        };
    }

    private static boolean isWithinChange(Decision decision) {
        return Story.closes(decision)
                || decision instanceof Decision.FailoverBlocked
                || decision instanceof Decision.PrimaryStopOrdered;
    }

    private Optional<Step> stated(LogRecord record, Fact fact, long nowMillis) {
        if (Subjects.isProgress(fact)) {
            return Optional.empty();
        }
        return decisions.stream()
                .filter(s -> follows(s.decision(), fact))
                .findFirst()
                .filter(s -> isNew(s, fact))
                .map(s -> s.next(record, nowMillis));
    }

    private boolean isNew(Step cause, Fact fact) {
        String key = cause.record().offset() + " " + fact.getClass().getSimpleName() + " " + fact.node() + " "
                + fact.about();
        return statements.putIfAbsent(key, true) == null;
    }

    private static boolean follows(Decision decision, Fact fact) {
        Optional<Term> term = Story.termOf(decision);
        return Explainer.followsFrom(decision, fact)
                || (term.isPresent() && Story.termOf(fact).equals(term))
                || (fact instanceof Fact.PrimaryStopped f && endsTermOf(decision, f))
                || (decision instanceof Decision.ClusterCreated created
                        && created.first().equals(fact.node())
                        && (fact instanceof Fact.ClusterInitialized || fact instanceof Fact.Promoted));
    }

    private static boolean endsTermOf(Decision decision, Fact.PrimaryStopped fact) {
        return switch (decision) {
            case Decision.PrimaryStopOrdered d ->
                d.from().equals(fact.node()) && d.term().isAfter(fact.term());
            case Decision.FailoverOpened d ->
                d.oldPrimary().equals(fact.node()) && d.term().isAfter(fact.term());
            case Decision.RestoreOpened d ->
                d.oldPrimary().equals(fact.node()) && d.term().isAfter(fact.term());
            default -> false;
        };
    }

    private static <V> Map<String, V> bounded() {
        return new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                return size() > KEPT;
            }
        };
    }
}
