package io.pgprimacy.core.decide;

import io.pgprimacy.core.cluster.Node;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.postgres.Lsn;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which node can be given work beside everything else: a backup, or a drill. */
final class NodeFitness {
    /** An agent that restarts is back long before. */
    private static final Duration GONE_AFTER = Duration.ofMinutes(1);

    private NodeFitness() {}

    /** A standby that streams, for that costs the primary nothing; of several the one that has replayed most. */
    static Optional<NodeId> bestStandby(Situation at) {
        return at.state().members().stream()
                .filter(n -> unfit(at, n.id()).isEmpty() && isStreaming(n))
                .max(Comparator.comparing(NodeFitness::replayed).thenComparing(Node::id, Comparator.reverseOrder()))
                .map(Node::id);
    }

    /** Why nobody waits for that node's word any more; empty while somebody does. */
    static Optional<String> gone(Situation at, NodeId id) {
        if (!at.node(id).map(Node::isMember).orElse(false)) {
            return Optional.of(id + " is no longer a member");
        }
        return at.evidence().logLive() && at.silence(id).compareTo(GONE_AFTER) > 0
                ? Optional.of(id + " has been silent for longer than " + GONE_AFTER.toSeconds() + " s")
                : Optional.empty();
    }

    private static boolean isStreaming(Node node) {
        return node.view().orElse(null) instanceof PostgresView.Standby s
                && s.upstream().streaming();
    }

    private static Lsn replayed(Node node) {
        return node.view().orElse(null) instanceof PostgresView.Standby s ? s.replayed() : Lsn.ZERO;
    }

    /** Why that node can do no such work now; empty where it can. */
    static Optional<String> unfit(Situation at, NodeId id) {
        Optional<Node> member = at.node(id).filter(Node::isMember);
        if (member.isEmpty()) {
            return Optional.of("there is no member " + id);
        }
        Node node = member.get();
        if (!at.wasHeard(id) || at.isSilent(id) || node.isSuspended()) {
            return Optional.of(id + " is not heard");
        }
        if (node.standingQuarantine().isPresent()) {
            return Optional.of(id + " is quarantined");
        }
        if (node.mustBeRebuilt()) {
            return Optional.of(id + " is being rebuilt");
        }
        if (node.mustBeRestarted()) {
            return Optional.of(id + " is being restarted");
        }
        if (node.joined().flatMap(Fact.NodeJoined::storage).isEmpty()) {
            return Optional.of(id + " has no storage configured (storage.* in its agent.properties)");
        }
        return node.view().flatMap(view -> unfit(id, view));
    }

    private static Optional<String> unfit(NodeId id, PostgresView view) {
        return switch (view) {
            case PostgresView.Primary p -> Optional.empty();
            case PostgresView.Standby s -> Optional.empty();
            case PostgresView.Empty e -> Optional.of(id + " has no data yet");
            case PostgresView.Stopped s -> Optional.of("PostgreSQL does not run on " + id);
            case PostgresView.Starting s -> Optional.of("PostgreSQL is starting on " + id);
            case PostgresView.Unresponsive u -> Optional.of("PostgreSQL on " + id + " does not answer");
        };
    }

    static String refusals(Situation at) {
        return at.state().members().stream()
                .map(n -> unfit(at, n.id()).orElse(n.id() + " does not stream"))
                .collect(Collectors.joining(", "));
    }
}
