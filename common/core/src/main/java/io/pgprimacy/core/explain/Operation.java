package io.pgprimacy.core.explain;

import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.explain.Explanation.Step;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * How far a person's request has come. Derived from the log, so that every coordinator gives the same answer, also one that was
 * started after the request.
 */
public record Operation(Request request, State state, String message, List<Step> steps) {
    public enum State {
        /** No decision has answered it yet. */
        PENDING,
        RUNNING,
        SUCCEEDED,
        /** Nothing was changed. */
        REFUSED,
        /** Begun, and not brought to its end. */
        FAILED
    }

    public Operation {
        steps = List.copyOf(steps);
    }

    private record Progress(State state, String message) {
        static Progress of(State state, LogEntry entry) {
            return new Progress(state, Sentences.of(entry.record().event()));
        }
    }

    public static Optional<Operation> of(History history, String requestId) {
        return history.request(requestId).map(entry -> {
            Request request = (Request) entry.record().event();
            Progress progress = progress(history, request);
            List<Step> steps = Explainer.explain(history, requestId)
                    .map(Explanation::steps)
                    .orElse(List.of());
            return new Operation(request, progress.state(), progress.message(), steps);
        });
    }

    private static Progress progress(History history, Request request) {
        if (request instanceof Request.OfRepository) {
            return new Progress(
                    State.SUCCEEDED, "it is recorded; what is stored, and what goes, the storage service tells");
        }
        List<LogEntry> answers = history.answers(request.id());
        if (answers.isEmpty()) {
            return new Progress(State.PENDING, "no decision has answered this request yet");
        }
        LogEntry first = answers.getFirst();
        if (first.record().event() instanceof Decision.RequestRefused refused) {
            return new Progress(State.REFUSED, refused.reason());
        }
        return switch (request) {
            case Request.ClusterCreationRequested r when r.data().isPresent() -> founding(history, first, r.first());
            case Request.ClusterCreationRequested r -> change(history, first, Optional.of(r.first()));
            case Request.SwitchoverRequested r ->
                first.record().event() instanceof Decision.SwitchoverStarted started
                        ? change(history, first, Optional.of(started.to()))
                        : Progress.of(State.RUNNING, first);
            case Request.FailoverRequested r -> change(history, first, r.to());
            case Request.RestoreRequested r ->
                first.record().event() instanceof Decision.RestoreOpened opened
                        ? restore(history, first, opened)
                        : Progress.of(State.RUNNING, first);
            case Request.RebuildRequested r -> rebuild(history, first, r.node());
            case Request.MaintenanceRequested r -> Progress.of(State.SUCCEEDED, first);
            case Request.ConfigChangeRequested r -> Progress.of(State.SUCCEEDED, first);
            case Request.MemberRemovalRequested r -> Progress.of(State.SUCCEEDED, first);
            case Request.MemberAdmissionRequested r -> Progress.of(State.SUCCEEDED, first);
            case Request.AutomationResetRequested r -> Progress.of(State.SUCCEEDED, first);
            case Request.BackupRequested r -> work(history, first);
            case Request.BackupCancelRequested r -> Progress.of(State.SUCCEEDED, first);
            case Request.DrillRequested r -> work(history, first);
            case Request.DrillCancelRequested r -> Progress.of(State.SUCCEEDED, first);
            case Request.OfRepository r -> Progress.of(State.SUCCEEDED, first);
        };
    }

    /** It has succeeded once the node that was asked for accepts writes; that the others follow is not waited for. */
    private static Progress change(History history, LogEntry opening, Optional<NodeId> wanted) {
        Story story = Story.all(history).stream()
                .filter(s -> s.decisions().contains(opening))
                .findFirst()
                .orElseThrow();
        LogEntry last = story.decisions().getLast();
        if (last.record().event() instanceof Decision.SwitchoverAborted aborted) {
            return new Progress(State.FAILED, aborted.basis().because());
        }
        if (last.record().event() instanceof Decision.FailoverBlocked blocked) {
            return new Progress(State.RUNNING, "waiting: " + blocked.basis().because());
        }
        if (last.record().event() instanceof Decision.CreationGivenUp given) {
            return new Progress(State.FAILED, given.basis().because());
        }
        Optional<NodeId> chosen = story.chosen();
        if (chosen.isEmpty()) {
            return Progress.of(State.RUNNING, last);
        }
        Term term = story.last();
        Optional<LogEntry> promoted = find(
                history,
                e -> e instanceof Fact.Promoted p
                        && p.term().equals(term)
                        && p.node().equals(chosen.get()));
        if (promoted.isEmpty()) {
            return story.endedBy()
                    .map(e -> Progress.of(State.FAILED, e))
                    .orElseGet(() -> new Progress(State.RUNNING, chosen.get() + " is becoming primary"));
        }
        boolean asWanted = wanted.isEmpty() || wanted.equals(chosen);
        return asWanted
                ? Progress.of(State.SUCCEEDED, promoted.get())
                : new Progress(
                        State.FAILED,
                        wanted.get() + " could not take over; "
                                + Sentences.of(promoted.get().record().event()));
    }

    /** It has succeeded once the restored node accepts writes; the others are filled from it, or from the repository, afterwards. */
    private static Progress restore(History history, LogEntry first, Decision.RestoreOpened opened) {
        Optional<LogEntry> failed =
                find(history, e -> e instanceof Fact.RestoreFailed f && f.term().equals(opened.term()));
        if (failed.isPresent()) {
            return Progress.of(State.FAILED, failed.get());
        }
        return restored(history, first, opened.node(), opened.term());
    }

    private static Progress founding(History history, LogEntry first, NodeId node) {
        Term term = history.stateThrough(first.record().offset()).term();
        return restored(history, first, node, term);
    }

    private static Progress restored(History history, LogEntry first, NodeId node, Term term) {
        Progress change = change(history, first, Optional.of(node));
        return change.state() == State.SUCCEEDED
                ? find(
                                history,
                                e -> e instanceof Fact.DataRestored f
                                        && f.term().equals(term))
                        .map(e -> Progress.of(State.SUCCEEDED, e))
                        .orElse(change)
                : filling(history, first, node).orElse(change);
    }

    private static Progress rebuild(History history, LogEntry order, NodeId node) {
        long sequence = ((Decision) order.record().event()).basis().sequence();
        Optional<LogEntry> rebuilt =
                find(history, e -> e instanceof Fact.Rebuilt f && f.node().equals(node) && f.ordered() >= sequence);
        if (rebuilt.isPresent()) {
            return Progress.of(State.SUCCEEDED, rebuilt.get());
        }
        long since = order.record().offset();
        Optional<LogEntry> trouble = history.entries().reversed().stream()
                .filter(e -> e.record().offset() > since)
                .filter(e -> isTrouble(e.record().event(), node))
                .findFirst();
        if (trouble.isEmpty()) {
            return filling(history, order, node).orElseGet(() -> Progress.of(State.RUNNING, order));
        }
        return trouble.map(e -> e.record().event() instanceof Fact.NodeQuarantined
                        ? Progress.of(State.FAILED, e)
                        : new Progress(
                                State.RUNNING,
                                "trying again: " + Sentences.of(e.record().event())))
                .orElseGet(() -> Progress.of(State.RUNNING, order));
    }

    /** How far that node said last that it is, since then. */
    private static Optional<Progress> filling(History history, LogEntry since, NodeId node) {
        return history.entries().reversed().stream()
                .filter(e -> e.record().offset() > since.record().offset())
                .filter(e -> e.record().event() instanceof Fact.RestoreProgressed f
                        && f.node().equals(node))
                .findFirst()
                .map(e -> Progress.of(State.RUNNING, e));
    }

    private static Progress work(History history, LogEntry order) {
        return WorkStory.end(history, order)
                .map(end ->
                        Progress.of(WorkStory.isCompletion(end.record().event()) ? State.SUCCEEDED : State.FAILED, end))
                .or(() -> WorkStory.progress(history, order).map(e -> Progress.of(State.RUNNING, e)))
                .orElseGet(() -> Progress.of(State.RUNNING, order));
    }

    private static boolean isTrouble(ClusterEvent event, NodeId node) {
        return switch (event) {
            case Fact.RebuildFailed f -> f.node().equals(node);
            case Fact.NodeQuarantined f -> f.node().equals(node);
            default -> false;
        };
    }

    private static Optional<LogEntry> find(History history, Predicate<ClusterEvent> wanted) {
        return history.entries().stream()
                .filter(e -> wanted.test(e.record().event()))
                .findFirst();
    }
}
