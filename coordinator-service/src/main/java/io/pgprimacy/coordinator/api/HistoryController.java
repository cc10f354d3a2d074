package io.pgprimacy.coordinator.api;

import io.pgprimacy.coordinator.runtime.ClusterRuntime;
import io.pgprimacy.core.explain.Explainer;
import io.pgprimacy.core.explain.Explanation;
import io.pgprimacy.core.explain.ExplanationText;
import io.pgprimacy.core.explain.History;
import io.pgprimacy.core.explain.LogEntry;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/clusters/{cluster}")
@Tag(name = "history", description = "What happened, and why")
class HistoryController {
    private static final String LIST = "events";
    private static final int MOST_EVENTS = 1000;
    private static final long LONGEST_WAIT_MILLIS = 30_000;

    private final Fleet fleet;
    private final Bodies bodies;

    HistoryController(Fleet fleet, Bodies bodies) {
        this.fleet = fleet;
        this.bodies = bodies;
    }

    @GetMapping(path = "/events", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            summary = "The audit trail, oldest first",
            description =
                    "Without `after` the last `limit` events; with it the first `limit` behind that offset. The header `Link` leads to the"
                            + " `next` page, which goes on in the same direction: back in time without `after`. `type` is a"
                            + " kind, a name such as PrimaryChosen, or the type in the envelope. `waitMillis` waits for one to come."
                            + " Of heartbeats only the last few are kept. `actor` is a person, or a writer such as agent/pg1; `since` and"
                            + " `until` are times with their zone; `operation` is whatever /explain takes, and selects what that tells.")
    ResponseEntity<List<EventView>> events(
            @PathVariable String cluster,
            @RequestParam(required = false) @Nullable Long after,
            @RequestParam(defaultValue = "100") int limit,
            @RequestParam(required = false) @Nullable String type,
            @RequestParam(required = false) @Nullable String node,
            @RequestParam(required = false) @Nullable String actor,
            @RequestParam(required = false) @Nullable String since,
            @RequestParam(required = false) @Nullable String until,
            @RequestParam(required = false) @Nullable String operation,
            @RequestParam(defaultValue = "false") boolean heartbeats,
            @RequestParam(defaultValue = "0") long waitMillis,
            @RequestParam(required = false) @Nullable String cursor)
            throws InterruptedException {
        Cursor.limit(limit, MOST_EVENTS);
        if (waitMillis < 0 || waitMillis > LONGEST_WAIT_MILLIS) {
            throw invalid("waitMillis " + waitMillis + " must be between 0 and " + LONGEST_WAIT_MILLIS);
        }
        ClusterRuntime found = fleet.cluster(cluster);
        Place place = Cursor.place(LIST, cursor, Place::parse)
                .orElseGet(() -> after == null ? Place.END : new Place(true, after));
        EventFilter filter = new EventFilter(
                place.forward() ? place.offset() : null,
                type,
                node,
                actor,
                time("since", since),
                time("until", until),
                operation);
        if (waitMillis > 0) {
            found.await(h -> h.entries().reversed().stream().anyMatch(filter.over(h)), Duration.ofMillis(waitMillis));
        }
        History history = found.history();
        Predicate<LogEntry> wanted = filter.over(history);
        List<LogEntry> entries = new ArrayList<>(history.entries());
        if (heartbeats) {
            found.heartbeats().forEach(r -> entries.add(new LogEntry(r, Optional.empty())));
            entries.sort(Comparator.comparingLong(e -> e.record().offset()));
        }
        List<LogEntry> matching =
                entries.stream().filter(wanted).filter(place::reaches).toList();
        List<LogEntry> page = place.page(matching, limit);
        Optional<Cursor> next =
                page.size() < matching.size() ? Optional.of(new Cursor(LIST, place.behind(page))) : Optional.empty();
        return ResponseEntity.ok()
                .headers(Cursor.links(next))
                .body(page.stream().map(e -> EventView.of(e, bodies)).toList());
    }

    /**
     * Where a page of events begins, and to which side of it the page lies; on it the oldest is first in any case.
     *
     * @param forward towards the present
     */
    private record Place(boolean forward, long offset) {
        static final Place END = new Place(false, Long.MAX_VALUE);

        static Place parse(String text) {
            return new Place(text.startsWith(">"), Long.parseLong(text.substring(1)));
        }

        boolean reaches(LogEntry entry) {
            long at = entry.record().offset();
            return forward ? at > offset : at < offset;
        }

        List<LogEntry> page(List<LogEntry> matching, int limit) {
            int size = Math.min(limit, matching.size());
            return forward ? matching.subList(0, size) : matching.subList(matching.size() - size, matching.size());
        }

        String behind(List<LogEntry> page) {
            return forward
                    ? ">" + page.getLast().record().offset()
                    : "<" + page.getFirst().record().offset();
        }
    }

    private static @Nullable Instant time(String name, @Nullable String text) {
        try {
            return text == null ? null : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            throw invalid(name + " '" + text + "' is not a time with its zone, such as 2026-11-24T03:00:00Z");
        }
    }

    private static ApiFailure invalid(String message) {
        return new ApiFailure(ErrorCode.INVALID_REQUEST, message, "GET /v3/api-docs describes what is expected");
    }

    @GetMapping(path = "/at/{offset}", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            summary = "The cluster as it was after that record",
            description = "The log folded up to that offset. Without what only heartbeats tell, for they are not kept")
    PastView at(@PathVariable String cluster, @PathVariable long offset) {
        return PastView.of(fleet.cluster(cluster).history(), offset);
    }

    @GetMapping(path = "/explain/{id}", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            summary = "Why something happened, how, and what came of it",
            description =
                    "`id` is `last` for the last change of primary, a decision's sequence, a request's id, or the id of"
                            + " any event. With `Accept: text/plain` for a terminal.")
    ExplanationView explain(@PathVariable String cluster, @PathVariable String id) {
        return ExplanationView.of(explanation(cluster, id));
    }

    @GetMapping(path = "/explain/{id}", produces = MediaType.TEXT_PLAIN_VALUE)
    @Operation(hidden = true)
    String explainAsText(@PathVariable String cluster, @PathVariable String id) {
        return ExplanationText.of(explanation(cluster, id));
    }

    private Explanation explanation(String cluster, String id) {
        History history = fleet.cluster(cluster).history();
        return Explainer.explain(history, id)
                .orElseThrow(() -> new ApiFailure(
                        ErrorCode.NOTHING_TO_EXPLAIN,
                        id.equals(Explainer.LAST)
                                ? "the primary of cluster " + cluster + " has never changed"
                                : "the log of cluster " + cluster + " holds no decision, request or event " + id,
                        "GET /api/v1/clusters/" + cluster + "/events lists what there is"));
    }
}
