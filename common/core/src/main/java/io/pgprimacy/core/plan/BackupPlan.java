package io.pgprimacy.core.plan;

import io.pgprimacy.core.cluster.BackupOrder;
import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.cluster.NodeBackups;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.id.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a node does about backups, beside its one action and without ever waiting for it or keeping it waiting.
 *
 * <p>Safe because a backup reads, and changes nothing that another plan looks at. Level-triggered: an order that an earlier life of this agent
 * had begun is said to have failed, because the worker ends with the agent; one that it had not begun is begun.
 *
 * @param order to be worked on; empty: whatever is under way ends
 * @param facts to be stated
 */
public record BackupPlan(Optional<BackupOrder> order, List<Fact> facts) {
    public BackupPlan {
        facts = List.copyOf(facts);
    }

    public static BackupPlan of(NodeId id, ClusterState state, Optional<BackupWork> work) {
        NodeBackups stated = state.node(id).map(n -> n.facts().backups()).orElse(NodeBackups.NONE);
        List<Fact> facts = new ArrayList<>();
        work.ifPresent(w -> facts.addAll(news(w, stated)));
        Optional<BackupOrder> order = state.runningBackup().filter(o -> o.node().equals(id));
        boolean lost = order.filter(o -> stated.hasStarted(o.ordered()) && !isFor(o, work))
                .isPresent();
        if (lost) {
            facts.add(new Fact.BackupFailed(
                    id, order.get().ordered(), "the agent ended while it was being taken, and the worker with it"));
        }
        return new BackupPlan(lost ? Optional.empty() : order, facts);
    }

    private static boolean isFor(BackupOrder order, Optional<BackupWork> work) {
        return work.filter(w -> w.ordered() == order.ordered()).isPresent();
    }

    /** What the log does not know yet. */
    private static List<Fact> news(BackupWork work, NodeBackups stated) {
        if (stated.hasEnded(work.ordered())) {
            return List.of();
        }
        List<Fact> news = new ArrayList<>();
        work.started().filter(s -> !stated.hasStarted(s.ordered())).ifPresent(news::add);
        if (work.end().isEmpty()) {
            work.progress()
                    .filter(p -> !stated.progress().equals(Optional.of(p)))
                    .ifPresent(news::add);
        }
        work.end().ifPresent(news::add);
        return news;
    }
}
