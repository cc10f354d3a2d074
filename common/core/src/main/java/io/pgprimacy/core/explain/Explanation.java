package io.pgprimacy.core.explain;

import io.pgprimacy.core.event.Basis;
import io.pgprimacy.core.event.Candidate;
import io.pgprimacy.core.event.Decision;
import io.pgprimacy.core.event.Request;
import io.pgprimacy.core.id.ClusterId;
import io.pgprimacy.core.id.NodeId;
import io.pgprimacy.core.postgres.Lsn;
import io.pgprimacy.core.postgres.TimelineId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Why something happened, how, and what came of it; made from the log alone.
 *
 * @param headline the decision, or the request that waits for one, as a sentence
 * @param decision empty while no decision has answered the request
 * @param request what a person asked for, where a person did
 * @param candidates every member with its verdict, where a primary was chosen or looked for
 * @param steps what led to it and what followed, from the first suspicion or request
 * @param loss empty where the decision moved no primary
 */
public record Explanation(
        ClusterId cluster,
        String headline,
        Optional<LogEntry> decision,
        Optional<LogEntry> request,
        List<Candidate> candidates,
        List<Step> steps,
        Optional<Loss> loss,
        Outcome outcome) {
    public Explanation {
        candidates = List.copyOf(candidates);
        steps = List.copyOf(steps);
    }

    /**
     * @param offset empty for what no record says by itself: when the old primary was last heard
     * @param wallMillis by the writer's clock, milliseconds since 1970
     * @param sinceFirstMillis negative where the writers' clocks disagree
     * @param name the event's, such as {@code StandbyPledged}
     * @param ignored why the record changed nothing
     */
    public record Step(
            OptionalLong offset,
            long wallMillis,
            long sinceFirstMillis,
            String name,
            String sentence,
            Optional<String> ignored) {}

    /**
     * @param possibleBytes by how much the last known position of the old primary was ahead of the new one's
     * @param saved WAL that did not become history, and where it lies
     */
    public record Loss(OptionalLong possibleBytes, List<Saved> saved) {
        public Loss {
            saved = List.copyOf(saved);
        }
    }

    /**
     * @param location on the node's own disk
     * @param stored where in the repository
     * @param waiting why it is not there yet
     */
    public record Saved(
            NodeId node,
            TimelineId timeline,
            Lsn from,
            Lsn to,
            long bytes,
            long transactions,
            String location,
            Optional<String> stored,
            Optional<String> waiting) {}

    /**
     * @param interruptedMillis from the first sign that the old primary took no more writes to the first of the new one
     * @param healthyAfterMillis from the first step until the last standby followed
     */
    public record Outcome(
            State state, String sentence, OptionalLong interruptedMillis, OptionalLong healthyAfterMillis) {
        static Outcome of(State state, String sentence) {
            return new Outcome(state, sentence, OptionalLong.empty(), OptionalLong.empty());
        }
    }

    public enum State {
        /** The new primary accepts writes and every standby follows it. */
        HEALTHY,
        /** The new primary accepts writes; not every standby follows it. */
        DEGRADED,
        /** Not finished, or waiting for something. */
        UNDER_WAY,
        /** Given up before anything was interrupted. */
        GIVEN_UP,
        /** A later decision took over before it was finished. */
        REPLACED,
        /** Took effect when it was read. */
        DONE,
        /** Changed nothing: another decision had its sequence, or it came too late. */
        IGNORED
    }

    /** What the decision rests on. */
    public Optional<Basis> basis() {
        return decision.map(e -> ((Decision) e.record().event()).basis());
    }

    public Optional<Request> asked() {
        return request.map(e -> (Request) e.record().event());
    }
}
