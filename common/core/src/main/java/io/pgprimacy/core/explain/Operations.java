package io.pgprimacy.core.explain;

import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.explain.Explanation.Step;
import io.pgprimacy.core.explain.Operation.State;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.id.Term;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * All that people have asked for, and how far each of it has come. Derived from the log, so that every coordinator gives the same answer, also
 * one that was started after the request. For one reader and one moment: what many operations need is found out once.
 */
public final class Operations {
    private final History history;
    private final Map<String, LogEntry> asked = new TreeMap<>();
    private final Map<String, List<LogEntry>> answered = new TreeMap<>();
    private final List<Story> stories;

    public Operations(History history) {
        this.history = history;
        this.stories = Story.all(history);
        for (LogEntry entry : history.entries()) {
            // A copy of a request that lands later asks for nothing.
            if (entry.record().event() instanceof Request r) {
                asked.putIfAbsent(r.id(), entry);
            }
            if (entry.counts() && entry.record().event() instanceof Decision d) {
                d.basis()
                        .answers()
                        .ifPresent(id -> answered.computeIfAbsent(id, i -> new ArrayList<>())
                                .add(entry));
            }
        }
    }

    /** With its steps. */
    public Optional<Operation> of(String requestId) {
        List<Step> steps =
                Explainer.explain(history, requestId).map(Explanation::steps).orElse(List.of());
        return Optional.ofNullable(asked.get(requestId)).map(entry -> operation(entry, steps));
    }

    /** Those asked for before that offset, newest first and without their steps; each is looked into when it is taken. */
    public Stream<Operation> before(long offset) {
        return history.entries().reversed().stream()
                .filter(e -> e.record().offset() < offset)
                .filter(e -> e.record().event() instanceof Request r && e.equals(asked.get(r.id())))
                .map(e -> operation(e, List.of()));
    }

    private Operation operation(LogEntry entry, List<Step> steps) {
        Request request = (Request) entry.record().event();
        List<LogEntry> answers = answers(request);
        Progress progress = progress(request, entry);
        TreeSet<NodeId> nodes = new TreeSet<>(Subjects.nodesOf(request));
        answers.forEach(a -> nodes.addAll(Subjects.nodesOf(a.record().event())));
        return new Operation(
                entry,
                request,
                List.copyOf(nodes),
                progress.state(),
                progress.state().isFinal() ? "ended" : OperationPhase.of(progress.at()),
                progress.message(),
                progress.state().isFinal() ? Optional.empty() : amount(progress.at()),
                answers.stream().mapToLong(a -> a.record().writtenAtMillis()).findFirst(),
                progress.state().isFinal()
                        ? OptionalLong.of(progress.at().record().writtenAtMillis())
                        : OptionalLong.empty(),
                steps);
    }

    private List<LogEntry> answers(Request request) {
        return answered.getOrDefault(request.id(), List.of());
    }

    /** How much of it is done, where the node says so. */
    private Optional<Operation.Amount> amount(LogEntry at) {
        return switch (at.record().event()) {
            case Fact.RestoreProgressed f ->
                Optional.of(new Operation.Amount(f.bytes(), OptionalLong.of(f.of()), f.took(), f.left()));
            case Fact.BackupProgressed f ->
                Optional.of(new Operation.Amount(f.bytes(), OptionalLong.empty(), f.took(), Optional.empty()));
            case Fact.DrillProgressed f ->
                Optional.of(new Operation.Amount(
                        f.bytes(),
                        find(e -> e instanceof Fact.DrillStarted s && s.ordered() == f.ordered())
                                .map(e -> OptionalLong.of(
                                        ((Fact.DrillStarted) e.record().event()).bytes()))
                                .orElse(OptionalLong.empty()),
                        f.took(),
                        Optional.empty()));
            default -> Optional.empty();
        };
    }

    /** @param at the record that says so */
    private record Progress(State state, String message, LogEntry at) {
        static Progress of(State state, LogEntry entry) {
            return new Progress(state, Sentences.of(entry.record().event()), entry);
        }
    }

    private Progress progress(Request request, LogEntry asking) {
        if (request instanceof Request.OfRepository) {
            return new Progress(
                    State.SUCCEEDED,
                    "it is recorded; what is stored, and what goes, the storage service tells",
                    asking);
        }
        List<LogEntry> answers = answers(request);
        if (answers.isEmpty()) {
            return new Progress(State.PENDING, "no decision has answered this request yet", asking);
        }
        LogEntry first = answers.getFirst();
        if (first.record().event() instanceof Decision.RequestRefused refused) {
            return new Progress(State.REFUSED, refused.reason(), first);
        }
        return switch (request) {
            case Request.ClusterCreationRequested r when r.data().isPresent() -> founding(first, r.first());
            case Request.ClusterCreationRequested r -> change(first, Optional.of(r.first()));
            case Request.SwitchoverRequested r ->
                first.record().event() instanceof Decision.SwitchoverStarted started
                        ? change(first, Optional.of(started.to()))
                        : Progress.of(State.RUNNING, first);
            case Request.FailoverRequested r -> change(first, r.to());
            case Request.RestoreRequested r ->
                first.record().event() instanceof Decision.RestoreOpened opened
                        ? restore(first, opened)
                        : Progress.of(State.RUNNING, first);
            case Request.RebuildRequested r -> rebuild(first, r.node());
            case Request.RestartRequested r -> restart(first, r.node());
            case Request.ReloadRequested r -> reload(first, r.node());
            case Request.RestoreConfirmRequested r ->
                first.record().event() instanceof Decision.OldDataRemovalOrdered ordered
                        ? removal(first, ordered)
                        : Progress.of(State.RUNNING, first);
            case Request.MaintenanceRequested r -> Progress.of(State.SUCCEEDED, first);
            case Request.ConfigChangeRequested r -> Progress.of(State.SUCCEEDED, first);
            case Request.MemberRemovalRequested r -> Progress.of(State.SUCCEEDED, first);
            case Request.MemberAdmissionRequested r -> Progress.of(State.SUCCEEDED, first);
            case Request.AutomationResetRequested r -> Progress.of(State.SUCCEEDED, first);
            case Request.BackupRequested r -> work(first);
            case Request.BackupCancelRequested r -> Progress.of(State.SUCCEEDED, first);
            case Request.DrillRequested r -> work(first);
            case Request.DrillCancelRequested r -> Progress.of(State.SUCCEEDED, first);
            case Request.RetentionRequested r -> retention(first);
            case Request.OfRepository r -> Progress.of(State.SUCCEEDED, first);
        };
    }

    /** It has succeeded once the node that was asked for accepts writes; that the others follow is not waited for. */
    private Progress change(LogEntry opening, Optional<NodeId> wanted) {
        return stories.stream()
                .filter(s -> s.decisions().contains(opening))
                .findFirst()
                .map(story -> change(story, wanted))
                .orElseGet(() -> Progress.of(State.RUNNING, opening));
    }

    private Progress change(Story story, Optional<NodeId> wanted) {
        LogEntry last = story.decisions().getLast();
        if (last.record().event() instanceof Decision.SwitchoverAborted aborted) {
            return new Progress(State.FAILED, aborted.basis().because(), last);
        }
        if (last.record().event() instanceof Decision.FailoverBlocked blocked) {
            return new Progress(State.RUNNING, "waiting: " + blocked.basis().because(), last);
        }
        if (last.record().event() instanceof Decision.CreationGivenUp given) {
            return new Progress(State.FAILED, given.basis().because(), last);
        }
        Optional<NodeId> chosen = story.chosen();
        if (chosen.isEmpty()) {
            return Progress.of(State.RUNNING, last);
        }
        Term term = story.last();
        Optional<LogEntry> promoted = find(e -> e instanceof Fact.Promoted p
                && p.term().equals(term)
                && p.node().equals(chosen.get()));
        if (promoted.isEmpty()) {
            return story.endedBy()
                    .map(e -> Progress.of(State.FAILED, e))
                    .orElseGet(() -> new Progress(State.RUNNING, chosen.get() + " is becoming primary", last));
        }
        boolean asWanted = wanted.isEmpty() || wanted.equals(chosen);
        return asWanted
                ? Progress.of(State.SUCCEEDED, promoted.get())
                : new Progress(
                        State.FAILED,
                        wanted.get() + " could not take over; "
                                + Sentences.of(promoted.get().record().event()),
                        promoted.get());
    }

    /** It has succeeded once the restored node accepts writes; the others are filled from it, or from the repository, afterwards. */
    private Progress restore(LogEntry first, Decision.RestoreOpened opened) {
        Optional<LogEntry> failed =
                find(e -> e instanceof Fact.RestoreFailed f && f.term().equals(opened.term()));
        if (failed.isPresent()) {
            return Progress.of(State.FAILED, failed.get());
        }
        return restored(first, opened.node(), opened.term());
    }

    private Progress founding(LogEntry first, NodeId node) {
        Term term = history.stateThrough(first.record().offset()).term();
        return restored(first, node, term);
    }

    private Progress restored(LogEntry first, NodeId node, Term term) {
        Progress change = change(first, Optional.of(node));
        return change.state() == State.SUCCEEDED
                ? find(e -> e instanceof Fact.DataRestored f && f.term().equals(term))
                        .map(e -> Progress.of(State.SUCCEEDED, e))
                        .orElse(change)
                : filling(first, node).orElse(change);
    }

    private Progress rebuild(LogEntry order, NodeId node) {
        long sequence = ((Decision) order.record().event()).basis().sequence();
        Optional<LogEntry> rebuilt =
                find(e -> e instanceof Fact.Rebuilt f && f.node().equals(node) && f.ordered() >= sequence);
        if (rebuilt.isPresent()) {
            return Progress.of(State.SUCCEEDED, rebuilt.get());
        }
        long since = order.record().offset();
        Optional<LogEntry> trouble = history.entries().reversed().stream()
                .filter(e -> e.record().offset() > since)
                .filter(e -> isTrouble(e.record().event(), node))
                .findFirst();
        if (trouble.isEmpty()) {
            return filling(order, node).orElseGet(() -> Progress.of(State.RUNNING, order));
        }
        return trouble.map(e -> e.record().event() instanceof Fact.NodeQuarantined
                        ? Progress.of(State.FAILED, e)
                        : new Progress(
                                State.RUNNING,
                                "trying again: " + Sentences.of(e.record().event()),
                                e))
                .orElseGet(() -> Progress.of(State.RUNNING, order));
    }

    /** A restart for a later order is what an earlier one asked for, too; whoever is made primary is not restarted any more. */
    private Progress restart(LogEntry order, NodeId node) {
        long sequence = ((Decision) order.record().event()).basis().sequence();
        return history.entries().stream()
                .filter(e -> e.record().offset() > order.record().offset())
                .filter(e -> e.record().event() instanceof Fact.PostgresRestarted f
                        ? f.node().equals(node) && f.ordered() >= sequence
                        : e.counts() && isGrant(e.record().event(), node))
                .findFirst()
                .map(e -> e.record().event() instanceof Fact
                        ? Progress.of(State.SUCCEEDED, e)
                        : new Progress(State.FAILED, node + " was made primary before it was restarted", e))
                .orElseGet(() -> Progress.of(State.RUNNING, order));
    }

    /** What it reads for a later order is what an earlier one asked for, too; whoever is removed reads nothing any more. */
    private Progress reload(LogEntry order, NodeId node) {
        long sequence = ((Decision) order.record().event()).basis().sequence();
        return history.entries().stream()
                .filter(e -> e.record().offset() > order.record().offset())
                .filter(e -> switch (e.record().event()) {
                    case Fact.PostgresReloaded f -> f.node().equals(node) && f.ordered() >= sequence;
                    case Decision.MemberRemoved d -> e.counts() && d.node().equals(node);
                    default -> false;
                })
                .findFirst()
                .map(e -> e.record().event() instanceof Fact.PostgresReloaded f
                        ? Progress.of(f.trouble().isEmpty() ? State.SUCCEEDED : State.FAILED, e)
                        : new Progress(State.FAILED, node + " was removed before its configuration was read again", e))
                .orElseGet(() -> Progress.of(State.RUNNING, order));
    }

    private static boolean isGrant(ClusterEvent event, NodeId node) {
        return event instanceof Decision.PrimaryChosen chosen && chosen.node().equals(node);
    }

    /** How far that node said last that it is, since then. */
    private Optional<Progress> filling(LogEntry since, NodeId node) {
        return history.entries().reversed().stream()
                .filter(e -> e.record().offset() > since.record().offset())
                .filter(e -> e.record().event() instanceof Fact.RestoreProgressed f
                        && f.node().equals(node))
                .findFirst()
                .map(e -> Progress.of(State.RUNNING, e));
    }

    /** It has succeeded once nothing of what was named is there any more. */
    private Progress removal(LogEntry order, Decision.OldDataRemovalOrdered ordered) {
        SortedMap<String, LogEntry> last = new TreeMap<>();
        for (LogEntry e : history.entries()) {
            if (e.record().offset() > order.record().offset()
                    && isAbout(ordered, e.record().event())) {
                last.put(((Fact) e.record().event()).node() + ((Fact) e.record().event()).about(), e);
            }
        }
        Optional<LogEntry> stuck = last.values().stream()
                .filter(e -> e.record().event() instanceof Fact.OldDataKept)
                .findFirst();
        Optional<LogEntry> gone = last.values().stream()
                .filter(e -> e.record().event() instanceof Fact.OldDataRemoved)
                .max(Comparator.comparingLong(e -> e.record().offset()));
        if (stuck.isPresent()) {
            return new Progress(
                    State.RUNNING,
                    "trying again: " + Sentences.of(stuck.get().record().event()),
                    stuck.get());
        }
        return last.size() < ordered.data().size()
                ? Progress.of(State.RUNNING, gone.orElse(order))
                : new Progress(State.SUCCEEDED, Sentences.of(ordered), gone.orElse(order));
    }

    private static boolean isAbout(Decision.OldDataRemovalOrdered ordered, ClusterEvent event) {
        return switch (event) {
            case Fact.OldDataRemoved f -> names(ordered, f.node(), f.location());
            case Fact.OldDataKept f -> f.trouble().isPresent() && names(ordered, f.node(), f.location());
            default -> false;
        };
    }

    private static boolean names(Decision.OldDataRemovalOrdered ordered, NodeId node, String location) {
        return ordered.data().stream()
                .anyMatch(kept -> kept.node().equals(node) && kept.location().equals(location));
    }

    private Progress retention(LogEntry order) {
        Decision ordered = (Decision) order.record().event();
        return history.entries().stream()
                .filter(e -> e.counts()
                        && Explainer.endsRetention(ordered, e.record().event()))
                .findFirst()
                .map(e -> Progress.of(
                        e.record().event() instanceof Decision.RetentionApplied ? State.SUCCEEDED : State.FAILED, e))
                .orElseGet(() -> Progress.of(State.RUNNING, order));
    }

    private Progress work(LogEntry order) {
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

    private Optional<LogEntry> find(Predicate<ClusterEvent> wanted) {
        return history.entries().stream()
                .filter(e -> wanted.test(e.record().event()))
                .findFirst();
    }
}
