package io.pgprimacy.simulation;

import io.pgprimacy.core.event.ClusterEvent;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Evidence;
import io.pgprimacy.core.event.LogRecord;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.loop.CoordinatorLoop;
import io.pgprimacy.core.loop.NodeHands;
import io.pgprimacy.core.plan.LocalMemory;
import io.pgprimacy.core.plan.NodeAction;
import io.pgprimacy.core.promise.PromiseAnswer;
import io.pgprimacy.core.promise.PromiseRequest;
import java.time.Duration;
import java.util.List;

/**
 * Where the code under test meets the simulated world. A broken rule replaces one of these; everything else is left as it is.
 */
class Seams {
    /** What fails this often is no step that fails, but one that is not there. */
    private static final double MOST = 0.5;

    /** How much oftener than usual things fail by themselves; 0 while the cluster heals. */
    private double trouble = 1;

    /** How likely something fails now that fails this often. */
    double failing(double usually) {
        return Math.min(MOST, usually * trouble);
    }

    void calm() {
        trouble = 0;
    }

    void unsettle(double times) {
        trouble = times;
    }

    NodeHands hands(SimHost host, NodeHands real) {
        return real;
    }

    LogRecord readByAgent(LogRecord record) {
        return record;
    }

    LogRecord readByCoordinator(LogRecord record, String coordinator, Duration now) {
        return record;
    }

    /** What a coordinator appends now. */
    List<ClusterEvent> step(CoordinatorLoop mind, String coordinator, Duration now, long wallMillis, boolean owner) {
        return mind.step(now, wallMillis, owner, Evidence.Fleet.ALONE);
    }

    ClusterEvent appendedByAgent(SimHost host, ClusterEvent event) {
        return event;
    }

    ClusterEvent appendedByCoordinator(ClusterEvent event) {
        return event;
    }

    /** What an agent asks of its guard reaches it as this. */
    Duration guardDeadline(SimHost host, Duration asked) {
        return asked;
    }

    boolean guardKills() {
        return true;
    }

    LocalMemory remembered(LocalMemory memory) {
        return memory;
    }

    /** A request for a promise as it reaches the other member. */
    PromiseRequest asked(PromiseRequest request) {
        return request;
    }

    /** The answer as the asking agent takes it; {@code all} are the nodes that there are. */
    List<PromiseAnswer> answered(PromiseAnswer answer, List<NodeId> all) {
        return List.of(answer);
    }

    boolean savesDiscardedWal() {
        return true;
    }

    /** A record as it stands in the log. */
    ClusterEvent landing(ClusterEvent event) {
        return event;
    }

    /** A coordinator hands a decision over for appending. */
    void decided(Decision decision, Cluster cluster) {}

    /** False where the broken rule would be found by recomputing decisions or folds alone, and the harm that it does is what should be found. */
    boolean isRecomputed() {
        return true;
    }

    long firstUnusedTimeline(NodeAction.Promote promote) {
        return promote.firstUnusedTimeline();
    }
}
