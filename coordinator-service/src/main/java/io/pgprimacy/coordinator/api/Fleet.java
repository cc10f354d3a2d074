package io.pgprimacy.coordinator.api;

import io.pgprimacy.coordinator.runtime.ClusterRuntime;
import io.pgprimacy.coordinator.runtime.FleetRuntime;
import io.pgprimacy.coordinator.runtime.Snapshot;
import io.pgprimacy.core.cluster.Membership;
import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.explain.Operation;
import io.pgprimacy.core.explain.Operations;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Finds what an address names, or says what there is instead. */
final class Fleet {
    private final Supplier<FleetRuntime> runtime;

    Fleet(Supplier<FleetRuntime> runtime) {
        this.runtime = runtime;
    }

    FleetRuntime runtime() {
        return runtime.get();
    }

    ClusterId id(String cluster) {
        try {
            return new ClusterId(cluster);
        } catch (IllegalArgumentException e) {
            throw new ApiFailure(
                    ErrorCode.INVALID_REQUEST, String.valueOf(e.getMessage()), "GET /api/v1/clusters lists them", e);
        }
    }

    ClusterRuntime cluster(String name) {
        ClusterId id = id(name);
        ClusterRuntime found = runtime().cluster(id).orElseThrow(() -> unknown(id));
        requireCaughtUp(id);
        return found;
    }

    Snapshot snapshot(String name) {
        ClusterId id = id(name);
        Snapshot found = runtime().snapshot(id).orElseThrow(() -> unknown(id));
        if (found.halted().isEmpty()) {
            requireCaughtUp(id);
        }
        return found;
    }

    /** Of a cluster that has been created: it has a configuration. */
    Snapshot created(String cluster) {
        Snapshot now = snapshot(cluster);
        if (now.state().config().isEmpty()) {
            throw new ApiFailure(
                    ErrorCode.UNKNOWN_CLUSTER,
                    "cluster " + cluster + " has a log, but has not been created yet",
                    "POST /api/v1/clusters/" + cluster + "/requests/create makes it");
        }
        return now;
    }

    Operation operation(String cluster, String id) {
        return new Operations(cluster(cluster).history())
                .of(id)
                .orElseThrow(() -> new ApiFailure(
                        ErrorCode.UNKNOWN_OPERATION,
                        "the log of cluster " + cluster + " holds no request " + id,
                        "a request that was just accepted elsewhere may not have been read here yet; ask again"));
    }

    private void requireCaughtUp(ClusterId id) {
        boolean halted = runtime().snapshot(id).flatMap(Snapshot::halted).isPresent();
        if (!halted && !runtime().isCaughtUp(id)) {
            throw new ApiFailure(
                    ErrorCode.STILL_READING,
                    "this coordinator has not read the log of " + id + " to its end yet",
                    "ask again in a moment, or ask another coordinator");
        }
    }

    private ApiFailure unknown(ClusterId id) {
        if (!runtime().isCaughtUp()) {
            return new ApiFailure(
                    ErrorCode.STILL_READING,
                    "this coordinator does not know all clusters yet",
                    "ask again in a moment; if that lasts, Kafka may be unreachable from it");
        }
        String known = runtime().clusters().stream().map(ClusterId::value).collect(Collectors.joining(", "));
        return new ApiFailure(
                ErrorCode.UNKNOWN_CLUSTER,
                "there is no cluster " + id,
                known.isEmpty()
                        ? "there is none at all yet; POST /api/v1/clusters/" + id + "/requests/create makes it"
                        : "there are " + known);
    }

    /** A node that the log has heard of and that has not been removed. */
    Node node(Snapshot snapshot, String name) {
        return snapshot.state().nodes().values().stream()
                .filter(n -> n.id().value().equals(name) && n.membership() != Membership.REMOVED)
                .findFirst()
                .orElseThrow(() -> unknownNode(snapshot, name));
    }

    NodeId member(Snapshot snapshot, String name) {
        return snapshot.state().members().stream()
                .map(Node::id)
                .filter(id -> id.value().equals(name))
                .findFirst()
                .orElseThrow(() -> unknownNode(snapshot, name));
    }

    NodeId anyNode(Snapshot snapshot, String name) {
        return snapshot.state().nodes().keySet().stream()
                .filter(id -> id.value().equals(name))
                .findFirst()
                .orElseThrow(() -> unknownNode(snapshot, name));
    }

    private static ApiFailure unknownNode(Snapshot snapshot, String name) {
        String known =
                snapshot.state().members().stream().map(n -> n.id().value()).collect(Collectors.joining(", "));
        return new ApiFailure(
                ErrorCode.UNKNOWN_NODE,
                "cluster " + snapshot.state().cluster() + " has no node " + name,
                known.isEmpty() ? "it has no members yet" : "its members are " + known);
    }
}
