package io.pgprimacy.coordinator.api;

import io.pgprimacy.coordinator.storage.StorageOperator;
import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.postgres.TimelineHistory;
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
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The log knows which timelines lead where, the storage service what there is of each. */
@RestController
@RequestMapping(path = "/api/v1/clusters/{cluster}/restore", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "backups", description = "What can be restored")
class RestorePreviewController {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Fleet fleet;
    private final StorageOperator storage;

    RestorePreviewController(Fleet fleet, StorageOperator storage) {
        this.fleet = fleet;
        this.storage = storage;
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
        String to = body.to();
        if (to == null || to.isBlank()) {
            throw new ApiFailure(
                    ErrorCode.INVALID_REQUEST,
                    "to is missing",
                    "latest, a time with its zone, an LSN, xid:N, name:NAME");
        }
        ClusterState state = fleet.snapshot(cluster).state();
        TimelineId timeline = timeline(state, body.timeline());
        ObjectNode wanted = JSON.createObjectNode();
        wanted.put("to", to);
        wanted.put("exclusive", Boolean.TRUE.equals(body.exclusive()));
        wanted.put("timeline", timeline.value());
        wanted.set("ends", ends(state.history(), timeline));
        if (body.backup() != null) {
            wanted.put("backup", body.backup());
        }
        return RestorePreviewView.of(
                Storage.asked(() -> storage.preview(state.cluster(), state.incarnation(), wanted)));
    }

    private static TimelineId timeline(ClusterState state, @Nullable Long named) {
        if (named == null) {
            return state.timeline().orElse(new TimelineId(1));
        }
        if (named < 1 || named > 0xFFFFFFFFL) {
            throw new ApiFailure(ErrorCode.INVALID_REQUEST, named + " is no timeline", "they count from 1");
        }
        return new TimelineId(named);
    }

    /** Where each timeline before that one stopped being its history. */
    private static ObjectNode ends(TimelineHistory history, TimelineId timeline) {
        ObjectNode ends = JSON.createObjectNode();
        for (TimelineHistory.Switch begun : history.switches()) {
            if (!begun.parent().equals(timeline)) {
                history.commonUpTo(begun.parent(), timeline)
                        .ifPresent(end -> ends.put(Long.toString(begun.parent().value()), end.toString()));
            }
        }
        return ends;
    }
}
