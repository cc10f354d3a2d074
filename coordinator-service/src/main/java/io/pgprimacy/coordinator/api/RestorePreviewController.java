package io.pgprimacy.coordinator.api;

import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.event.RestoreGoal;
import io.pgprimacy.core.postgres.TimelineId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(path = "/api/v1/clusters/{cluster}/restore", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "backups", description = "What can be restored")
class RestorePreviewController {
    private final Fleet fleet;
    private final RequestDesk desk;
    private final RestoreReach reach;

    RestorePreviewController(Fleet fleet, RequestDesk desk, RestoreReach reach) {
        this.fleet = fleet;
        this.desk = desk;
        this.reach = reach;
    }

    /**
     * @param to {@code latest}, a time with its zone, an LSN, {@code xid:N} or {@code name:NAME}
     * @param exclusive to stop just before it
     * @param timeline to follow; left out: the cluster's present one
     * @param backup the only one to consider
     */
    record PreviewBody(
            @Nullable String to,
            @Nullable Boolean exclusive,
            @Nullable Long timeline,
            @Nullable String backup) {}

    @PostMapping("/preview")
    @Operation(
            summary = "Which backup and which WAL a restore to a target takes, and how much that is; changes nothing")
    RestorePreviewView preview(@PathVariable String cluster, @RequestBody PreviewBody body) {
        ClusterState state = fleet.snapshot(cluster).state();
        RestoreGoal goal = desk.goal(body.to(), Boolean.TRUE.equals(body.exclusive()), body.backup());
        return RestorePreviewView.of(reach.of(state, goal, timeline(state, body.timeline())));
    }

    private static TimelineId timeline(ClusterState state, @Nullable Long named) {
        if (named == null) {
            return RestoreReach.present(state);
        }
        if (named < 1 || named > 0xFFFFFFFFL) {
            throw new ApiFailure(ErrorCode.INVALID_REQUEST, named + " is no timeline", "they count from 1");
        }
        return new TimelineId(named);
    }
}
