package io.pgprimacy.agent.backup;

import io.pgprimacy.agent.postgres.ScratchDirectory;
import io.pgprimacy.core.cluster.BackupOrder;
import io.pgprimacy.core.cluster.DrillOrder;
import io.pgprimacy.core.id.NodeId;
import java.nio.file.Path;
import java.util.Optional;

/** What this agent does by orders in the log, beside its one action: one backup and one drill at a time. */
public record Orders(OrderedWorker<BackupOrder> backups, OrderedWorker<DrillOrder> drills) implements AutoCloseable {

    /**
     * A backup that an earlier life of this agent had begun goes on.
     *
     * @param worker empty where no storage is configured
     * @param state this agent's directory, where what outlives it is found again
     * @param scratch where drills are carried out; what an earlier life of this agent left there goes
     * @param onNews called on any thread when there is something to say that should not wait
     */
    public static Orders of(
            NodeId node, Optional<BackupWorker> worker, Path state, ScratchDirectory scratch, Runnable onNews) {
        scratch.removeSoon();
        return new Orders(
                new OrderedWorker<BackupOrder>(
                                node,
                                new BackupTrade(node),
                                worker.map(w -> new BackupProgram(w, WorkDirectory.in(state))),
                                onNews)
                        .adopt(),
                new OrderedWorker<>(
                        node,
                        new DrillTrade(node, scratch),
                        worker.<OrderedWorker.Program<DrillOrder>>map(
                                w -> (order, onLine, onEnd) -> w.drill(order, scratch.prepare(), onLine, onEnd)),
                        onNews));
    }

    /** A drill would end with this process anyway; a backup goes on, for the next life of this agent. */
    @Override
    public void close() {
        backups.close();
        drills.close();
    }
}
