package io.pgprimacy.coordinator.api;

import io.pgprimacy.coordinator.runtime.Snapshot;
import io.pgprimacy.coordinator.storage.StorageCatalog;
import io.pgprimacy.coordinator.storage.StorageOperator;
import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.TimingProfile;
import io.pgprimacy.core.event.DataOrigin;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.event.RestoreGoal;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.rule.RuleId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * New clusters. One that begins with stored data is made in this order: the repository is asked whether it has that data; the topic is made, where the
 * agents announce themselves; an incarnation is claimed; the wish becomes an event. A crash in between leaves an empty topic, or a number that nobody uses.
 */
@RestController
@RequestMapping(path = "/api/v1/clusters/{cluster}/requests", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "requests")
class CreationController {
    private static final Duration AGENTS_ANNOUNCE_WITHIN = Duration.ofSeconds(20);
    private static final Duration LOOK_EVERY = Duration.ofMillis(50);
    private static final Pattern OF_THE_ORIGINAL =
            Pattern.compile("archive_|recovery_|restore_command|primary_|synchronous_standby_names");
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Fleet fleet;
    private final RequestDesk desk;
    private final StorageOperator storage;

    CreationController(Fleet fleet, RequestDesk desk, StorageOperator storage) {
        this.fleet = fleet;
        this.desk = desk;
        this.storage = storage;
    }

    /**
     * @param first the first primary; left out where there is {@code data}: the first node that has announced itself with an empty directory
     * @param data what the cluster begins with; left out: an empty database, or what {@code first} has
     */
    record CreateRequest(
            @Nullable String actor,
            @Nullable String reason,
            @Nullable String first,
            @Nullable Boolean adopt,
            @Nullable ConfigView config,
            @Nullable DataBody data) {}

    /**
     * @param cluster whose data; left out: its own, from before everything else of it was lost. Another's makes a clone: a database system of its own
     * @param incarnation which life of that cluster; left out: the newest in the repository
     * @param to the target: latest (where left out), a time with its zone, an LSN, xid:N or name:NAME
     * @param exclusive ends before the target rather than with it
     * @param backup the only one to begin with; left out: the last one before the target
     */
    record DataBody(
            @Nullable String cluster,
            @Nullable Integer incarnation,
            @Nullable String to,
            @Nullable Boolean exclusive,
            @Nullable String backup) {}

    @PostMapping("/create")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary =
                    "A new cluster, one that takes over a running PostgreSQL, one that is back from the repository alone, or a clone of another",
            description =
                    "A dry run is there for what begins with stored data only: nothing else has anything yet to decide by")
    ResponseEntity<Answer> create(
            @PathVariable String cluster,
            @RequestBody CreateRequest body,
            @RequestParam(defaultValue = "false") boolean dryRun) {
        ClusterId id = fleet.id(cluster);
        Request.Origin origin = desk.origin(body.actor(), body.reason());
        DataBody data = body.data();
        if (data != null) {
            return filled(id, origin, body, data, dryRun);
        }
        ClusterConfig config = desk.config(body.config(), ClusterConfig.defaults(TimingProfile.NORMAL));
        if (dryRun) {
            throw new ApiFailure(
                    ErrorCode.INVALID_REQUEST,
                    "creating a cluster has no dry run, for it has no log yet to decide by",
                    "nothing was done; leave dryRun out");
        }
        NodeId first = desk.node("first", body.first());
        boolean adopt = Boolean.TRUE.equals(body.adopt());
        Request.ClusterCreationRequested wish =
                new Request.ClusterCreationRequested(RequestId.ofCall(), origin, config, first, adopt);
        Optional<Request> earlier = desk.earlier(id, wish.id());
        if (earlier.isPresent()) {
            return desk.submit(id, isTheSame(earlier.get(), wish) ? earlier.get() : wish);
        }
        if (exists(id)) {
            throw taken(id, "change it with requests/config, or take another name");
        }
        desk.makeTopic(id);
        return desk.submit(
                id,
                new Request.ClusterCreationRequested(
                        wish.id(), origin, config, first, adopt, incarnation(id, origin), Optional.empty()));
    }

    /** Whatever incarnation was claimed for it. */
    private static boolean isTheSame(Request earlier, Request.ClusterCreationRequested wish) {
        return earlier instanceof Request.ClusterCreationRequested e
                && wish.equals(
                        new Request.ClusterCreationRequested(e.id(), e.origin(), e.config(), e.first(), e.adopt()));
    }

    /**
     * A cluster of that name may have archived before, under terms that a new log knows nothing of. Where the repository cannot be asked it is the
     * first: if that is wrong, the storage service refuses its WAL, and says so.
     */
    private OptionalInt incarnation(ClusterId id, Request.Origin origin) {
        try {
            return OptionalInt.of(storage.claim(id, Optional.empty(), origin.actor(), origin.reason()));
        } catch (StorageCatalog.NotThere e) {
            return OptionalInt.empty();
        } catch (StorageOperator.Refused e) {
            throw Storage.refusal(e);
        }
    }

    private ResponseEntity<Answer> filled(
            ClusterId id, Request.Origin origin, CreateRequest body, DataBody data, boolean dryRun) {
        if (Boolean.TRUE.equals(body.adopt())) {
            throw new ApiFailure(
                    ErrorCode.INVALID_REQUEST,
                    "a cluster that adopts a primary is filled with nothing else",
                    "leave out adopt, or data");
        }
        ClusterId source = data.cluster() == null ? id : fleet.id(data.cluster());
        ClusterConfig config = desk.config(body.config(), like(id, source));
        String requestId = RequestId.ofCall();
        Optional<Request> earlier = desk.earlier(id, requestId);
        if (earlier.isPresent() && earlier.get().origin().equals(origin)) {
            return desk.submit(id, earlier.get());
        }
        if (exists(id)) {
            throw taken(
                    id,
                    source.equals(id)
                            ? "bring it back in place: restore cluster without --from-bucket"
                            : "take another name; to bring that one back in place: restore cluster");
        }
        RestoreGoal goal = desk.goal(
                data.to() == null ? "latest" : data.to(), Boolean.TRUE.equals(data.exclusive()), data.backup());
        JsonNode stored = Storage.asked(() -> storage.origin(source, wanted(id, data, goal)));
        DataOrigin from = new DataOrigin(source, stored.path("incarnation").asInt(), goal);
        if (dryRun) {
            return ResponseEntity.ok(foreseen(id, from, stored));
        }
        desk.makeTopic(id);
        NodeId first = firstThatIsThere(
                id, body.first() == null ? Optional.empty() : Optional.of(desk.node("first", body.first())));
        int incarnation = Storage.asked(() -> storage.claim(id, Optional.of(from), origin.actor(), origin.reason()));
        return desk.submit(
                id,
                new Request.ClusterCreationRequested(
                        requestId, origin, config, first, false, OptionalInt.of(incarnation), Optional.of(from)));
    }

    /**
     * The parameters of a cluster that is copied belong to its data: libraries that have to be loaded, sizes. Not those by which it archives or recovers:
     * the copy would do so in its place.
     */
    private ClusterConfig like(ClusterId id, ClusterId source) {
        ClusterConfig defaults = ClusterConfig.defaults(TimingProfile.NORMAL);
        Optional<ClusterConfig> its = source.equals(id)
                ? Optional.empty()
                : fleet.runtime().snapshot(source).flatMap(s -> s.state().config());
        TreeMap<String, String> parameters =
                new TreeMap<>(its.map(ClusterConfig::parameters).orElseGet(TreeMap::new));
        parameters.keySet().removeIf(name -> OF_THE_ORIGINAL.matcher(name).lookingAt());
        return defaults.with(c -> c.parameters = parameters);
    }

    private static ObjectNode wanted(ClusterId id, DataBody data, RestoreGoal goal) {
        ObjectNode wanted = JSON.createObjectNode();
        wanted.put("into", id.value());
        wanted.put("to", goal.target());
        if (data.incarnation() != null) {
            wanted.put("incarnation", data.incarnation());
        }
        goal.backup().ifPresent(backup -> wanted.put("backup", backup));
        return wanted;
    }

    private static Answer.Foreseen foreseen(ClusterId id, DataOrigin from, JsonNode stored) {
        return new Answer.Foreseen(
                id.value(),
                "ClusterCreationRequested",
                "granted",
                RuleId.C1.name(),
                "the cluster begins with " + from,
                "the repository has " + stored.path("type").asString("") + " backup "
                        + stored.path("backup").asString("") + ", "
                        + stored.path("stored").asLong() / 1_000_000
                        + " MB stored, and WAL up to " + stored.path("end").asString("") + ", stored until "
                        + stored.path("until").asString(""));
    }

    /**
     * Agents wait for the topic, so they announce themselves only now.
     *
     * @param wanted the only one to wait for; empty: any
     */
    private NodeId firstThatIsThere(ClusterId id, Optional<NodeId> wanted) {
        long deadline = System.nanoTime() + AGENTS_ANNOUNCE_WITHIN.toNanos();
        try {
            while (System.nanoTime() - deadline < 0) {
                Optional<NodeId> first = fleet.runtime().snapshot(id).stream()
                        .flatMap(s -> s.state().nodes().values().stream())
                        .filter(CreationController::canBegin)
                        .map(Node::id)
                        .filter(node -> wanted.map(node::equals).orElse(true))
                        .findFirst();
                if (first.isPresent()) {
                    return first.get();
                }
                Thread.sleep(LOOK_EVERY);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new ApiFailure(
                ErrorCode.UNKNOWN_NODE,
                wanted.map(node -> "the agent of " + node + ", of cluster " + id + ", has not")
                                .orElse("no agent of cluster " + id + " has")
                        + " announced itself with an empty data directory and storage configured",
                "start the agents, with empty directories and storage.* in their settings; nothing was restored");
    }

    private static boolean canBegin(Node node) {
        return node.joined()
                .filter(j -> j.systemIdentifier().isEmpty()
                        && j.storage().isPresent()
                        && j.tags().mayBePrimary())
                .isPresent();
    }

    private boolean exists(ClusterId id) {
        return fleet.runtime()
                .snapshot(id)
                .map(Snapshot::state)
                .map(s -> s.config().isPresent())
                .orElse(false);
    }

    private static ApiFailure taken(ClusterId id, String hint) {
        return new ApiFailure(ErrorCode.CLUSTER_EXISTS, "cluster " + id + " exists already", hint);
    }
}
