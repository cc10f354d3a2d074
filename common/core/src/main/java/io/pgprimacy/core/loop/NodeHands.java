package io.pgprimacy.core.loop;

import io.pgprimacy.core.cluster.BackupOrder;
import io.pgprimacy.core.cluster.DrillOrder;
import io.pgprimacy.core.event.Fact;
import io.pgprimacy.core.plan.KeptData;
import io.pgprimacy.core.plan.LocalMemory;
import io.pgprimacy.core.plan.NodeAction;
import io.pgprimacy.core.plan.Observation;
import io.pgprimacy.core.plan.OrderedWork;
import io.pgprimacy.core.plan.RestoreFigures;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/** What an agent can do to the world. Everything returns promptly; what takes time is a job, and shows in the observation. */
public interface NodeHands {
    /** As fresh as it can be had without waiting. */
    Observation observe();

    /** Durable when it returns; throws where it cannot be made so, and then nothing that depends on it may be done. */
    void remember(LocalMemory memory);

    /** Asks the guard to hold this deadline, on the uptime clock; {@link Observation#guardHolds} tells when it does. */
    void holdGuard(Duration deadline);

    /** What is known of the backup that is under way, or ended last. */
    Optional<OrderedWork> backup();

    /** Takes that backup unless it has been taken; whatever other one is under way ends. Empty: none is to be taken. */
    void backUp(Optional<BackupOrder> order);

    /** What is known of the drill that is under way, or ended last. */
    Optional<OrderedWork> drill();

    /** Carries that drill out unless that was done; whatever other one is under way ends. Empty: none is to be. */
    void drill(Optional<DrillOrder> order);

    /** What becomes of this primary's WAL, as far as this life of the agent knows; empty where none is to be archived. */
    default Optional<Fact.WalArchiving> walArchiving() {
        return Optional.empty();
    }

    /** What this node has saved of WAL that did not become history and that is in the repository, as far as is known. */
    default List<Fact.DiscardedWalSaved> storedDiscardedWal() {
        return List.of();
    }

    /** What restores have replaced on this node and what lies there still; empty while nobody has looked. */
    default Optional<List<KeptData>> oldData() {
        return Optional.empty();
    }

    /** Removes it beside everything else, and tries again where it cannot; what is gone is no longer in {@link #oldData}. */
    default void removeOldData(SortedSet<String> locations) {}

    /** How far the job is that fills this node's data from the repository; empty where none does. */
    default Optional<RestoreFigures> restoring() {
        return Optional.empty();
    }

    /** Starts an action. A {@link NodeAction.Stop} ends what is under way; any other one is ignored while something is. */
    void begin(NodeAction action);
}
