package io.pgprimacy.core.explain;

import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Fact;
import java.util.Optional;
import java.util.function.Predicate;

/** What came of the order of a backup. Facts are recognised by the order's sequence, not by their place. */
final class BackupStory {
    private BackupStory() {}

    static boolean isAbout(Fact fact, long ordered) {
        return switch (fact) {
            case Fact.BackupStarted f -> f.ordered() == ordered;
            case Fact.BackupProgressed f -> f.ordered() == ordered;
            case Fact.BackupCompleted f -> f.ordered() == ordered;
            case Fact.BackupFailed f -> f.ordered() == ordered;
            default -> false;
        };
    }

    /** A backup that was whole before its cancellation was read is there; otherwise the first word counts. */
    static Optional<LogEntry> end(History history, LogEntry order) {
        long ordered = ordered(order);
        return last(history, e -> e instanceof Fact.BackupCompleted f && f.ordered() == ordered)
                .or(() -> last(history, e -> isWithdrawn(e, ordered)))
                .or(() -> last(history, e -> e instanceof Fact.BackupFailed f && f.ordered() == ordered));
    }

    static Optional<LogEntry> progress(History history, LogEntry order) {
        long ordered = ordered(order);
        return last(history, e -> e instanceof Fact.BackupProgressed f && f.ordered() == ordered)
                .or(() -> last(history, e -> e instanceof Fact.BackupStarted f && f.ordered() == ordered));
    }

    private static boolean isWithdrawn(ClusterEvent event, long ordered) {
        return switch (event) {
            case Decision.BackupCancelled d -> d.ordered() == ordered;
            case Decision.BackupGivenUp d -> d.ordered() == ordered;
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
