package io.pgprimacy.coordinator.api;

import io.pgprimacy.coordinator.storage.StorageCatalog.NotThere;
import io.pgprimacy.coordinator.storage.StorageOperator;
import io.pgprimacy.coordinator.storage.StorageOperator.Refused;
import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.event.RestoreGoal;
import io.pgprimacy.core.postgres.TimelineHistory;
import io.pgprimacy.core.postgres.TimelineId;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What of a cluster can be reached: the log knows which timelines lead where, the storage service what there is of each. */
final class RestoreReach {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final StorageOperator storage;

    RestoreReach(StorageOperator storage) {
        this.storage = storage;
    }

    /** Which backup and which WAL it takes along that timeline. Throws {@link ApiFailure} where the goal cannot be reached, or nobody can tell. */
    JsonNode of(ClusterState state, RestoreGoal goal, TimelineId timeline) {
        return Storage.asked(() -> ask(state, goal, timeline));
    }

    /**
     * Throws {@link ApiFailure} where the repository says that the goal cannot be reached: better before the primary is stopped for it. Where the
     * repository cannot be asked from here, the node that restores finds out.
     */
    void require(ClusterState state, RestoreGoal goal) {
        try {
            ask(state, goal, present(state));
        } catch (NotThere e) {
            // Agents may reach what this coordinator does not.
        } catch (Refused e) {
            throw Storage.refusal(e);
        }
    }

    static TimelineId present(ClusterState state) {
        return state.timeline().orElse(new TimelineId(1));
    }

    private JsonNode ask(ClusterState state, RestoreGoal goal, TimelineId timeline) throws NotThere, Refused {
        ObjectNode wanted = JSON.createObjectNode();
        wanted.put("to", goal.target());
        wanted.put("exclusive", goal.exclusive());
        wanted.put("timeline", timeline.value());
        wanted.set("ends", ends(state.history(), timeline));
        goal.backup().ifPresent(backup -> wanted.put("backup", backup));
        return storage.preview(state.cluster(), state.incarnation(), wanted);
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
