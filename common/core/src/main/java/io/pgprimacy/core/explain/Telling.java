package io.pgprimacy.core.explain;

import io.pgprimacy.core.event.Candidate;
import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Evidence;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.event.RecordKey;
import io.pgprimacy.core.explain.Explanation.Loss;
import io.pgprimacy.core.explain.Explanation.Outcome;
import io.pgprimacy.core.explain.Explanation.Saved;
import io.pgprimacy.core.explain.Explanation.State;
import io.pgprimacy.core.explain.Explanation.Step;
import io.pgprimacy.core.id.NodeId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Turns one change of primary into its explanation. */
final class Telling {
    private Telling() {}

    /** {@code decision}: the one of the story that was asked about. */
    static Explanation of(Story story, LogEntry decision) {
        List<LogEntry> entries = story.entries();
        Optional<Step> suspicion = suspicion(story);
        List<Step> steps = new ArrayList<>();
        suspicion.ifPresent(steps::add);
        entries.forEach(e -> steps.add(step(e)));
        return new Explanation(
                story.history().cluster(),
                Sentences.of(decision.record().event()),
                Optional.of(decision),
                story.request(),
                candidates(story, decision),
                timed(steps),
                Optional.of(loss(story, entries)),
                outcome(story, entries, timed(steps)));
    }

    static List<Step> steps(List<LogEntry> entries) {
        return timed(entries.stream().map(Telling::step).toList());
    }

    private static Step step(LogEntry entry) {
        LogRecord record = entry.record();
        return new Step(
                OptionalLong.of(record.offset()),
                record.writtenAtMillis(),
                0,
                Sentences.nameOf(record.event()),
                Sentences.of(record.event()),
                entry.ignored());
    }

    private static List<Step> timed(List<Step> steps) {
        if (steps.isEmpty()) {
            return steps;
        }
        long first = steps.getFirst().wallMillis();
        return steps.stream()
                .map(s -> new Step(
                        s.offset(), s.wallMillis(), s.wallMillis() - first, s.name(), s.sentence(), s.ignored()))
                .toList();
    }

    /** A silent primary says nothing; the evidence of the opening tells when it was heard last. */
    private static Optional<Step> suspicion(Story story) {
        if (!(story.opening().record().event() instanceof Decision.FailoverOpened opened)) {
            return Optional.empty();
        }
        boolean observed =
                switch (opened.basis().rule()) {
                    case F2, F3 -> true;
                    default -> false;
                };
        Evidence.Heard heard = opened.basis().evidence().heard().get(opened.oldPrimary());
        if (!observed || heard == null) {
            return Optional.empty();
        }
        return Optional.of(new Step(
                OptionalLong.empty(),
                opened.basis().evidence().decidedAtMillis() - heard.ago().toMillis(),
                0,
                "LastHeard",
                "primary " + opened.oldPrimary() + " was heard for the last time by coordinator "
                        + opened.basis().coordinator(),
                Optional.empty()));
    }

    private static List<Candidate> candidates(Story story, LogEntry decision) {
        List<Candidate> own =
                Explainer.candidatesOf((Decision) decision.record().event());
        if (!own.isEmpty()) {
            return own;
        }
        return story.decisions().reversed().stream()
                .map(e -> Explainer.candidatesOf((Decision) e.record().event()))
                .filter(c -> !c.isEmpty())
                .findFirst()
                .orElse(List.of());
    }

    private static Loss loss(Story story, List<LogEntry> entries) {
        OptionalLong possible = story.choice()
                .map(e -> e.record().event() instanceof Decision.PrimaryChosen d
                        ? d.possibleLossBytes()
                        : OptionalLong.empty())
                .orElse(OptionalLong.empty());
        // What came into the repository later was stated once more; what was said last counts.
        SequencedMap<String, Saved> saved = new LinkedHashMap<>();
        for (LogEntry entry : entries) {
            if (entry.record().event() instanceof Fact.DiscardedWalSaved f) {
                saved.put(
                        RecordKey.of(f),
                        new Saved(
                                f.node(),
                                f.timeline(),
                                f.from(),
                                f.to(),
                                f.bytes(),
                                f.transactions(),
                                f.location(),
                                f.stored(),
                                f.waiting()));
            }
        }
        return new Loss(possible, List.copyOf(saved.values()));
    }

    private static Outcome outcome(Story story, List<LogEntry> entries, List<Step> steps) {
        if (story.choice().isEmpty()) {
            return unfinished(story);
        }
        NodeId chosen = story.chosen().orElseThrow();
        Optional<LogRecord> promoted = first(
                entries,
                e -> e instanceof Fact.Promoted p
                        && p.node().equals(chosen)
                        && p.term().equals(story.last()));
        Optional<LogEntry> ended = story.endedBy();
        if (promoted.isEmpty()) {
            return ended.map(e -> Outcome.of(
                            State.REPLACED,
                            chosen + " never accepted writes; "
                                    + Sentences.of(e.record().event())))
                    .orElseGet(() -> Outcome.of(State.UNDER_WAY, chosen + " is becoming primary"));
        }
        OptionalLong interrupted = interrupted(entries, steps, promoted.get());
        SortedSet<NodeId> missing = new TreeSet<>(story.mustFollow());
        long last = promoted.get().writtenAtMillis();
        for (LogEntry entry : entries) {
            if (entry.record().event() instanceof Fact.StandbyFollowing f
                    && f.term().equals(story.last())
                    && missing.remove(f.node())) {
                last = Math.max(last, entry.record().writtenAtMillis());
            }
        }
        String serves = chosen + " accepts writes under term " + story.last();
        if (missing.isEmpty()) {
            return new Outcome(
                    State.HEALTHY,
                    serves + " and every standby followed",
                    interrupted,
                    OptionalLong.of(last - steps.getFirst().wallMillis()));
        }
        String waits = ended.map(
                        e -> " never followed; " + Sentences.of(e.record().event()))
                .orElse(missing.size() == 1 ? " does not follow yet" : " do not follow yet");
        return new Outcome(State.DEGRADED, serves + "; " + names(missing) + waits, interrupted, OptionalLong.empty());
    }

    private static Outcome unfinished(Story story) {
        Decision last = (Decision) story.decisions().getLast().record().event();
        return switch (last) {
            case Decision.SwitchoverAborted d ->
                Outcome.of(
                        State.GIVEN_UP,
                        "given up while " + d.from() + " still served: "
                                + d.basis().because());
            case Decision.CreationGivenUp d ->
                Outcome.of(
                        State.GIVEN_UP,
                        "given up before anything began: " + d.basis().because());
            case Decision.FailoverBlocked d ->
                Outcome.of(State.UNDER_WAY, "waiting: " + d.basis().because());
            default -> Outcome.of(State.UNDER_WAY, Sentences.of(last));
        };
    }

    /** From the old primary's last sign of life, its stop, or the order to stop, whichever the log has first. */
    private static OptionalLong interrupted(List<LogEntry> entries, List<Step> steps, LogRecord promoted) {
        if (steps.getFirst().offset().isEmpty()) {
            return OptionalLong.of(promoted.writtenAtMillis() - steps.getFirst().wallMillis());
        }
        return first(
                        entries,
                        e -> e instanceof Fact.PrimaryStopped
                                || e instanceof Decision.PrimaryStopOrdered
                                || e instanceof Decision.FailoverOpened
                                || e instanceof Decision.RestoreOpened)
                .map(from -> OptionalLong.of(promoted.writtenAtMillis() - from.writtenAtMillis()))
                .orElse(OptionalLong.empty());
    }

    private static Optional<LogRecord> first(List<LogEntry> entries, Predicate<ClusterEvent> wanted) {
        return entries.stream()
                .filter(LogEntry::counts)
                .map(LogEntry::record)
                .filter(r -> wanted.test(r.event()))
                .findFirst();
    }

    private static String names(SortedSet<NodeId> nodes) {
        return nodes.stream().map(NodeId::value).collect(Collectors.joining(", "));
    }
}
