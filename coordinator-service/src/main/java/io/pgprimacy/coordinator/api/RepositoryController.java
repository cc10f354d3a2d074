package io.pgprimacy.coordinator.api;

import io.pgprimacy.coordinator.api.RetentionViews.PlanView;
import io.pgprimacy.coordinator.api.RetentionViews.VerifiedView;
import io.pgprimacy.coordinator.storage.RetentionKeeper;
import io.pgprimacy.coordinator.storage.StorageOperator;
import io.pgprimacy.coordinator.storage.StorageOperator.StoredBackup;
import io.pgprimacy.core.config.ClusterConfig;
import io.pgprimacy.core.config.Retention;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.id.ClusterId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
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

/**
 * What people decide about stored backups. In this order: what can be checked is checked; the wish is read back from the log; the storage service
 * is asked, about pins here and about retention by whichever coordinator is there. A crash in between leaves a wish that nothing came of, and asking again is safe; never a removal without a trace.
 */
@RestController
@RequestMapping(path = "/api/v1/clusters/{cluster}", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "backups", description = "What can be restored")
class RepositoryController {
    private static final int LONGEST_RUN_SECONDS = 60;

    private final Fleet fleet;
    private final RequestDesk desk;
    private final StorageOperator storage;

    RepositoryController(Fleet fleet, RequestDesk desk, StorageOperator storage) {
        this.fleet = fleet;
        this.desk = desk;
        this.storage = storage;
    }

    record WhoAndWhy(@Nullable String actor, @Nullable String reason) {}

    record ApplyBody(
            @Nullable String actor,
            @Nullable String reason,
            @Nullable PolicyBody policy) {}

    /** @param bytesPerSecond that are read at the most; left out or 0: no limit */
    record VerifyBody(@Nullable Integer seconds, @Nullable Long bytesPerSecond) {}

    /** @param request id of the event in the log that came before it */
    record PinnedView(String backup, boolean pinned, String request) {}

    @PostMapping("/retention/plan")
    @Operation(
            summary = "Which backups would stay and go under a policy, and why; changes nothing",
            description = "Where the policy is left out it is the configured one.")
    PlanView plan(@PathVariable String cluster, @RequestBody PolicyBody policy) {
        ClusterId id = known(cluster);
        Retention wanted = policy(cluster, policy);
        return Storage.asked(() -> PlanView.of(wanted.sentence(), storage.plan(id, RetentionKeeper.document(wanted))));
    }

    @PostMapping("/requests/retention")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary =
                    "Marks the backups and the WAL that the policy does not keep, and removes what was marked long ago",
            description =
                    "Where the policy is left out it is the configured one. One that keeps less than that is refused.")
    ResponseEntity<Answer> apply(
            @PathVariable String cluster,
            @RequestBody ApplyBody body,
            @RequestParam(defaultValue = "false") boolean dryRun) {
        Request.Origin origin = desk.origin(body.actor(), body.reason());
        Retention policy = policy(cluster, body.policy());
        ClusterId id = fleet.created(cluster).state().cluster();
        // What cannot be planned is refused before it is in the log.
        Storage.asked(() -> storage.plan(id, RetentionKeeper.document(policy)));
        return desk.submit(
                id,
                new Request.RetentionRequested(
                        RequestId.ofCall(),
                        origin,
                        policy.full(),
                        policy.window(),
                        policy.daily(),
                        policy.weekly(),
                        policy.monthly()),
                dryRun);
    }

    private Retention policy(String cluster, @Nullable PolicyBody given) {
        if (given != null && !given.saysNothing()) {
            return given.policy();
        }
        return fleet.snapshot(cluster)
                .state()
                .config()
                .flatMap(ClusterConfig::retention)
                .orElseThrow(
                        () -> new ApiFailure(
                                ErrorCode.INVALID_REQUEST,
                                "no policy is given, and none is configured",
                                "set one of full, window, daily, weekly, monthly; or configure it: pgprimacy config set retention.full=2"));
    }

    @PostMapping("/backups/{backup}/pin")
    @Operation(summary = "No policy removes the backup, nor what it rests upon")
    ResponseEntity<PinnedView> pin(
            @PathVariable String cluster, @PathVariable String backup, @RequestBody WhoAndWhy body) {
        Request.Origin origin = desk.origin(body.actor(), body.reason());
        ClusterId id = known(cluster);
        StoredBackup found = Storage.asked(() -> storage.find(id, backup));
        Request request = new Request.BackupPinRequested(RequestId.ofCall(), origin, backup);
        desk.submit(id, request);
        return told(id, request, () -> {
            storage.pin(id, found, origin.actor(), origin.reason());
            return new PinnedView(backup, true, request.id());
        });
    }

    @PostMapping("/backups/{backup}/unpin")
    @Operation(summary = "The policy alone decides about the backup again")
    ResponseEntity<PinnedView> unpin(
            @PathVariable String cluster, @PathVariable String backup, @RequestBody WhoAndWhy body) {
        Request.Origin origin = desk.origin(body.actor(), body.reason());
        ClusterId id = known(cluster);
        StoredBackup found = Storage.asked(() -> storage.find(id, backup));
        Request request = new Request.BackupUnpinRequested(RequestId.ofCall(), origin, backup);
        desk.submit(id, request);
        return told(id, request, () -> {
            storage.unpin(id, found);
            return new PinnedView(backup, false, request.id());
        });
    }

    /** Hashes only: it changes nothing of what is stored, so it is no event. */
    @PostMapping("/verifications")
    @Operation(summary = "One bounded run over what is stored, which goes on where the last one stopped")
    VerifiedView verify(@PathVariable String cluster, @RequestBody VerifyBody body) {
        int seconds = body.seconds() == null ? LONGEST_RUN_SECONDS : body.seconds();
        long rate = body.bytesPerSecond() == null ? 0 : body.bytesPerSecond();
        if (seconds < 1 || seconds > LONGEST_RUN_SECONDS || rate < 0) {
            throw new ApiFailure(
                    ErrorCode.INVALID_REQUEST,
                    "a run takes 1 to " + LONGEST_RUN_SECONDS + " seconds, and reads no negative number of bytes",
                    "ask again for more: the next run goes on where this one stops");
        }
        ClusterId id = known(cluster);
        return Storage.asked(() -> VerifiedView.of(storage.verify(id, seconds, rate)));
    }

    /** Done when it is answered; the operation is where the audit trail has it. */
    private static <T> ResponseEntity<T> told(ClusterId id, Request request, Storage.Question<T> question) {
        return ResponseEntity.ok()
                .location(URI.create(OperationView.address(id, request.id())))
                .body(Storage.asked(question));
    }

    private ClusterId known(String cluster) {
        return fleet.snapshot(cluster).state().cluster();
    }
}
