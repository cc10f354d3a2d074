package io.pgprimacy.coordinator.api;

import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.explain.Explainer;
import io.pgprimacy.core.explain.Explanation;
import io.pgprimacy.core.explain.History;
import io.pgprimacy.core.explain.LogEntry;
import io.pgprimacy.core.explain.Sentences;
import io.pgprimacy.core.explain.Subjects;
import io.pgprimacy.log.EventTypes;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which events are asked for; what is null asks for nothing.
 *
 * @param type a kind, a name, or the type in the envelope
 * @param actor the person of a request and of the decisions that answer it, or who wrote the record
 * @param since by the writer's clock, inclusive
 * @param until by the writer's clock, exclusive
 * @param operation what {@code explain} would tell of that request, decision or event
 */
record EventFilter(
        @Nullable Long after,
        @Nullable String type,
        @Nullable String node,
        @Nullable String actor,
        @Nullable Instant since,
        @Nullable Instant until,
        @Nullable String operation) {

    /** What actor and operation mean depends on what else has happened. */
    Predicate<LogEntry> over(History history) {
        Set<String> requests = actor == null ? Set.of() : requestsOf(history, actor);
        Set<Long> told = operation == null ? Set.of() : offsetsOf(history, operation);
        return e -> isBehind(e)
                && (type == null || isOfType(e, type))
                && (node == null || isAbout(e, node))
                && (actor == null || isBy(e, actor, requests))
                && (operation == null || told.contains(e.record().offset()));
    }

    private boolean isBehind(LogEntry e) {
        Instant time = Instant.ofEpochMilli(e.record().writtenAtMillis());
        return (after == null || e.record().offset() > after)
                && (since == null || !time.isBefore(since))
                && (until == null || time.isBefore(until));
    }

    private static boolean isAbout(LogEntry entry, String node) {
        return Subjects.nodesOf(entry.record().event()).stream()
                .anyMatch(n -> n.value().equals(node));
    }

    private static boolean isOfType(LogEntry entry, String type) {
        ClusterEvent event = entry.record().event();
        return Subjects.kindOf(event).equalsIgnoreCase(type)
                || Sentences.nameOf(event).equalsIgnoreCase(type)
                || EventTypes.nameOf(event.getClass()).equals(type);
    }

    private static boolean isBy(LogEntry entry, String actor, Set<String> requests) {
        return entry.record().writer().equals(actor)
                || switch (entry.record().event()) {
                    case Request r -> r.origin().actor().equals(actor);
                    case Decision d ->
                        d.basis().answers().map(requests::contains).orElse(false);
                    default -> false;
                };
    }

    private static Set<String> requestsOf(History history, String actor) {
        Set<String> ids = new TreeSet<>();
        for (LogEntry entry : history.entries()) {
            if (entry.record().event() instanceof Request r
                    && r.origin().actor().equals(actor)) {
                ids.add(r.id());
            }
        }
        return ids;
    }

    private static Set<Long> offsetsOf(History history, String operation) {
        Set<Long> offsets = new TreeSet<>();
        Explainer.explain(history, operation)
                .map(Explanation::steps)
                .ifPresent(steps -> steps.forEach(step -> step.offset().ifPresent(offsets::add)));
        return offsets;
    }
}
