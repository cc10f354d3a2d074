package io.pgprimacy.core.explain;

import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Fact;
import java.util.Optional;
import java.util.function.Predicate;

/** What came of the order of a backup, or of a drill. Facts are recognised by the order's sequence, not by their place. */
final class WorkStory {
    private WorkStory() {}

    static boolean isAbout(Fact fact, long ordered) {
        return switch (fact) {
            case Fact.BackupStarted f -> f.ordered() == ordered;
            case Fact.BackupProgressed f -> f.ordered() == ordered;
            case Fact.BackupCompleted f -> f.ordered() == ordered;
            case Fact.DumpCompleted f -> f.ordered() == ordered;
            case Fact.BackupFailed f -> f.ordered() == ordered;
            case Fact.DrillStarted f -> f.ordered() == ordered;
            case Fact.DrillProgressed f -> f.ordered() == ordered;
            case Fact.DrillCompleted f -> f.ordered() == ordered;
            case Fact.DrillFailed f -> f.ordered() == ordered;
            default -> false;
        };
    }

    static boolean isCompletion(ClusterEvent event) {
        return event instanceof Fact.BackupCompleted
                || event instanceof Fact.DumpCompleted
                || event instanceof Fact.DrillCompleted;
    }

    private static boolean isFailure(ClusterEvent event) {
        return event instanceof Fact.BackupFailed || event instanceof Fact.DrillFailed;
    }

    private static boolean isAbout(ClusterEvent event, long ordered) {
        return event instanceof Fact fact && isAbout(fact, ordered);
    }

    /** A backup that was whole before its cancellation was read is there; otherwise the first word counts. */
    static Optional<LogEntry> end(History history, LogEntry order) {
        long ordered = ordered(order);
        return last(history, e -> isCompletion(e) && isAbout(e, ordered))
                .or(() -> last(history, e -> isWithdrawn(e, ordered)))
                .or(() -> last(history, e -> isFailure(e) && isAbout(e, ordered)));
    }

    static Optional<LogEntry> progress(History history, LogEntry order) {
        long ordered = ordered(order);
        return last(history, e -> Subjects.isProgress(e) && isAbout(e, ordered))
                .or(() -> last(history, e -> isAbout(e, ordered)));
    }

    private static boolean isWithdrawn(ClusterEvent event, long ordered) {
        return switch (event) {
            case Decision.BackupCancelled d -> d.ordered() == ordered;
            case Decision.BackupGivenUp d -> d.ordered() == ordered;
            case Decision.DrillCancelled d -> d.ordered() == ordered;
            case Decision.DrillGivenUp d -> d.ordered() == ordered;
            default -> false;
        };
    }

    private static long ordered(LogEntry order) {
        return ((Decision) order.record().event()).basis().sequence();
    }

    private static Optional<LogEntry> last(History history, Predicate<ClusterEvent> wanted) {
        return history.entries().reversed().stream()
                .filter(LogEntry::counts)
                .filter(e -> wanted.test(e.record().event()))
                .findFirst();
    }
}
