package io.pgprimacy.core.plan;

import io.pgprimacy.core.cluster.BackupOrder;
import io.pgprimacy.core.cluster.ClusterState;
import io.pgprimacy.core.cluster.DrillOrder;
import io.pgprimacy.core.cluster.NodeBackups;
import io.pgprimacy.core.cluster.NodeDrills;
import io.pgprimacy.core.cluster.StatedWork;
import io.pgprimacy.core.cluster.WorkOrder;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.id.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a node does about backups, and about drills, beside its one action and without ever waiting for it or keeping it waiting.
 *
 * <p>Safe because a backup reads, and a drill works in a directory of its own, and neither changes anything that another plan looks at.
 * Level-triggered: an order that an earlier life of this agent had begun goes on where its worker was found again, and is said to have failed where
 * it was not; one that had not been begun is begun.
 *
 * @param order to be worked on; empty: whatever is under way ends
 * @param facts to be stated
 */
public record WorkPlan<O extends WorkOrder>(Optional<O> order, List<Fact> facts) {
    private static final String LOST = "the agent ended while it was under way, and the worker with it";

    public WorkPlan {
        facts = List.copyOf(facts);
    }

    public static WorkPlan<BackupOrder> backup(NodeId id, ClusterState state, Optional<OrderedWork> work) {
        NodeBackups stated = state.node(id).map(n -> n.facts().backups()).orElse(NodeBackups.NONE);
        return of(id, state.runningBackup(), stated, work, o -> new Fact.BackupFailed(id, o.ordered(), LOST));
    }

    public static WorkPlan<DrillOrder> drill(NodeId id, ClusterState state, Optional<OrderedWork> work) {
        NodeDrills stated = state.node(id).map(n -> n.facts().drills()).orElse(NodeDrills.NONE);
        return of(
                id,
                state.runningDrill(),
                stated,
                work,
                o -> new Fact.DrillFailed(id, o.ordered(), Optional.empty(), LOST));
    }

    private static <O extends WorkOrder> WorkPlan<O> of(
            NodeId id, Optional<O> running, StatedWork stated, Optional<OrderedWork> work, Function<O, Fact> failure) {
        List<Fact> facts = new ArrayList<>();
        work.ifPresent(w -> facts.addAll(news(w, stated)));
        Optional<O> order = running.filter(o -> o.node().equals(id));
        Optional<O> lost = order.filter(o -> stated.hasStarted(o.ordered()) && !isFor(o, work));
        lost.map(failure).ifPresent(facts::add);
        return new WorkPlan<>(lost.isPresent() ? Optional.empty() : order, facts);
    }

    private static boolean isFor(WorkOrder order, Optional<OrderedWork> work) {
        return work.filter(w -> w.ordered() == order.ordered()).isPresent();
    }

    /** What the log does not know yet. */
    private static List<Fact> news(OrderedWork work, StatedWork stated) {
        if (stated.hasEnded(work.ordered())) {
            return List.of();
        }
        List<Fact> news = new ArrayList<>();
        work.started().filter(_ -> !stated.hasStarted(work.ordered())).ifPresent(news::add);
        if (work.end().isEmpty()) {
            work.progress().filter(p -> !stated.hasTold(p)).ifPresent(news::add);
        }
        work.end().ifPresent(news::add);
        return news;
    }
}
