package io.pgprimacy.coordinator.api;

import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.explain.Operation;
import io.pgprimacy.core.explain.Operations;
import io.pgprimacy.core.id.ClusterId;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What people have asked for is the log's: there is no other list of it, and every coordinator shows the same. */
@RestController
@RequestMapping(path = "/api/v1/clusters/{cluster}/operations", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "operations", description = "What people have asked for, and how far it has come")
class OperationsController {
    private static final String LIST = "operations";
    private static final int MOST = 200;

    /** A filter that hardly anything passes must not go through the whole log for one page: the page is short then, and its link goes on. */
    private static final int LOOKED_AT_MOST = 1000;

    private final Fleet fleet;

    OperationsController(Fleet fleet) {
        this.fleet = fleet;
    }

    @GetMapping
    @io.swagger.v3.oas.annotations.Operation(
            summary = "What people have asked for, newest first",
            description =
                    "`state` is PENDING, RUNNING, SUCCEEDED, REFUSED or FAILED, or several with commas; `kind` what was asked for, such as"
                            + " switchover or backup; `node` one that it is about. The header `Link` leads to the `next` page; a"
                            + " page may be short although there is one. Steps are shown of one operation only.")
    ResponseEntity<List<OperationView>> operations(
            @PathVariable String cluster,
            @RequestParam(required = false) @Nullable String state,
            @RequestParam(required = false) @Nullable String kind,
            @RequestParam(required = false) @Nullable String node,
            @RequestParam(defaultValue = "50") int limit,
            @RequestParam(required = false) @Nullable String cursor) {
        Predicate<Operation> wanted = inState(state).and(ofKind(kind)).and(about(node));
        Cursor.limit(limit, MOST);
        long before = Cursor.place(LIST, cursor, Long::valueOf).orElse(Long.MAX_VALUE);
        ClusterId id = fleet.id(cluster);
        Iterator<Operation> from =
                new Operations(fleet.cluster(cluster).history()).before(before).iterator();
        List<OperationView> page = new ArrayList<>();
        long last = before;
        for (int looked = 0; from.hasNext() && page.size() < limit && looked < LOOKED_AT_MOST; looked++) {
            Operation operation = from.next();
            last = operation.asked().record().offset();
            if (wanted.test(operation)) {
                page.add(OperationView.of(id, operation));
            }
        }
        Optional<Cursor> next = from.hasNext() ? Optional.of(new Cursor(LIST, Long.toString(last))) : Optional.empty();
        return ResponseEntity.ok().headers(Cursor.links(next)).body(page);
    }

    @GetMapping("/{id}")
    @io.swagger.v3.oas.annotations.Operation(
            summary = "How far a request has come",
            description = "`id` is the request's, as the answer to it and its `Location` have it")
    OperationView operation(@PathVariable String cluster, @PathVariable String id) {
        return OperationView.of(fleet.id(cluster), fleet.operation(cluster, id));
    }

    private static Predicate<Operation> inState(@Nullable String states) {
        if (states == null) {
            return o -> true;
        }
        List<Operation.State> wanted = Stream.of(states.split(","))
                .map(name -> Arrays.stream(Operation.State.values())
                        .filter(s -> s.name().equalsIgnoreCase(name.strip()))
                        .findFirst()
                        .orElseThrow(() -> invalid(
                                "there is no state " + name,
                                List.of(Operation.State.values()).toString())))
                .toList();
        return o -> wanted.contains(o.state());
    }

    private static Predicate<Operation> ofKind(@Nullable String kind) {
        if (kind == null) {
            return o -> true;
        }
        TreeMap<String, Class<?>> kinds = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        requests(Request.class).forEach(type -> kinds.put(OperationView.kindOf(type), type));
        Class<?> wanted = Optional.<Class<?>>ofNullable(kinds.get(kind))
                .or(() -> kinds.values().stream()
                        .filter(t -> t.getSimpleName().equalsIgnoreCase(kind))
                        .findFirst())
                .orElseThrow(() -> invalid("nobody can ask for a " + kind, String.join(", ", kinds.keySet())));
        return o -> wanted.isInstance(o.request());
    }

    private static Stream<Class<? extends Request>> requests(Class<? extends Request> type) {
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses()).flatMap(t -> requests(t.asSubclass(Request.class)))
                : Stream.of(type);
    }

    private static Predicate<Operation> about(@Nullable String node) {
        return o -> node == null || o.nodes().stream().anyMatch(n -> n.value().equals(node));
    }

    private static ApiFailure invalid(String message, String known) {
        return new ApiFailure(ErrorCode.INVALID_REQUEST, message, "there are " + known);
    }
}
