package io.pgprimacy.core.explain;

import io.pgprimacy.core.event.Candidate;
import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.explain.Explanation.Outcome;
import io.pgprimacy.core.explain.Explanation.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds what an operator points at, and explains it. Empty where the log holds no such thing. */
public final class Explainer {
    /** The last change of primary, or the one that is under way. */
    public static final String LAST = "last";

    private static final Pattern SEQUENCE = Pattern.compile("[0-9]{1,18}");

    private Explainer() {}

    /** {@code which}: {@link #LAST}, a decision's sequence, a request's id, or the id of any record. */
    public static Optional<Explanation> explain(History history, String which) {
        if (which.equals(LAST)) {
            return last(history);
        }
        if (SEQUENCE.matcher(which).matches()) {
            return history.decision(Long.parseLong(which)).map(e -> decision(history, e));
        }
        return history.request(which)
                .map(r -> request(history, r))
                .or(() -> history.record(which).map(e -> record(history, e)));
    }

    private static Optional<Explanation> last(History history) {
        List<Story> stories = Story.all(history);
        for (Story story : stories.reversed()) {
            if (!(story.decisions().getLast().record().event() instanceof Decision.SwitchoverAborted)) {
                return Optional.of(Telling.of(story, story.decisions().getLast()));
            }
        }
        return Optional.empty();
    }

    private static Explanation record(History history, LogEntry entry) {
        return switch (entry.record().event()) {
            case Decision d -> decision(history, entry);
            case Request.OfRepository r -> alone(history, entry);
            case Request r -> request(history, entry);
            case Fact f ->
                Story.all(history).stream()
                        .filter(s -> s.contains(entry))
                        .findFirst()
                        .map(s -> Telling.of(s, s.decisions().getLast()))
                        .orElseGet(() -> alone(history, entry));
            default -> alone(history, entry);
        };
    }

    private static Explanation request(History history, LogEntry request) {
        List<LogEntry> answers = history.answers(((Request) request.record().event()).id());
        if (answers.isEmpty()) {
            return new Explanation(
                    history.cluster(),
                    Sentences.of(request.record().event()),
                    Optional.empty(),
                    Optional.of(request),
                    List.of(),
                    Telling.steps(List.of(request)),
                    Optional.empty(),
                    Outcome.of(State.UNDER_WAY, "no decision has answered this request yet"));
        }
        LogEntry answer = answers.getLast();
        return storyOf(history, answer)
                .map(s -> Telling.of(s, s.choice().orElse(answer)))
                .orElseGet(() -> decision(history, answer));
    }

    private static Explanation decision(History history, LogEntry entry) {
        return storyOf(history, entry).map(s -> Telling.of(s, entry)).orElseGet(() -> single(history, entry));
    }

    private static Optional<Story> storyOf(History history, LogEntry decision) {
        return Story.all(history).stream()
                .filter(s -> s.decisions().contains(decision))
                .filter(s -> isAboutThePrimary(decision) || s.opening().equals(decision))
                .findFirst();
    }

    /** Between the opening of a change and its end other decisions may fall that have nothing to do with it. */
    private static boolean isAboutThePrimary(LogEntry entry) {
        return switch (entry.record().event()) {
            case Decision.ClusterCreated d -> true;
            case Decision.CreationGivenUp d -> true;
            case Decision.FailoverOpened d -> true;
            case Decision.RestoreOpened d -> true;
            case Decision.FailoverBlocked d -> true;
            case Decision.PrimaryChosen d -> true;
            case Decision.SwitchoverStarted d -> true;
            case Decision.PrimaryStopOrdered d -> true;
            case Decision.SwitchoverAborted d -> true;
            default -> false;
        };
    }

    /** A decision that moves no primary: the request before it, and what its node said afterwards. */
    private static Explanation single(History history, LogEntry entry) {
        Decision decision = (Decision) entry.record().event();
        Optional<LogEntry> request = decision.basis().answers().flatMap(history::request);
        List<LogEntry> followed = entry.counts() ? followed(history, entry, decision) : List.of();
        List<LogEntry> all = new ArrayList<>();
        request.ifPresent(all::add);
        all.add(entry);
        all.addAll(followed);
        String done = followed.isEmpty()
                ? "in force since it was read"
                : Sentences.of(followed.getLast().record().event());
        return new Explanation(
                history.cluster(),
                Sentences.of(decision),
                Optional.of(entry),
                request,
                candidatesOf(decision),
                Telling.steps(all),
                Optional.empty(),
                entry.ignored()
                        .map(why -> Outcome.of(State.IGNORED, "it changed nothing: " + why))
                        .orElseGet(() -> Outcome.of(State.DONE, done)));
    }

    /** Up to the point where the node streams: what it does later has other causes. */
    private static List<LogEntry> followed(History history, LogEntry entry, Decision decision) {
        List<LogEntry> followed = new ArrayList<>();
        for (LogEntry e : history.entries()) {
            boolean later = e.record().offset() > entry.record().offset();
            if (later && e.counts() && endsRetention(decision, e.record().event())) {
                followed.add(e);
                break;
            }
            if (later && e.record().event() instanceof Fact f && followsFrom(decision, f)) {
                followed.add(e);
                if (f instanceof Fact.StandbyFollowing) {
                    break;
                }
            }
        }
        return followed;
    }

    /** It has no node that could say so. */
    static boolean endsRetention(Decision order, ClusterEvent event) {
        return switch (event) {
            case Decision.RetentionApplied d -> d.ordered() == order.basis().sequence();
            case Decision.RetentionFailed d -> d.ordered() == order.basis().sequence();
            default -> false;
        };
    }

    static boolean followsFrom(Decision decision, Fact fact) {
        return switch (decision) {
            case Decision.RebuildOrdered d -> fact.node().equals(d.node()) && isAboutFilling(fact);
            case Decision.RestartOrdered d ->
                fact instanceof Fact.PostgresRestarted f
                        && f.node().equals(d.node())
                        && f.ordered() == d.basis().sequence();
            case Decision.ReloadOrdered d ->
                fact instanceof Fact.PostgresReloaded f
                        && f.node().equals(d.node())
                        && f.ordered() == d.basis().sequence();
            case Decision.OldDataRemovalOrdered d ->
                fact instanceof Fact.OldDataRemoved f
                        && f.ordered() == d.basis().sequence();
            case Decision.MemberAdmitted d -> fact.node().equals(d.node()) && isAboutFilling(fact);
            case Decision.BackupOrdered d ->
                fact.node().equals(d.node())
                        && WorkStory.isAbout(fact, d.basis().sequence());
            case Decision.DrillOrdered d ->
                fact.node().equals(d.node())
                        && WorkStory.isAbout(fact, d.basis().sequence());
            case Decision.SyncStandbysChanged d ->
                fact instanceof Fact.SyncStandbysApplied a
                        && a.sequence() == d.basis().sequence();
            default -> false;
        };
    }

    private static boolean isAboutFilling(Fact fact) {
        return switch (fact) {
            case Fact.RestoreProgressed f -> true;
            case Fact.Rebuilt f -> true;
            case Fact.RebuildFailed f -> true;
            case Fact.Rewound f -> true;
            case Fact.RewindFailed f -> true;
            case Fact.DiscardedWalSaved f -> true;
            case Fact.StandbyFollowing f -> true;
            case Fact.NodeQuarantined f -> true;
            default -> false;
        };
    }

    static List<Candidate> candidatesOf(Decision decision) {
        return switch (decision) {
            case Decision.PrimaryChosen d -> d.candidates();
            case Decision.FailoverBlocked d -> d.candidates();
            default -> List.of();
        };
    }

    private static Explanation alone(History history, LogEntry entry) {
        return new Explanation(
                history.cluster(),
                Sentences.of(entry.record().event()),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Telling.steps(List.of(entry)),
                Optional.empty(),
                Outcome.of(State.DONE, "a statement of " + entry.record().writer() + "; no decision was needed"));
    }
}
