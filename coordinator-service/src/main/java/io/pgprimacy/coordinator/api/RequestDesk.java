package io.pgprimacy.coordinator.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pgprimacy.backup.format.BackupId;
import io.pgprimacy.backup.recovery.RecoveryTarget;
import io.pgprimacy.coordinator.runtime.ClusterRuntime;
import io.pgprimacy.core.config.BackupType;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.event.RestoreGoal;
import io.pgprimacy.core.explain.History;
import io.pgprimacy.core.explain.Operation;
import io.pgprimacy.core.explain.Operations;
import io.pgprimacy.core.explain.Sentences;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.log.WeakTopicException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;

/** Takes a wish, checks what can be checked, and makes an event of it. Accepted means: read back from the log. */
final class RequestDesk {
    /** An append that has not landed by then never will; see {@code KafkaSettings.APPEND_BOUND}. */
    private static final Duration READ_BACK_BOUND = Duration.ofSeconds(3);

    /** A new cluster's topic has to be found first. */
    private static final Duration FIRST_READ_BOUND = Duration.ofSeconds(8);

    /** PostgreSQL's own limit. */
    private static final int LONGEST_NAME = 63;

    private static final Duration LOOK_EVERY = Duration.ofMillis(20);

    private final Fleet fleet;
    private final TopicMaker topics;

    RequestDesk(Fleet fleet, TopicMaker topics) {
        this.fleet = fleet;
        this.topics = topics;
    }

    /** @param actor may be left out: it is whose token came with the call, and nobody speaks for another */
    Request.Origin origin(@Nullable String actor, @Nullable String reason) {
        String operator = Admission.operatorOfCall();
        if (actor != null && !actor.strip().equals(operator)) {
            throw new ApiFailure(
                    ErrorCode.NOT_YOUR_NAME,
                    "the token is " + operator + "'s, and the actor is somebody else",
                    "leave actor out: it is " + operator);
        }
        if (reason == null || reason.isBlank()) {
            throw new ApiFailure(
                    ErrorCode.MISSING_REASON, "reason is missing", "say why; it is kept in the audit trail");
        }
        return new Request.Origin(operator, reason.strip());
    }

    NodeId node(String field, @Nullable String name) {
        if (name == null || name.isBlank()) {
            throw new ApiFailure(ErrorCode.INVALID_REQUEST, field + " is missing", "name a node");
        }
        try {
            return new NodeId(name);
        } catch (IllegalArgumentException e) {
            throw new ApiFailure(ErrorCode.INVALID_REQUEST, String.valueOf(e.getMessage()), "name a node", e);
        }
    }

    BackupType backupType(@Nullable String type) {
        for (BackupType known : BackupType.values()) {
            if (type == null || known.label().equals(type)) {
                return known;
            }
        }
        throw new ApiFailure(
                ErrorCode.INVALID_REQUEST,
                "there is no backup of type " + type,
                "the types are full, differential, incremental and logical");
    }

    /** Empty where none was named: all. Whether there are such databases the worker finds out before it stores anything. */
    Optional<List<String>> databases(BackupType type, @Nullable List<String> names) {
        if (names == null || names.isEmpty()) {
            return Optional.empty();
        }
        if (type.isPhysical()) {
            throw new ApiFailure(
                    ErrorCode.INVALID_REQUEST,
                    "a " + type.label() + " backup is of all databases",
                    "leave databases out, or ask for type logical");
        }
        for (String name : names) {
            if (name == null || name.isEmpty() || name.getBytes(UTF_8).length > LONGEST_NAME) {
                throw new ApiFailure(
                        ErrorCode.INVALID_REQUEST,
                        "a database's name has 1 to " + LONGEST_NAME + " bytes",
                        "psql --list shows what there is");
            }
        }
        return Optional.of(names.stream().distinct().sorted().toList());
    }

    /** Empty where none was named; that there is such a backup the worker finds out before it writes anything. */
    Optional<String> backup(@Nullable String id) {
        try {
            return Optional.ofNullable(id).map(given -> new BackupId(given).value());
        } catch (IllegalArgumentException e) {
            throw new ApiFailure(
                    ErrorCode.INVALID_REQUEST,
                    String.valueOf(e.getMessage()),
                    "pgprimacy backups shows what there is",
                    e);
        }
    }

    RestoreGoal goal(@Nullable String to, boolean exclusive, @Nullable String backup) {
        if (to == null || to.isBlank()) {
            throw new ApiFailure(
                    ErrorCode.INVALID_REQUEST,
                    "to is missing",
                    "name the target: latest, a time with its zone like 2026-11-23T15:50:03Z, an LSN, xid:N or name:NAME");
        }
        try {
            RecoveryTarget.parse(to);
            return new RestoreGoal(to, exclusive, Optional.ofNullable(backup));
        } catch (IllegalArgumentException e) {
            throw new ApiFailure(
                    ErrorCode.INVALID_REQUEST, String.valueOf(e.getMessage()), "pgprimacy wal status shows the window");
        }
    }

    ClusterConfig config(@Nullable ConfigView wanted, ClusterConfig base) {
        try {
            return wanted == null ? base : wanted.over(base);
        } catch (IllegalArgumentException e) {
            throw new ApiFailure(
                    ErrorCode.INVALID_REQUEST,
                    "the configuration is refused: " + e.getMessage(),
                    "nothing was changed; docs/reference tells what each setting means",
                    e);
        }
    }

    void makeTopic(ClusterId cluster) {
        try {
            topics.make(cluster);
        } catch (WeakTopicException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new ApiFailure(
                    ErrorCode.LOG_UNAVAILABLE,
                    "the topic for cluster " + cluster + " could not be made: " + e.getMessage(),
                    "is Kafka reachable from the coordinator, with as many brokers as pgprimacy.topic.replication-factor"
                            + " asks for? Asking again is safe",
                    e);
        }
    }

    ResponseEntity<Answer> submit(ClusterId cluster, Request request, boolean dryRun) {
        return dryRun
                ? ResponseEntity.ok(Foresight.of(fleet.snapshot(cluster.value()), request))
                : submit(cluster, request);
    }

    ResponseEntity<Answer> submit(ClusterId cluster, Request request) {
        if (isRepeated(cluster, request)) {
            return accepted(cluster, request);
        }
        fleet.runtime().append(cluster, request);
        if (!isReadBack(cluster, request.id())) {
            throw new ApiFailure(
                    ErrorCode.LOG_UNAVAILABLE,
                    "request " + request.id() + " was not read back from the log in time; it may still take effect",
                    "look before you ask again: GET " + OperationView.address(cluster, request.id()));
        }
        return accepted(cluster, request);
    }

    /** What was asked for before under the same key. */
    Optional<Request> earlier(ClusterId cluster, String id) {
        return fleet.runtime().cluster(cluster).flatMap(c -> find(c.history(), id));
    }

    /** Asked for before, under the same key: what came of that is the answer. */
    boolean isRepeated(ClusterId cluster, Request request) {
        Optional<Request> earlier = earlier(cluster, request.id());
        if (earlier.isPresent() && !isSame(earlier.get(), request)) {
            throw new ApiFailure(
                    ErrorCode.KEY_REUSED,
                    RequestId.HEADER + " was used before for something else: " + Sentences.of(earlier.get()),
                    "take a new key for each thing that you ask for; nothing was done");
        }
        return earlier.isPresent();
    }

    /** A wish for another configuration holds what was left out of it too, as it was then. */
    private static boolean isSame(Request earlier, Request now) {
        if (earlier instanceof Request.ConfigChangeRequested && now instanceof Request.ConfigChangeRequested) {
            return earlier.origin().equals(now.origin());
        }
        return earlier.equals(now);
    }

    /** How far it has come already: a small thing may be over by now. */
    private ResponseEntity<Answer> accepted(ClusterId cluster, Request request) {
        History history = fleet.runtime().cluster(cluster).orElseThrow().history();
        return ResponseEntity.accepted()
                .location(URI.create(OperationView.address(cluster, request.id())))
                .body(OperationView.of(cluster, operation(history, request.id())));
    }

    private boolean isReadBack(ClusterId cluster, String id) {
        try {
            Optional<ClusterRuntime> found = found(cluster);
            return found.isPresent() && found.get().await(h -> find(h, id).isPresent(), READ_BACK_BOUND);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Why the request was refused; empty where it was granted, or nobody has decided in time. */
    Optional<String> refusal(ClusterId cluster, String id) {
        ClusterRuntime at = fleet.runtime().cluster(cluster).orElseThrow();
        try {
            at.await(h -> operation(h, id).state() != Operation.State.PENDING, READ_BACK_BOUND);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Optional.of(operation(at.history(), id))
                .filter(o -> o.state() == Operation.State.REFUSED)
                .map(Operation::message);
    }

    private static Operation operation(History history, String id) {
        return new Operations(history).of(id).orElseThrow();
    }

    private Optional<ClusterRuntime> found(ClusterId cluster) throws InterruptedException {
        long deadline = System.nanoTime() + FIRST_READ_BOUND.toNanos();
        while (fleet.runtime().cluster(cluster).isEmpty() && System.nanoTime() - deadline < 0) {
            Thread.sleep(LOOK_EVERY);
        }
        return fleet.runtime().cluster(cluster);
    }

    private static Optional<Request> find(History history, String id) {
        return history.entries().reversed().stream()
                .flatMap(e -> e.record().event() instanceof Request r ? Stream.of(r) : Stream.empty())
                .filter(r -> r.id().equals(id))
                .findFirst();
    }
}
