package io.pgprimacy.agent.api;

import io.pgprimacy.agent.runtime.Snapshot;
import io.pgprimacy.core.event.PostgresView;
import io.pgprimacy.core.plan.NodeAction;
import java.util.Optional;

/**
 * The state of PostgreSQL in Patroni's words and numbers, as far as there is such a state here. The numbers are what dashboards have
 * stored, so Patroni never changes them.
 *
 * <p>Source: Patroni 4.1, patroni/postgresql/misc.py.
 */
public enum PostgresState {
    INITIALIZING("initializing new cluster", 0),
    CREATING_REPLICA("creating replica", 4),
    RUNNING("running", 5),
    STARTING("starting", 6),
    STOPPING("stopping", 11),
    STOPPED("stopped", 12),
    /** It runs, and does not answer; Patroni has no number for that either. */
    UNKNOWN("unknown", -1);

    private final String word;
    private final int number;

    PostgresState(String word, int number) {
        this.word = word;
        this.number = number;
    }

    public String word() {
        return word;
    }

    public int number() {
        return number;
    }

    /** Of this node: what its agent does with it says more than what is to be seen of it. */
    public static PostgresState of(Snapshot snapshot) {
        Optional<PostgresState> busy = snapshot.seen().job().flatMap(PostgresState::during);
        return busy.orElseGet(() -> of(snapshot.seen().view()));
    }

    private static Optional<PostgresState> during(NodeAction action) {
        return switch (action) {
            case NodeAction.Initialise a -> Optional.of(INITIALIZING);
            case NodeAction.Rebuild a -> Optional.of(CREATING_REPLICA);
            case NodeAction.Restore a -> Optional.of(CREATING_REPLICA);
            case NodeAction.Rewind a -> Optional.of(CREATING_REPLICA);
            case NodeAction.Stop a -> Optional.of(STOPPING);
            case NodeAction.StartFenced a -> Optional.of(STARTING);
            case NodeAction.CutReceiver a -> Optional.empty();
            case NodeAction.Follow a -> Optional.empty();
            case NodeAction.Promote a -> Optional.empty();
            case NodeAction.Checkpoint a -> Optional.empty();
            case NodeAction.ApplySync a -> Optional.empty();
            case NodeAction.EnsureSlots a -> Optional.empty();
            case NodeAction.ApplyParameters a -> Optional.empty();
            case NodeAction.Reload a -> Optional.empty();
            case NodeAction.SaveDiscardedWal a -> Optional.empty();
            case NodeAction.TakeRestored a -> Optional.empty();
            case NodeAction.PutBack a -> Optional.empty();
            case NodeAction.DisarmGuard a -> Optional.empty();
        };
    }

    /** Of a node of which only the heartbeat is known. */
    public static PostgresState of(PostgresView view) {
        return switch (view) {
            case PostgresView.Primary p -> RUNNING;
            case PostgresView.Standby s -> RUNNING;
            case PostgresView.Starting s -> STARTING;
            case PostgresView.Stopped s -> STOPPED;
            case PostgresView.Empty e -> STOPPED;
            case PostgresView.Unresponsive u -> UNKNOWN;
        };
    }
}
